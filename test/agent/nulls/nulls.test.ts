import { describe, expect, it } from 'vitest';
import { EXCHANGE, JOIN, PERMUTE, RENAME, SPLIT, TRANSPOSE } from '../../../src/agent/nulls/draws';
import { composed, NULL_EDITS } from '../../../src/agent/nulls/researcher';
import { ROUND } from '../../../src/agent/nulls/rounding';
import type { Weights } from '../../../src/agent/nulls/text';
import { Random } from '../../../src/agent/researchers/local/random';
import { createCpuDevice } from '../../../src/kernels/devices/cpu/device';
import { sizeOf } from '../../../src/kernels/graph/types';
import { NOTHING_SPENT } from '../../../src/model/harness/budget';
import { FeedMaker } from '../../../src/model/harness/feeds';
import { initialValues } from '../../../src/model/harness/initialise';
import { traceTarget, withState, writeAll } from '../../../src/model/harness/prepare';
import { preparedProgram } from '../../../src/model/harness/prepared-programs';
import { PRESETS, presetNamed } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { SMALL_TASK, smallBench } from '../../model/harness/small-bench';

const device = createCpuDevice({ precision: 'f64' });
const bench = await smallBench({ ...SMALL_TASK, context: 8 }, device);

const prepared = (program: ProgramSource) =>
  preparedProgram(bench.sandbox, program, traceTarget(bench.task));

async function weightsOf(program: ProgramSource): Promise<Weights> {
  const { traced } = await prepared(program);
  const entries = traced.parameters.map((spec) => {
    // What begins at zero is drawn too, so that every parameter matters.
    const drawn = { ...spec, init: { kind: 'normal', mean: 0, std: 0.3 } } as const;
    return [spec.name, { shape: spec.shape, values: initialValues(drawn, 7) }] as const;
  });
  return new Map(entries);
}

/** The losses of a few steps in float64, the program having begun with these weights. */
async function lossesOf(program: ProgramSource, weights: Weights): Promise<number[]> {
  const ready = await prepared(program);
  const names = ready.traced.parameters.map(({ name }) => name);
  expect([...weights.keys()].sort()).toEqual([...names].sort());
  const parameters = new Map(
    ready.traced.parameters.map(({ name, shape }) => {
      expect(weights.get(name)!.shape).toEqual(shape);
      return [`params/${name}`, weights.get(name)!.values];
    }),
  );
  const session = await device.open(ready.workload);
  writeAll(session, await withState(ready.traced, parameters, 'f64'));
  const { task } = bench;
  const budget = { unit: 'steps', amount: 3 } as const;
  const feeds = new FeedMaker({ session, prepared: ready, task, seed: 1, budget }, 0);
  const outputs = await session.run(
    'train0',
    feeds.make(3, NOTHING_SPENT, { ...feeds.cost, seconds: 1 }, 0),
  );
  session.close();
  return outputs.map(({ loss }) => loss![0]!);
}

function expectEqual(after: readonly number[], before: readonly number[], title: string): void {
  for (const [i, loss] of after.entries()) expect(loss, title).toBeCloseTo(before[i]!, 8);
}

/** How many elements begin with which distribution. */
async function distributions(program: ProgramSource): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { init, shape } of (await prepared(program)).traced.parameters) {
    const key = JSON.stringify(init);
    counts[key] = (counts[key] ?? 0) + sizeOf(shape);
  }
  return counts;
}

describe.each(PRESETS)('nulls of $name', (preset) => {
  // Small batches: float64 is slow, and these numbers are equal at any size.
  const source: ProgramSource = {
    ...preset.source,
    optimizer: preset.source.optimizer.replace(/batch = \d+/, 'batch = 2'),
  };

  it.each(NULL_EDITS.map((edit) => [edit.kind, edit] as const))(
    '%s: other graphs, the same function of the same weights, drawn from the same distribution',
    async (_, edit) => {
      const weights = await weightsOf(source);
      const before = await lossesOf(source, weights);
      const change = edit.apply(source, new Random('nulls', edit.kind))!;
      expect((await prepared(change.program)).graphHash).not.toBe(
        (await prepared(source)).graphHash,
      );
      expect(await distributions(change.program)).toEqual(await distributions(source));
      const after = await lossesOf(change.program, change.carry(weights));
      expectEqual(after, before, change.title);
    },
  );

  it('can be laid one upon the other', async () => {
    const weights = await weightsOf(source);
    const before = await lossesOf(source, weights);
    const random = new Random('nulls', 'chain');
    let program = source;
    let carried = weights;
    for (let link = 0; link < 6; link++) {
      const change = composed(program, NULL_EDITS, random);
      if (!change) continue;
      program = change.program;
      carried = change.carry(carried);
      const after = await lossesOf(program, carried);
      expectEqual(after, before, change.title);
    }
    expect(program.model.length).toBeGreaterThan(source.model.length);
  });
});

describe('the luck of nulls', () => {
  const { source } = presetNamed('microgpt')!;
  const random = () => new Random('nulls', 'luck');

  it.each([RENAME, EXCHANGE, TRANSPOSE, PERMUTE, SPLIT, JOIN])(
    '$kind: the weights that the change brings are others than those it would need to change nothing',
    async (edit) => {
      const change = edit.apply(source, random())!;
      const needed = change.carry(await weightsOf(source));
      const drawn = await weightsOf(change.program);
      const differ = [...drawn].some(([name, { values }]) =>
        values.some((value, i) => value !== needed.get(name)!.values[i]),
      );
      expect(differ).toBe(true);
    },
  );

  it('rounding changes no weight', () => {
    const weights: Weights = new Map();
    expect(ROUND.apply(source, random())!.carry(weights)).toBe(weights);
  });
});

it('nothing to change gives null', () => {
  const empty = { model: 'export const a = 1;', optimizer: 'export {};' };
  for (const edit of NULL_EDITS) expect(edit.apply(empty, new Random('a', 'b'))).toBeNull();
});
