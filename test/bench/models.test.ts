import { describe, expect, it } from 'vitest';
import { COMPARED_STEPS } from '../../bench/measure';
import {
  BATCHES,
  batchesOf,
  gptModel,
  initialWeights,
  MODELS,
  type PeerModel,
  peerWeights,
  transposed,
} from '../../bench/models';
import { sizeOf } from '../../src/kernels/graph/types';
import { loadSandbox } from '../../src/model/sandbox/sandbox';

const named = (name: string) => MODELS.find((model) => model.name === name)!;

describe('the models of the bench', () => {
  it('are programs of the lab that trace, with the numbers of each written into their text', async () => {
    const sandbox = await loadSandbox();
    for (const model of MODELS) {
      const { parameters, phases, config } = await sandbox.trace(model.source, model.target);
      expect(config).toEqual(model.gpt!.config);
      expect(phases[0]).toMatchObject({ batch: model.target.batch, context: model.target.context });
      expect(parameters).toHaveLength(8 * model.gpt!.config.layers + 3);
    }
  });

  it('write the numbers of the optimizer too', () => {
    expect(named('A').source.optimizer).toContain(JSON.stringify(named('A').gpt!.adam));
    const { target } = named('B');
    const other = gptModel('B', { layers: 1, width: 32, heads: 2 }, target);
    expect(other.source.model).toContain('"layers":1');
    expect(other.source.model).not.toBe(named('B').source.model);
  });
});

describe('what every contender starts from', () => {
  it('is drawn by name, and the same matrix for peers, turned', async () => {
    const model = named('A');
    const sandbox = await loadSandbox();
    const { parameters } = await sandbox.trace(model.source, model.target);
    const weights = peerWeights({ ...model, parameters } as PeerModel);
    expect(weights.map(({ name }) => name)).toEqual(parameters.map(({ name }) => name));
    for (const { shape, values } of weights) expect(values).toHaveLength(sizeOf(shape));

    const up = parameters.find(({ name }) => name === 'layer1.up')!;
    const own = initialWeights(up);
    const peers = weights.find(({ name }) => name === 'layer1.up')!;
    expect(up.shape).toEqual([512, 128]);
    expect(peers.shape).toEqual([128, 512]);
    expect(peers.values[3 * 512 + 7]).toBe(own[7 * 128 + 3]);
    const table = weights.find(({ name }) => name === 'wte')!;
    expect(table.values).toEqual(initialWeights(parameters.find(({ name }) => name === 'wte')!));
  });

  it('turns a matrix', () => {
    expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('is batches of a text that can be learnt: most tokens follow from the one before', () => {
    const model = named('A');
    const batches = batchesOf(model);
    expect(batches).toHaveLength(BATCHES);
    expect(BATCHES).toBeGreaterThanOrEqual(COMPARED_STEPS);
    let follows = 0;
    let count = 0;
    for (const { tokens, targets } of batches) {
      tokens.forEach((token, i) => {
        expect(token).toBeLessThan(model.target.vocab);
        if ((i + 1) % model.target.context !== 0) expect(targets[i]).toBe(tokens[i + 1]);
        if (targets[i] === (5 * token + 3) % model.target.vocab) follows++;
        count++;
      });
    }
    expect(follows / count).toBeGreaterThan(0.85);
    expect(follows / count).toBeLessThan(0.95);
    expect(batches[0]!.tokens).not.toEqual(batches[1]!.tokens);
  });
});
