import { describe, expect, it } from 'vitest';
import { LOWERINGS } from '../../../../src/kernels/devices/webgpu/lowerings';
import { type GpuPlan, planGraph } from '../../../../src/kernels/devices/webgpu/plan';
import { GraphBuilder } from '../../../../src/kernels/graph/builder';
import type { Graph, NodeId, TensorType } from '../../../../src/kernels/graph/types';
import type { Region } from '../../../../src/kernels/plan/regions';

const target = { storageBuffers: 8, software: true };
const f32 = (...shape: number[]): TensorType => ({ shape, dtype: 'f32' });

function plan(graph: Graph, tensors: Record<string, TensorType> = {}): GpuPlan {
  return planGraph(graph, tensors, target, LOWERINGS);
}

const nameOf = (region: Region): string =>
  region.place === 'slot' ? `slot ${region.slot}` : `${region.place} ${region.name}`;

/** What each launch binds: `tensor p, feed g -> tensor p`. */
function bindings({ launches }: GpuPlan): string[] {
  return launches.map(
    ({ reads, writes }) => `${reads.map(nameOf).join(', ')} -> ${writes.map(nameOf).join(', ')}`,
  );
}

/** No launch may bind one buffer both to read and to write; nor more buffers than there may be. */
function expectValid({ launches }: GpuPlan): void {
  for (const { reads, writes, label } of launches) {
    const written = writes.map(nameOf);
    expect(new Set(written).size, label).toBe(written.length);
    for (const read of reads) expect(written, label).not.toContain(nameOf(read));
    expect(reads.length + writes.length).toBeLessThanOrEqual(target.storageBuffers);
  }
}

describe('fusing', () => {
  it('makes one launch of a whole Adam update, which overwrites what it reads', () => {
    const b = new GraphBuilder();
    const [p, m, v, g] = ['p', 'm', 'v', 'g'].map((name) => b.input(name, [37, 5])) as [
      NodeId,
      NodeId,
      NodeId,
      NodeId,
    ];
    const step = b.add(b.input('step', []), b.constant(1));
    const one = b.constant(1);
    const bias = (beta: number) => b.sub(one, b.emit('pow', [b.constant(beta), step]));
    const newM = b.add(b.scale(m, 0.9), b.scale(g, 0.1));
    const newV = b.add(b.scale(v, 0.99), b.scale(b.emit('square', [g]), 0.01));
    const root = b.emit('sqrt', [b.div(newV, bias(0.99))]);
    const newP = b.sub(p, b.div(b.div(newM, bias(0.9)), b.add(root, b.constant(1e-8))));
    const tensors = { p: f32(37, 5), m: f32(37, 5), v: f32(37, 5) };
    const planned = plan(b.finish({}, { p: newP, m: newM, v: newV }), tensors);
    expectValid(planned);
    // The two corrections are numbers: one thread computes both, in a launch of its own.
    expect(bindings(planned)).toEqual([
      'feed step -> slot 0',
      'feed g, slot 0 -> tensor m, tensor v, tensor p',
    ]);
  });

  it('reads transposed, sliced, stretched and reshaped operands where they lie', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [6, 4]);
    const row = b.input('row', [4]);
    const turned = b.transpose(b.reshape(x, [4, 6]), [1, 0]);
    const part = b.emit('slice', [turned], { starts: [1, 0], sizes: [3, 4] });
    const y = b.mul(b.add(part, row), b.broadcastTo(b.constant(2), [3, 4]));
    const planned = plan(b.finish({ y }));
    expect(bindings(planned)).toEqual(['feed x, feed row -> output y']);
    expect(planned.slotBytes).toEqual([]);
  });

  it('keeps what is dear and used more than once, and computes again what is cheap', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [64]);
    const dear = b.emit('tanh', [x]);
    const cheap = b.neg(x);
    const wide = (y: NodeId) => b.add(b.broadcastTo(y, [32, 64]), b.input('z', [32, 64]));
    expect(bindings(plan(b.finish({ y: wide(dear) })))).toEqual([
      'feed x -> slot 0',
      'slot 0, feed z -> output y',
    ]);
    expect(bindings(plan(b.finish({ y: wide(cheap) })))).toEqual(['feed x, feed z -> output y']);
  });

  it('does not join launches across a kernel that lies between them', () => {
    const b = new GraphBuilder();
    const x = b.emit('exp', [b.input('x', [8, 8])]);
    const y = b.add(b.emit('softmax', [x]), x);
    const planned = plan(b.finish({ y }));
    expectValid(planned);
    expect(planned.summary.steps.map(({ ops }) => ops)).toEqual([['exp'], ['softmax'], ['add']]);
  });

  it('splits what would bind too many buffers', () => {
    const b = new GraphBuilder();
    const inputs = Array.from({ length: 40 }, (_, i) => b.input(`x${i}`, [100]));
    const joined = b.emit('concat', inputs, { axis: 0 });
    const summed = inputs.reduce((a, c) => b.add(a, b.emit('exp', [c])));
    const planned = plan(b.finish({ joined, summed }));
    expectValid(planned);
    const read = new Set(planned.launches.flatMap(({ reads }) => reads.map(nameOf)));
    for (let i = 0; i < 40; i++) expect(read).toContain(`feed x${i}`);
  });

  it('joins tensors with as few buffers a launch as one may have, and says where there are fewer', () => {
    const b = new GraphBuilder();
    const inputs = [0, 1, 2, 3, 4].map((i) => b.input(`x${i}`, [7]));
    const joined = b.emit('concat', inputs, { axis: 0 });
    const graph = b.finish({ joined });
    const with4 = planGraph(graph, {}, { storageBuffers: 4, software: true }, LOWERINGS);
    for (const { reads, writes } of with4.launches) {
      expect(reads.length + writes.length).toBeLessThanOrEqual(4);
    }
    const read = new Set(with4.launches.flatMap(({ reads }) => reads.map(nameOf)));
    for (let i = 0; i < 5; i++) expect(read).toContain(`feed x${i}`);
    expect(() => planGraph(graph, {}, { storageBuffers: 2, software: true }, LOWERINGS)).toThrow(
      'concat reads 2 tensors, and a launch on this device may read 1',
    );
  });

  it('writes equal shaders for computations that differ only in their numbers', () => {
    const texts = [0.1, 0.2].map((rate) => {
      const b = new GraphBuilder();
      const y = b.sub(b.input('p', [9]), b.scale(b.input('g', [9]), rate));
      return plan(b.finish({ y })).launches.map(({ wgsl, numbers }) => ({ wgsl, numbers }));
    });
    expect(texts[0]![0]!.wgsl).toBe(texts[1]![0]!.wgsl);
    expect(texts.map(([launch]) => launch!.numbers)).toEqual([[0.1], [0.2]]);
  });

  it('shares one shader between layers', () => {
    const b = new GraphBuilder();
    let x = b.input('x', [16, 16]);
    for (let i = 0; i < 6; i++) x = b.emit('tanh', [b.matmul(x, b.input(`w${i}`, [16, 16]))]);
    const { launches } = plan(b.finish({ x }));
    expect(launches).toHaveLength(6);
    expect(new Set(launches.map(({ wgsl }) => wgsl)).size).toBe(1);
  });
});

