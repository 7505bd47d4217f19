import { modelEdit } from '../edit';
import { isName, type numberOf } from '../syntax/nodes';
import { type Source, write } from '../syntax/source';
import { lastReturn, type NumberSpot } from '../syntax/tree';
import { type Gpt, gptOf, headOf } from './gpt';
import { changeTo } from './numbers';
import {
  addInitialAfter,
  initialOf,
  isParam,
  paramKey,
  paramText,
  removeInitial,
} from './parameters';
import { resolved } from './roles';

/** How the stream becomes logits. */
export const HEAD = [
  modelEdit('logit-cap', 'architecture', 'A soft cap on logits', (source, random) => {
    const gpt = gptOf(source);
    const returned = gpt && lastReturn(gpt.forward);
    if (!gpt || !returned) return null;
    const caps = [5, 10, 15, 20, 30];
    const present = cappedLogits(source, gpt);
    if (present) {
      const change = changeTo(source, capSpot(source, present.cap), caps, random);
      return (
        change && {
          title: `logit cap ${change.from} → ${change.to}`,
          hypothesis: `Logits that bend towards ${change.to} instead of ${change.from} let the model be ${change.up ? 'surer where the text leaves no choice' : 'less sure, and so less wrong where it errs'}.`,
        }
      );
    }
    const cap = random.pick(caps)!;
    source.wrap(returned.value, 'softcap(', `, ${write(cap)})`);
    source.need('softcap');
    return {
      title: `logit cap ${cap}`,
      hypothesis: `Bending logits so that none exceeds ${cap} stops the model from being far too sure early on, when a wrong guess made with certainty costs most (Gemma 2, 2024).`,
    };
  }),

  modelEdit('remove-logit-cap', 'architecture', 'Logits without a cap', (source) => {
    const gpt = gptOf(source);
    const present = gpt && cappedLogits(source, gpt);
    if (!present) return null;
    const value = capSpot(source, present.cap)?.value ?? source.textOf(present.cap);
    source.unwrap(present.call, present.logits);
    return {
      title: `no logit cap (was ${value})`,
      hypothesis: `If logits stay well under ${value}, bending them does little, and the code is shorter without it.`,
    };
  }),

  modelEdit('tie-weights', 'architecture', 'One table for both ends', (source) => {
    const ends = endsOf(source);
    if (!ends || ends.tied) return null;
    const { head, table, gpt } = ends;
    const initial = initialOf(source, gpt, paramKey(source, head));
    if (!initial) return null;
    removeInitial(source, initial);
    source.replace(head, source.textOf(table));
    return {
      title: 'the head shares the embedding',
      hypothesis:
        'Reading and writing tokens with one table instead of two saves parameters, and each use teaches the other (Press & Wolf, 2017).',
    };
  }),

  modelEdit('untie-weights', 'architecture', 'A table for each end', (source) => {
    const ends = endsOf(source);
    if (!ends?.tied || source.mentions('lm_head')) return null;
    const { head, table, gpt } = ends;
    const initial = initialOf(source, gpt, paramKey(source, table));
    if (!initial) return null;
    addInitialAfter(source, initial, "'lm_head'", source.textOf(initial.value));
    source.replace(head, paramText(gpt.params, "'lm_head'"));
    return {
      title: 'a head of its own',
      hypothesis:
        'With two tables instead of one, what a token means when read need not be what it means when guessed.',
    };
  }),
];

/** `softcap(logits, cap)` in what forward returns. */
function cappedLogits(source: Source, { forward }: Gpt) {
  const returned = lastReturn(forward);
  const call = returned && source.calls('softcap', returned.value)[0];
  const [logits, cap] = call?.arguments ?? [];
  return call && logits && cap ? { call, logits, cap } : null;
}

/** The number that a cap is: written there, or a setting of that name. */
function capSpot(source: Source, cap: Parameters<typeof numberOf>[0]): NumberSpot | null {
  return resolved(source, cap);
}

/** The matrix of the head and the table of the embedding. */
function endsOf(source: Source) {
  const gpt = gptOf(source);
  const head = gpt && headOf(source, gpt)?.arguments[1];
  const reading =
    gpt && source.calls('embedding', gpt.forward).find((c) => isName(c.arguments[1], gpt.tokens));
  const table = reading?.arguments[0];
  if (!gpt || !isParam(head, gpt.params) || !isParam(table, gpt.params)) return null;
  return { gpt, head, table, tied: paramKey(source, head) === paramKey(source, table) };
}
