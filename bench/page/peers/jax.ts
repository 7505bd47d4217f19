import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type { Contender, Prepare } from '../../contenders';
import type { AdamConfig, GptConfig, PeerModel } from '../../models';
import { batchesOf, peerWeights } from '../../models';
import { inWords, pageThreads } from '../threads';

/**
 * jax-js, written as autoresearch-webgpu's default program is (its forward, its loss, its loop). Arrays are
 * owned: every use but the last takes `.ref`.
 */
type Params = Record<string, np.Array>;

/** tokens [B, T] -> logits [B, T, V]. */
function forward(config: GptConfig, vocab: number, p: Params, tokens: np.Array): np.Array {
  const { layers, width, heads, ropeBase, logitCap } = config;
  const [, T = 1] = tokens.shape;
  const D = width / heads;
  const norm = (x: np.Array, name: string) =>
    nn.standardize(x, -1, { epsilon: 1e-6 }).mul(p[name]!.ref);
  const split = (x: np.Array) => x.reshape([-1, T, heads, D]);

  let x = np.dot(nn.oneHot(tokens.reshape([-1]), vocab), p.wte!.ref).reshape([-1, T, width]);
  const [cos, sin] = angles(T, D, ropeBase);
  const turn = (x: np.Array) => rotated(x, cos.ref, sin.ref);
  for (let i = 0; i < layers; i++) {
    const h = norm(x.ref, `layer${i}.norm1`);
    const q = turn(split(np.dot(h.ref, p[`layer${i}.wq`]!.ref)));
    const k = turn(split(np.dot(h.ref, p[`layer${i}.wk`]!.ref)));
    const v = split(np.dot(h, p[`layer${i}.wv`]!.ref));
    const gathered = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([-1, T, width]);
    x = x.add(np.dot(gathered, p[`layer${i}.wo`]!.ref));
    const wide = np.square(nn.relu(np.dot(norm(x.ref, `layer${i}.norm2`), p[`layer${i}.up`]!.ref)));
    x = x.add(np.dot(wide, p[`layer${i}.down`]!.ref));
  }
  cos.dispose();
  sin.dispose();
  const logits = np.dot(norm(x, 'norm'), p.head!.ref);
  return np.tanh(logits.mul(1 / logitCap)).mul(logitCap);
}

/** Cosines and sines [T, D / 2] of the angles of RoPE. */
function angles(T: number, D: number, base: number): [np.Array, np.Array] {
  const dimensions = np.arange(0, D / 2, 1, { dtype: np.float32 });
  const frequencies = np.power(base, np.negative(dimensions.mul(2 / D)));
  const turns = np.outer(np.arange(0, T, 1, { dtype: np.float32 }), frequencies);
  return [np.cos(turns.ref), np.sin(turns)];
}

function rotated(x: np.Array, cos: np.Array, sin: np.Array): np.Array {
  const half = x.shape[3]! / 2;
  const a = x.ref.slice([], [], [], [0, half]);
  const b = x.slice([], [], [], [half]);
  const c = cos.reshape([1, -1, 1, half]);
  const s = sin.reshape([1, -1, 1, half]);
  return np.concatenate([a.ref.mul(c.ref).sub(b.ref.mul(s.ref)), a.mul(s).add(b.mul(c))], -1);
}

function lossOf({ gpt, target }: PeerModel) {
  const { vocab, batch, context } = target;
  return (p: Params, tokens: np.Array, targets: np.Array) => {
    const logits = forward(gpt.config, vocab, p, tokens);
    const logProbs = nn.logSoftmax(logits, -1).reshape([-1, vocab]);
    const wanted = nn.oneHot(targets.reshape([-1]), vocab);
    return logProbs
      .mul(wanted)
      .sum()
      .mul(-1 / (batch * context));
  };
}

/** Parameters and the optimizer's state. */
interface State extends Record<string, Params | np.Array> {
  params: Params;
  m: Params;
  v: Params;
  count: np.Array;
}