describe('single numbers', () => {
  it('do not make who reads an early one wait for a late one', () => {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', [16, 16]), b.input('w', [16, 16])];
    const count = b.sum(b.input('mask', [16]), []);
    // Late: a mean over what two products make. Early: something divided by the count alone.
    const mean = b.emit('div', [b.sum(b.matmul(b.matmul(x, w), w), []), count]);
    const scaled = b.matmul(b.emit('exp', [b.mul(x, b.emit('div', [b.constant(1), count]))]), w);
    const planned = plan(b.finish({ mean, scaled }));
    expectValid(planned);
    const launchOf = (output: string) =>
      planned.launches.findIndex(({ writes }) =>
        writes.some((region) => region.place === 'output' && region.name === output),
      );
    expect(launchOf('scaled')).toBeLessThanOrEqual(launchOf('mean'));
    expect(planned.launches.length).toBeLessThanOrEqual(3);
  });
});

describe('updates', () => {
  it('swaps two tensors through a third buffer', () => {
    const b = new GraphBuilder();
    const [p, q] = [b.input('p', [5]), b.input('q', [5])];
    const planned = plan(b.finish({}, { p: q, q: p }), { p: f32(5), q: f32(5) });
    expectValid(planned);
    expect(bindings(planned)).toEqual([
      'tensor p -> slot 0',
      'tensor q -> tensor p',
      'slot 0 -> tensor q',
    ]);
  });

  it('waits for whoever still reads the old value', () => {
    const b = new GraphBuilder();
    const p = b.input('p', [8, 8]);
    const next = b.sub(p, b.input('g', [8, 8]));
    const used = b.matmul(p, b.input('x', [8, 8]));
    const planned = plan(b.finish({ used }, { p: next }), { p: f32(8, 8) });
    expect(bindings(planned)).toEqual(['tensor p, feed x -> output used', 'feed g -> tensor p']);
  });

  it('copies at the end where the old value is read after the new one', () => {
    const b = new GraphBuilder();
    const p = b.input('p', [8, 8]);
    const next = b.emit('exp', [p]);
    const planned = plan(b.finish({ y: b.matmul(next, p) }, { p: next }), { p: f32(8, 8) });
    expectValid(planned);
    expect(bindings(planned)).toEqual([
      'tensor p -> slot 0',
      'slot 0, tensor p -> output y',
      'slot 0 -> tensor p',
    ]);
  });

  it('does not overwrite in place what it reads elsewhere', () => {
    const b = new GraphBuilder();
    const p = b.input('p', [6, 6]);
    const next = b.add(p, b.transpose(p, [1, 0]));
    const planned = plan(b.finish({}, { p: next }), { p: f32(6, 6) });
    expectValid(planned);
    expect(bindings(planned)).toEqual(['tensor p -> slot 0', 'slot 0 -> tensor p']);
  });

  it('gives every update and output its own buffer, though they are one value', () => {
    const b = new GraphBuilder();
    const next = b.emit('exp', [b.input('p', [3])]);
    const tensors = { p: f32(3), q: f32(3), r: f32(3) };
    const planned = plan(b.finish({ y: next, z: next }, { p: next, q: next, r: next }), tensors);
    expectValid(planned);
    expect(planned.outputs.get('y')!.region).toBe(planned.outputs.get('z')!.region);
    expect(planned.launches.flatMap(({ writes }) => writes.map(nameOf)).sort()).toEqual([
      'output y',
      'tensor p',
      'tensor q',
      'tensor r',
    ]);
  });

  it('launches nothing for a tensor that stays as it is', () => {
    const b = new GraphBuilder();
    const planned = plan(b.finish({}, { p: b.reshape(b.input('p', [6]), [6]) }), { p: f32(6) });
    expect(planned.launches).toEqual([]);
  });
});

