import { describe, expect, it } from 'vitest';
import type { Feeds, Session } from '../../../src/kernels/devices/device';
import { probeCausality } from '../../../src/model/harness/causality';

const SHAPE = { batch: 4, context: 8, vocab: 5 };

type Model = (tokens: Int32Array, row: number, position: number) => number;

/** A device whose logits at [row, position] are all one number that `model` makes of the tokens. */
function sessionOf(model: Model): Session {
  const run = async (_graph: string, feeds: readonly Feeds[]) =>
    feeds.map(({ tokens }) => {
      const logits = new Float32Array(SHAPE.batch * SHAPE.context * SHAPE.vocab);
      for (let row = 0; row < SHAPE.batch; row++) {
        for (let position = 0; position < SHAPE.context; position++) {
          const at = (row * SHAPE.context + position) * SHAPE.vocab;
          logits.fill(model(tokens as Int32Array, row, position), at, at + SHAPE.vocab);
        }
      }
      return { logits };
    });
  return { run } as unknown as Session;
}

const tokenAt = (tokens: Int32Array, row: number, position: number) =>
  tokens[row * SHAPE.context + position] ?? 0;

describe('the causality probe', () => {
  it('lets a model pass that reads its own past and nothing else', async () => {
    const past: Model = (tokens, row, position) => {
      let sum = 0;
      for (let i = 0; i <= position; i++) sum += (i + 1) * tokenAt(tokens, row, i);
      return sum;
    };
    expect(await probeCausality(sessionOf(past), SHAPE, 1)).toBeNull();
  });

  it('catches a look at the next token', async () => {
    const peek: Model = (tokens, row, position) =>
      position + 1 < SHAPE.context ? tokenAt(tokens, row, position + 1) : 0;
    expect(await probeCausality(sessionOf(peek), SHAPE, 1)).toMatchObject({
      kind: 'causality',
      message: expect.stringContaining('reads future tokens'),
    });
  });

  it('catches a faint look at the last token alone', async () => {
    const faint: Model = (tokens, row, position) =>
      tokenAt(tokens, row, position) + 0.01 * tokenAt(tokens, row, SHAPE.context - 1);
    expect(await probeCausality(sessionOf(faint), SHAPE, 1)).toMatchObject({
      kind: 'causality',
      message: expect.stringContaining('reads future tokens'),
    });
  });

  it('catches a look into the next sequence of the batch, at its beginning too', async () => {
    const neighbour: Model = (tokens, row, position) =>
      position === SHAPE.context - 1 && row + 1 < SHAPE.batch ? tokenAt(tokens, row + 1, 0) : 0;
    expect(await probeCausality(sessionOf(neighbour), SHAPE, 1)).toMatchObject({
      kind: 'causality',
      message: expect.stringContaining('mixes sequences'),
    });
  });

  it('takes logits that are not a number for what they are: not for a pass', async () => {
    const odd: Model = (tokens, row, position) =>
      tokenAt(tokens, row, position) === tokenAt(tokens, row, SHAPE.context - 1) ? Number.NaN : 1;
    expect(await probeCausality(sessionOf(odd), SHAPE, 1)).toMatchObject({ kind: 'not finite' });
  });
});
