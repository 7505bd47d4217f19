import { modelEdit } from '../edit';
import type { Source } from '../syntax/source';
import { changeTo, scaleBy } from './numbers';
import { expansionOf, headsOf, layersOf, ropeBaseOf, widthOf } from './roles';

/** Each head needs a whole share of the width, and RoPE turns that share in pairs. */
function fits(source: Source, width: number, heads: number): boolean {
  const share = width / heads;
  return Number.isInteger(share) && share >= 2 && (!source.mentions('rope') || share % 2 === 0);
}

export const SIZES = [
  modelEdit('width', 'size', 'Wider or narrower', (source, random) => {
    const width = widthOf(source);
    const heads = headsOf(source)?.value ?? 1;
    if (!width) return null;
    // Where the model is small, one step may be a long one: there is much to gain, or little to lose.
    const factors = width.value <= 32 ? [0.5, 1.5, 2, 3, 4] : [0.5, 0.75, 1.5, 2];
    const choices = factors.map((factor) => width.value * factor);
    const change = changeTo(source, width, choices, random, {
      low: 2,
      high: 1024,
      fits: (value) => Number.isInteger(value) && fits(source, value, heads),
    });
    return (
      change && {
        title: `width ${change.from} → ${change.to}`,
        hypothesis: change.up
          ? `With ${change.to} numbers for each token instead of ${change.from} the model can hold finer distinctions; its matrices grow with the square of that, so it sees less text in the same time.`
          : `With ${change.to} numbers for each token instead of ${change.from} the model is smaller and faster, so it sees more text in the same time.`,
      }
    );
  }),

  modelEdit('layers', 'size', 'Deeper or shallower', (source, random) => {
    const layers = layersOf(source);
    if (!layers) return null;
    const choices = [-1, 1, 2].map((step) => layers.value + step);
    const change = changeTo(source, layers, choices, random, { low: 1, high: 24 });
    return (
      change && {
        title: `layers ${change.from} → ${change.to}`,
        hypothesis: change.up
          ? `With ${change.to} layers instead of ${change.from}, a layer can look for patterns among what the layers below found, such as who was named last; each step takes longer.`
          : `With ${change.to} layers instead of ${change.from} a step is cheaper, and a short budget buys more of them.`,
      }
    );
  }),

  modelEdit('heads', 'size', 'More or fewer attention heads', (source, random) => {
    const heads = headsOf(source);
    const width = widthOf(source)?.value;
    if (!heads || width === undefined) return null;
    const change = changeTo(source, heads, [heads.value / 2, heads.value * 2], random, {
      low: 1,
      high: 64,
      fits: (n) => Number.isInteger(n) && fits(source, width, n),
    });
    if (!change) return null;
    const share = (n: string) => width / Number(n);
    return {
      title: `heads ${change.from} → ${change.to}`,
      hypothesis: `${change.to} heads of ${share(change.to)} numbers instead of ${change.from} of ${share(change.from)}: ${change.up ? 'a token can look at more places at once, each with a coarser question' : 'a token looks at fewer places at once, each with a finer question'}.`,
    };
  }),

  modelEdit('mlp-size', 'size', 'A larger or smaller MLP', (source, random) => {
    const change = changeTo(source, expansionOf(source), [2, 3, 4, 6, 8], random);
    return (
      change && {
        title: `mlp ${change.from} → ${change.to}`,
        hypothesis: change.up
          ? `An MLP of ${change.to} times the width instead of ${change.from} has more room for facts about the text; it is also where most of the time goes.`
          : `Most of the time goes into the MLP: at ${change.to} times the width instead of ${change.from}, steps are cheaper and there are more of them.`,
      }
    );
  }),

  modelEdit('rope-base', 'size', 'How far RoPE tells positions apart', (source, random) => {
    const spot = ropeBaseOf(source);
    const change = scaleBy(source, spot, [0.01, 0.1, 10], random, [10, 1e6]);
    return (
      change && {
        title: `RoPE base ${change.from} → ${change.to}`,
        hypothesis: `With a base of ${change.to} instead of ${change.from} RoPE turns its slow pairs ${change.up ? 'more slowly, which leaves more of them to content alone' : 'faster, so that more of them tell positions apart within a short sequence'}.`,
      }
    );
  }),
];