describe('results', () => {
  it('copies an output that is an input, and computes one that is a constant', () => {
    const b = new GraphBuilder();
    const planned = plan(b.finish({ x: b.input('x', [4]), two: b.constant(2) }));
    expect(bindings(planned)).toEqual(['feed x -> output two, output x']);
  });

  it('leaves a reshape of an output in the same buffer', () => {
    const b = new GraphBuilder();
    const y = b.matmul(b.input('x', [2, 3]), b.input('w', [3, 4]));
    const planned = plan(b.finish({ y, flat: b.reshape(y, [8]) }));
    expect(bindings(planned)).toEqual(['feed x, feed w -> output y']);
    expect(planned.outputs.get('flat')).toEqual({ shape: [2, 4], dtype: 'f32', region: 'y' });
  });

  it('walks a long way through reshapes and transposes without running out of stack', () => {
    const b = new GraphBuilder();
    let x = b.emit('exp', [b.input('x', [2, 3])]);
    for (let i = 0; i < 5000; i++) {
      x = i % 3 === 0 ? b.transpose(x, [1, 0]) : b.reshape(x, i % 3 === 1 ? [6] : [2, 3]);
    }
    const planned = plan(b.finish({ x: b.neg(x) }));
    expect(planned.launches.length).toBeLessThan(60);
  });

  it('shares memory between tensors that are not alive together', () => {
    const b = new GraphBuilder();
    let x = b.input('x', [16, 16]);
    for (let i = 0; i < 10; i++) x = b.matmul(x, x);
    expect(plan(b.finish({ x })).slotBytes).toEqual([1024, 1024]);
  });
});

