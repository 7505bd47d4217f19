import { decimalsOf, roundMarks } from '../scale';
import { type Html, html } from './markup';
import type { Climb, ClimbPoint } from './trials';

const WIDTH = 760;
const HEIGHT = 320;
const EDGE = { top: 18, right: 132, bottom: 44, left: 50 };

/**
 * Experiments against the best val_bpb so far. With a second study beside it, both run along the trials they
 * spent, and each begins at the mean of the two baselines, so that luck of the first seed sets neither ahead.
 */
export function staircaseSvg(climbs: readonly Climb[], entropy: number | null): Html {
  const shown = alignedClimbs(climbs);
  const byTrials = shown.length > 1;
  const at = (point: ClimbPoint) => (byTrials ? point.trials : point.number);
  const points = shown.flatMap((climb) => climb.points);
  const last = Math.max(byTrials ? 1 : 4, ...points.map(at));
  const first = byTrials ? Math.min(...points.map(at)) : 0;
  const [low, high] = rangeOf(shown, entropy);
  const right = WIDTH - EDGE.right;
  const bottom = HEIGHT - EDGE.bottom;
  const x = (value: number) =>
    EDGE.left + 12 + ((value - first) / Math.max(1, last - first)) * (right - EDGE.left - 12);
  const y = (value: number) =>
    EDGE.top + ((high - Math.min(high, value)) / (high - low)) * (bottom - EDGE.top);
  // A floor far below is named at the lower edge: the steps would be too small to see otherwise.
  const floor = entropy === null ? null : Math.max(entropy, low);
  const marks = roundMarks(low, high, 5);
  const decimals = decimalsOf(marks);
  const labels = spreadLabels([
    ...shown.map((climb, i) => ({
      y: y(climb.points.findLast(({ best }) => best !== null)?.best ?? high),
      text: nameOf(climb, i),
      kind: i === 0 ? 'own' : 'other',
    })),
    ...(floor === null
      ? []
      : [
          {
            y: y(floor),
            text: `${floor === entropy ? '' : '\u2193 '}entropy ${entropy!.toFixed(3)}`,
            kind: 'floor',
          },
        ]),
  ]);

  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="The best score so far against ${byTrials ? 'trials' : 'experiments'}">
${marks.map((mark) => html`<line class="grid" x1="${EDGE.left}" x2="${right}" y1="${fixed(y(mark))}" y2="${fixed(y(mark))}"/><text x="${EDGE.left - 8}" y="${fixed(y(mark) + 4)}" text-anchor="end">${mark.toFixed(decimals)}</text>`)}
${roundMarks(first, last, 8)
  .filter(Number.isInteger)
  .map(
    (mark) =>
      html`<text x="${fixed(x(mark))}" y="${bottom + 18}" text-anchor="middle">${mark}</text>`,
  )}
<text x="${fixed((EDGE.left + right) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${byTrials ? 'trials spent' : 'experiment'}</text>
<text class="unit" x="${EDGE.left - 8}" y="10" text-anchor="end">bpb</text>
${floor === null ? false : html`<line class="floor" x1="${EDGE.left}" x2="${right}" y1="${fixed(y(floor))}" y2="${fixed(y(floor))}"/>`}
${shown
  .map(
    (climb, i) =>
      html`<path class="${i === 0 ? 'best' : 'best other'}" d="${pathOf(climb, (p) => x(at(p)), y)}"/>`,
  )
  .reverse()}
${shown[0]!.points.filter(({ mark }) => mark !== 'running').map((point) => dotOf(point, x(at(point)), point.level === null ? EDGE.top : y(point.level)))}
${labels.map(({ y, text, kind }) => html`<text class="label ${kind}" x="${right + 8}" y="${fixed(y + 4)}">${text}</text>`)}
</svg>`;
}

function nameOf({ researchers, points }: Climb, i: number): string {
  const best = points.findLast((point) => point.best !== null)?.best;
  const who = i === 0 ? 'this study' : researchers.join(', ') || 'the other study';
  return best === undefined || best === null ? who : `${who} ${best.toFixed(3)}`;
}

/** Both from one baseline, where both have one. */
function alignedClimbs(climbs: readonly Climb[]): readonly Climb[] {
  const means = climbs.flatMap(({ baseline }) => (baseline === null ? [] : [baseline]));
  if (climbs.length < 2 || means.length < climbs.length) return climbs;
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  return climbs.map((climb) => {
    const shift = mean - (climb.points[0]?.best ?? mean);
    const moved = (value: number | null) => (value === null ? null : value + shift);
    return {
      ...climb,
      points: climb.points.map((point) => ({
        ...point,
        level: moved(point.level),
        best: moved(point.best),
      })),
    };
  });
}

/** From under the best to a little above the baseline; what scored far above stands at the upper edge. */
function rangeOf(climbs: readonly Climb[], entropy: number | null): [number, number] {
  const best = climbs.flatMap(({ points }) => points.flatMap((p) => p.best ?? []));
  if (best.length === 0) return [entropy ?? 0, (entropy ?? 0) + 4];
  const high = Math.max(...best);
  const low = Math.min(...best);
  const span = Math.max(high - low, 0.02 * high);
  const near = entropy !== null && entropy > low - 2 * span;
  return [near ? entropy - span * 0.12 : Math.max(0, low - span * 0.3), high + span * 0.45];
}

function pathOf(
  { points }: Climb,
  x: (point: ClimbPoint) => number,
  y: (value: number) => number,
): string {
  const [first, ...rest] = points.filter(({ best }) => best !== null);
  if (!first) return '';
  const steps = rest.map((point) => `H${fixed(x(point))}V${fixed(y(point.best!))}`).join('');
  return `M${fixed(x(first))} ${fixed(y(first.best!))}${steps}H${fixed(x(points.at(-1)!))}`;
}

function dotOf({ mark, number, title, level }: ClimbPoint, x: number, y: number): Html {
  const score = level === null ? 'no score' : `${level.toFixed(4)} bpb`;
  const label = html`<title>#${number} ${title}: ${score}</title>`;
  const at = html`transform="translate(${fixed(x)} ${fixed(y)})"`;
  if (mark === 'crash') {
    return html`<path class="dot crash" ${at} d="M-3 -3L3 3M3 -3L-3 3">${label}</path>`;
  }
  return html`<circle class="dot ${mark}" ${at} r="${mark === 'keep' || mark === 'baseline' ? 4.5 : 3}">${label}</circle>`;
}

/** Labels at least a line apart, in the order of their heights. */
function spreadLabels<T extends { readonly y: number }>(labels: readonly T[]): T[] {
  const placed: T[] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    const above = placed.at(-1);
    placed.push({ ...label, y: above ? Math.max(label.y, above.y + 15) : label.y });
  }
  return placed;
}

const fixed = (value: number): string => value.toFixed(1);
