import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/kernels/graph/types';
import { validateGraph } from '../../../src/kernels/graph/validate';
import { PRESETS } from '../../../src/model/programs';
import type { TracedProgram } from '../../../src/model/programs/traced';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

const target = { vocab: 27, context: 16, evaluationBatch: 4 };

describe.each(PRESETS)('the program $name', ({ source }) => {
  it('is traced, and always to the same graphs', async () => {
    const sandbox = await loadSandbox();
    const traced = await sandbox.trace(source, target);
    expect(await sandbox.trace(source, target)).toEqual(traced);
  });

  it('gives graphs that survive being sent as JSON and checked again', async () => {
    const traced = await (await loadSandbox()).trace(source, target);
    for (const graph of graphsOf(traced)) {
      expect(validateGraph(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
    }
  });

  it('names its inputs and results by role, with the shapes of the target', async () => {
    const { phases, parameters, evaluation, sampling, state } = await (await loadSandbox()).trace(
      source,
      target,
    );
    const [{ forward, update, batch, until }] = phases as [TracedProgram['phases'][number]];
    expect(until).toBe(1);
    expect(shapeOf(forward, 'logits')).toEqual([batch, 16, 27]);
    expect(shapeOf(evaluation, 'logits')).toEqual([4, 16, 27]);
    expect(shapeOf(sampling, 'logits')).toEqual([1, 16, 27]);
    const names = parameters.map(({ name }) => name);
    expect(Object.keys(update.updates)).toEqual([
      ...names.map((name) => `params/${name}`),
      ...['m', 'v'].flatMap((group) => names.map((name) => `state/${group}/${name}`)),
    ]);
    expect(Object.keys(state.outputs).length).toBe(2 * names.length);
    expect(inputsOf(update)).toEqual(
      new Set([
        ...names.flatMap((name) => [`params/${name}`, `grads/${name}`]),
        ...['m', 'v'].flatMap((group) => names.map((name) => `state/${group}/${name}`)),
        'step',
        'progress',
      ]),
    );
  });
});

it('replaces every batch size where a reference run asks for it', async () => {
  const traced = await (await loadSandbox()).trace(PRESETS[0].source, { ...target, batch: 1 });
  expect(shapeOf(traced.phases[0]!.forward, 'logits')).toEqual([1, 16, 27]);
});

function graphsOf(traced: TracedProgram): Graph[] {
  const { state, evaluation, sampling, phases } = traced;
  return [state, evaluation, sampling, ...phases.flatMap((phase) => [phase.forward, phase.update])];
}

function shapeOf(graph: Graph, output: string) {
  return graph.nodes[graph.outputs[output]!]!.shape;
}

function inputsOf(graph: Graph): Set<unknown> {
  return new Set(graph.nodes.flatMap(({ op, attrs }) => (op === 'input' ? [attrs.name] : [])));
}