describe('companions', () => {
  it('puts products of one operand into one launch, and both gradients of a product', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [16, 16]);
    const products = ['q', 'k', 'v'].map((name) => b.matmul(x, b.input(name, [16, 16])));
    expect(bindings(plan(b.finish(Object.fromEntries(products.entries()))))).toEqual([
      'feed x, feed q, feed k, feed v -> output 0, output 1, output 2',
    ]);
    const dy = b.input('dy', [16, 16]);
    const dx = b.matmul(dy, b.input('q', [16, 16]), { transposeB: true });
    const dw = b.matmul(x, dy, { transposeA: true });
    expect(plan(b.finish({ dx, dw })).launches).toHaveLength(1);
  });

  it('binds no more buffers than there may be', () => {
    const b = new GraphBuilder();
    const products = Array.from({ length: 9 }, (_, n) =>
      b.matmul(b.input(`a${n}`, [8, 8]), b.input(`b${n}`, [8, 8])),
    );
    const planned = plan(b.finish(Object.fromEntries(products.entries())));
    expectValid(planned);
    expect(planned.launches).toHaveLength(5); // two in each, of three buffers, of which there may be eight
  });

  it('keeps apart what one computes for the other, through whatever lies between', () => {
    const b = new GraphBuilder();
    const x = b.input('x', [16, 16]);
    const first = b.matmul(x, b.input('w', [16, 16]));
    const last = b.matmul(b.emit('softmax', [first]), x);
    const aside = b.matmul(x, x);
    const planned = plan(b.finish({ last, aside }));
    expectValid(planned);
    expect(planned.summary.steps.map(({ ops }) => ops)).toEqual([
      ['matmul', 'matmul'],
      ['softmax'],
      ['matmul'],
    ]);
  });

  it('reads the old value of a tensor before another launch overwrites it', () => {
    const b = new GraphBuilder();
    const p = b.input('p', [8, 8]);
    const used = b.matmul(p, p);
    const next = b.emit('softmax', [b.input('x', [8, 8])]);
    const planned = plan(b.finish({ used }, { p: next }), { p: f32(8, 8) });
    expect(bindings(planned)).toEqual(['tensor p, tensor p -> output used', 'feed x -> tensor p']);
  });

  it('gives each kernel of a launch temporaries of its own', () => {
    const b = new GraphBuilder();
    // Long and thin: the sum over K is cut into parts that a second launch brings together.
    const a = b.input('a', [1, 8192]);
    const [p, q] = ['p', 'q'].map((name) => b.matmul(a, b.input(name, [8192, 2])));
    const planned = plan(b.finish({ p: p!, q: q! }));
    expectValid(planned);
    expect(bindings(planned)).toEqual([
      'feed a, feed p, feed q -> slot 0, slot 1',
      'slot 0, slot 1 -> output p, output q',
    ]);
  });

  it('brings the parts of a product together beside whatever is launched next', () => {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', [16, 16]), b.input('w', [16, 16])];
    const aside = b.matmul(b.input('a', [1, 8192]), b.input('b', [8192, 2]));
    const chain = b.matmul(b.emit('softmax', [b.matmul(x, w)]), w);
    const planned = plan(b.finish({ aside, chain }));
    expectValid(planned);
    expect(bindings(planned)).toEqual([
      'feed x, feed w, feed a, feed b -> slot 0, slot 1',
      'slot 0, slot 1 -> slot 2, output aside',
      'slot 2, feed w -> output chain',
    ]);
  });
});

describe('epilogues', () => {
  it('compute what becomes of a product as it is stored, and store it only for others', () => {
    const b = new GraphBuilder();
    const [x, w, residual] = [b.input('x', [8, 8]), b.input('w', [8, 8]), b.input('r', [8, 8])];
    const product = b.matmul(x, w);
    const sum = b.add(residual, product);
    expect(bindings(plan(b.finish({ sum })))).toEqual(['feed x, feed w, feed r -> output sum']);
    expect(bindings(plan(b.finish({ sum, product })))).toEqual([
      'feed x, feed w, feed r -> output product, output sum',
    ]);
  });

  it('belong to the last of the results that they read', () => {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', [8, 8]), b.input('w', [8, 8])];
    const first = b.emit('softmax', [b.matmul(x, w)]);
    const planned = plan(b.finish({ y: b.add(b.matmul(first, w), b.matmul(w, x)) }));
    expectValid(planned);
    expect(planned.summary.steps.map(({ ops }) => ops)).toEqual([
      ['matmul', 'matmul'],
      ['softmax'],
      ['matmul', 'add'],
    ]);
  });

  it('read a result nowhere but in place', () => {
    const b = new GraphBuilder();
    const product = b.matmul(b.input('x', [8, 8]), b.input('w', [8, 8]));
    const planned = plan(b.finish({ y: b.add(product, b.transpose(product, [1, 0])) }));
    expect(planned.summary.steps.map(({ ops }) => ops)).toEqual([['matmul'], ['transpose', 'add']]);
  });

  it('come after the sum of a product that was cut into parts', () => {
    const b = new GraphBuilder();
    const product = b.matmul(b.input('a', [1, 8192]), b.input('b', [8192, 2]));
    const planned = plan(b.finish({ y: b.emit('exp', [product]) }));
    expectValid(planned);
    expect(planned.summary.steps.map(({ ops }) => ops)).toEqual([['matmul'], ['exp']]);
  });

  it('leave updates to the one launch of all of them', () => {
    const b = new GraphBuilder();
    const product = b.matmul(b.input('x', [8, 8]), b.input('w', [8, 8]));
    const next = b.sub(b.input('p', [8, 8]), product);
    expect(plan(b.finish({}, { p: next }), { p: f32(8, 8) }).launches).toHaveLength(2);
  });
});

