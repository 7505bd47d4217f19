import { describe, expect, it } from 'vitest';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import type { Session } from '../../../src/kernels/devices/device';
import { GraphBuilder } from '../../../src/kernels/graph/builder';
import {
  drawingGraph,
  drawSample,
  SAMPLE,
  SAMPLED,
  sampledType,
} from '../../../src/model/harness/sample';
import { loadSmallTask } from './small-bench';

const task = await loadSmallTask();
const { context } = task.spec;

/** A model whose logits are the same at every position, save that `peak` is likely after each token given. */
async function open(logitsOf: (b: GraphBuilder, tokens: number) => number): Promise<Session> {
  const b = new GraphBuilder();
  const logits = logitsOf(b, b.input('tokens', [1, context], 'i32'));
  return createCpuDevice({ precision: 'f64' }).open({
    tensors: { [SAMPLED]: sampledType(context), table: { shape: [5, 5], dtype: 'f32' } },
    graphs: { [SAMPLE]: drawingGraph(b.finish({ logits })) },
  });
}

/** Logits [1, T, 5]: row `tokens[t]` of a table. */
const byTable = (b: GraphBuilder, tokens: number) =>
  b.emit('embedding', [b.input('table', [5, 5]), tokens]);

const scalar = (value: number) => Float64Array.of(value);

async function tokensOf(session: Session, count: number, temperature: number, at = 0) {
  const feeds = Array.from({ length: count }, (_, i) => ({
    at: Int32Array.of(Math.min(at + i, context - 1)),
    seed: Int32Array.of(i),
    temperature: scalar(temperature),
  }));
  return (await session.run(SAMPLE, feeds)).map(({ token }) => token![0]!);
}

/** After token t comes t + 1, if the temperature is low: else tokens of rising probability. */
const NEXT = Float64Array.from({ length: 25 }, (_, i) =>
  i % 5 === (Math.floor(i / 5) + 1) % 5 ? 9 : 0,
);

describe('drawing a token', () => {
  it('follows the probabilities', async () => {
    const session = await open(byTable);
    const logits = [1, 2, 5, 1, 1].map(Math.log);
    session.write(
      'table',
      Float64Array.from({ length: 25 }, (_, i) => logits[i % 5]!),
    );
    const counts = [0, 0, 0, 0, 0];
    for (const token of await tokensOf(session, 2000, 1)) counts[token]!++;
    // 2000 draws: three standard errors are 0.034 of them at most.
    [0.1, 0.2, 0.5, 0.1, 0.1].forEach((p, token) => {
      expect(Math.abs(counts[token]! / 2000 - p)).toBeLessThan(0.034);
    });
  });

  it('sharpens as the temperature falls', async () => {
    const session = await open(byTable);
    session.write(
      'table',
      Float64Array.from({ length: 25 }, (_, i) => (i % 5 === 2 ? 0.1 : 0)),
    );
    expect(new Set(await tokensOf(session, 200, 1e-3))).toEqual(new Set([2]));
  });

  it('appends to the text, and moves it along once it is full', async () => {
    const session = await open(byTable);
    session.write('table', NEXT);
    session.write(
      SAMPLED,
      Int32Array.from({ length: context }, (_, i) => (i === 0 ? 3 : 0)),
    );
    const drawn = await tokensOf(session, context + 3, 0.1);
    expect(drawn.slice(0, 4)).toEqual([4, 0, 1, 2]);
    const whole = [3, ...drawn];
    expect(Array.from(await session.read(SAMPLED))).toEqual(whole.slice(-context));
  });

  it('gives some token where the logits are no numbers', async () => {
    const session = await open(byTable);
    session.write('table', new Float64Array(25).fill(Number.NaN));
    for (const token of await tokensOf(session, 3, 1)) expect([0, 1, 2, 3, 4]).toContain(token);
  });
});

describe('a sample', () => {
  const options = { seed: 1, length: 40, temperature: 1, seconds: 1 };

  it('is cut short when the time is up, by the pace of its first tokens', async () => {
    const session = await open(byTable);
    let calls = 0;
    let drawn = 0;
    const counted: Session = Object.assign(Object.create(session) as Session, {
      plans: session.plans,
      write: session.write.bind(session),
      run: async (graph: string, feeds: Parameters<Session['run']>[1]) => {
        calls++;
        drawn += feeds.length;
        return session.run(graph, feeds);
      },
    });
    // A tenth of a second for each token.
    const text = await drawSample(counted, task, options, () => 100 * drawn);
    expect(drawn).toBe(10);
    expect(calls).toBe(2);
    expect(text).toHaveLength(18); // of which 8 are the prompt
  });

  it('is the same for the same seed', async () => {
    const session = await open(byTable);
    const one = await drawSample(session, task, options);
    expect(await drawSample(session, task, options)).toBe(one);
    expect(await drawSample(session, task, { ...options, seed: 2 })).not.toBe(one);
    expect(one).toHaveLength(48);
  });
});