/** AdamW as @jax-js/optax chains it: moments, bias correction, decay, rate, then the sum. Takes what it is given. */
function adamw(
  { rate, beta1, beta2, epsilon, decay }: AdamConfig,
  grads: Params,
  old: State,
): State {
  const count = old.count.add(1);
  const correction = (beta: number) => np.reciprocal(np.subtract(1, np.power(beta, count.ref)));
  const [mScale, vScale] = [correction(beta1), correction(beta2)];
  const next: State = { params: {}, m: {}, v: {}, count };
  for (const name of Object.keys(old.params)) {
    const g = grads[name]!;
    const p = old.params[name]!;
    const m = g.ref.mul(1 - beta1).add(old.m[name]!.mul(beta1));
    const v = g.ref
      .mul(g)
      .mul(1 - beta2)
      .add(old.v[name]!.mul(beta2));
    const direction = m.ref
      .mul(mScale.ref)
      .div(np.sqrt(v.ref.mul(vScale.ref)).add(epsilon))
      .add(p.ref.mul(decay));
    next.params[name] = p.add(direction.mul(-rate));
    next.m[name] = m;
    next.v[name] = v;
  }
  mScale.dispose();
  vScale.dispose();
  return next;
}

/** Loss and gradients jitted; the optimizer op by op; the loss awaited in every step. */
function asAutoresearch(model: PeerModel) {
  const lossAndGrad = jit(valueAndGrad(lossOf(model)));
  return async (state: State, tokens: np.Array, targets: np.Array) => {
    const [loss, grads] = lossAndGrad(tree.ref(state.params), tokens, targets) as [
      np.Array,
      Params,
    ];
    const next = adamw(model.gpt.adam, grads, state);
    await blockUntilReady(next.params);
    const value = (await loss.jsAsync()) as number;
    return [next, () => Promise.resolve(value)] as const;
  };
}

/** One jitted function for all of it; losses are read when the last step has been given to the device, or ended on WebAssembly. */
function wholeStep(model: PeerModel) {
  const lossAndGrad = valueAndGrad(lossOf(model));
  const step = jit((state: State, tokens: np.Array, targets: np.Array) => {
    const [loss, grads] = lossAndGrad(tree.ref(state.params), tokens, targets) as [
      np.Array,
      Params,
    ];
    return [loss, adamw(model.gpt.adam, grads, state)] as [np.Array, State];
  });
  return async (state: State, tokens: np.Array, targets: np.Array) => {
    const [loss, next] = step(state, tokens, targets) as [np.Array, State];
    // Many steps ahead, arrays on WebAssembly pile up (1.1 GB after six of A), and a step takes a tenth longer.
    if (defaultDevice() === 'wasm') await blockUntilReady(next.params);
    return [next, async () => (await loss.jsAsync()) as number] as const;
  };
}

type Step = ReturnType<typeof asAutoresearch> | ReturnType<typeof wholeStep>;

async function prepare(
  backend: 'webgpu' | 'wasm',
  makeStep: (model: PeerModel) => Step,
  model: PeerModel,
): Promise<Contender> {
  const available = await init(backend);
  if (!available.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  defaultDevice(backend);
  const params: Params = {};
  const zeros = (): Params =>
    Object.fromEntries(model.parameters.map(({ name }) => [name, np.zerosLike(params[name]!.ref)]));
  for (const { name, shape, values } of peerWeights(model)) {
    params[name] = np.array(values, { shape: [...shape], dtype: np.float32 });
  }
  let state: State = { params, m: zeros(), v: zeros(), count: np.array(0, { dtype: np.float32 }) };
  const { batch, context } = model.target;
  const array = (data: Int32Array<ArrayBuffer>) =>
    np.array(data, { shape: [batch, context], dtype: np.int32 });
  const batches = batchesOf(model);
  const step = makeStep(model);
  let at = 0;
  return {
    device: backend === 'wasm' ? inWords(pageThreads()) : backend,
    async run(steps) {
      const losses: (() => Promise<number>)[] = [];
      for (let i = 0; i < steps; i++) {
        const { tokens, targets } = batches[at++ % batches.length]!;
        const [next, loss] = await step(state, array(tokens), array(targets));
        state = next;
        losses.push(loss);
      }
      await blockUntilReady(state.params);
      return Promise.all(losses.map((loss) => loss()));
    },
    dispose: () => tree.dispose(state),
  };
}

const wasmJitted: Prepare = (model) => prepare('wasm', wholeStep, model as PeerModel);

export const contenders: Readonly<Record<string, Prepare>> = {
  'jax-webgpu': (model) => prepare('webgpu', asAutoresearch, model as PeerModel),
  'jax-webgpu-jit': (model) => prepare('webgpu', wholeStep, model as PeerModel),
  'jax-wasm-jit': wasmJitted,
  // jax-js has no setting for it: where the page may not share memory, it has one thread.
  'jax-wasm-jit-1': wasmJitted,
};