describe('prologues', () => {
  it('compute an operand that nobody else wants where it would be loaded', () => {
    const b = new GraphBuilder();
    const [x, y] = [b.input('x', [64, 32]), b.input('y', [64, 32])];
    const product = b.mul(x, y);
    const sum = b.sum(product, [1]);
    expect(bindings(plan(b.finish({ sum })))).toEqual(['feed x, feed y -> output sum']);
    expect(plan(b.finish({ sum, product })).launches).toHaveLength(2);
  });

  it('are short, for they are computed as often as the kernel loads them', () => {
    const b = new GraphBuilder();
    const sum = b.sum(b.emit('tanh', [b.input('x', [64, 32])]), [1]);
    expect(plan(b.finish({ sum })).launches).toHaveLength(2);
  });

  it('go with an epilogue of the same kernel', () => {
    const b = new GraphBuilder();
    const sum = b.sum(b.mul(b.input('x', [64, 32]), b.input('y', [64, 32])), [1]);
    const z = b.emit('exp', [b.scale(sum, 0.5)]);
    expect(bindings(plan(b.finish({ z })))).toEqual(['feed x, feed y -> output z']);
    expect(bindings(plan(b.finish({ z, sum })))).toEqual([
      'feed x, feed y -> output sum, output z',
    ]);
  });
});

describe('absorbed operands', () => {
  const heads = [2, 4, 3, 8];
  const turn = { base: 100, inverse: false };

  it('are computed by the kernel that alone wants them: a norm before its rope', () => {
    const b = new GraphBuilder();
    const norm = b.emit('rmsNorm', [b.input('x', heads)], { eps: 1e-5 });
    const y = b.emit('rope', [norm], turn);
    const { launches, summary } = plan(b.finish({ y }));
    expect(launches).toHaveLength(1);
    expect([...summary.steps[0]!.ops].sort()).toEqual(['rmsNorm', 'rope']);
    expect(plan(b.finish({ y, norm })).launches).toHaveLength(2);
  });

  it('have rows of the same width', () => {
    const b = new GraphBuilder();
    const norm = b.emit('rmsNorm', [b.input('x', [2, 4, 24])], { eps: 1e-5 });
    const y = b.emit('rope', [b.reshape(norm, heads)], turn);
    expect(plan(b.finish({ y })).launches).toHaveLength(2);
  });
});

describe('siblings', () => {
  const settings = { causal: true, window: 0, scale: 1, softcap: 0, alibi: false };
  const input = (b: GraphBuilder, name: string) => b.input(name, [1, 4, 2, 2]);

  it('are computed by one launch', () => {
    const b = new GraphBuilder();
    const [q, k, v] = [input(b, 'q'), input(b, 'k'), input(b, 'v')];
    const lse = b.emit('attentionLse', [q, k], settings);
    const out = b.emit('attention', [q, k, v], settings);
    expect(bindings(plan(b.finish({ lse, out })))).toEqual([
      'feed q, feed k, feed v -> output out, output lse',
    ]);
  });

  it('stay apart where one needs the other', () => {
    const b = new GraphBuilder();
    const [q, k] = [input(b, 'q'), input(b, 'k')];
    const lse = b.emit('attentionLse', [q, k], settings);
    const v = b.emit('exp', [b.broadcastTo(b.reshape(lse, [1, 4, 2, 1]), [1, 4, 2, 2])]);
    const planned = plan(b.finish({ out: b.emit('attention', [q, k, v], settings) }));
    expectValid(planned);
    expect(planned.summary.steps.map(({ ops }) => ops.at(-1))).toEqual([
      'attentionLse',
      'exp',
      'attention',
    ]);
  });
});

describe('refusals', () => {
  it('names a tensor whose type is not what the graph says', () => {
    const b = new GraphBuilder();
    const graph = b.finish({ y: b.neg(b.input('p', [3])) });
    expect(() => plan(graph, { p: f32(4) })).toThrow(
      'p is kept as f32[4], and the graph has f32[3] for it',
    );
  });

  it('names an update of a tensor that is not kept', () => {
    const b = new GraphBuilder();
    expect(() => plan(b.finish({}, { p: b.neg(b.input('p', [3])) }))).toThrow(
      'the graph updates p, which the device does not keep',
    );
  });
});
