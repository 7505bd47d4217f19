import '@tensorflow/tfjs-backend-webgpu';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Contender, Prepare } from '../../contenders';
import type { GptConfig, PeerModel } from '../../models';
import { batchesOf, peerWeights } from '../../models';
import { inWords, pageThreads } from '../threads';

type Params = Record<string, tf.Variable>;

/** TensorFlow.js, with its own Adam. Embeddings are products with one-hot rows: its gather has no gradient in wasm. */
function forward(
  config: GptConfig,
  { batch: B, context: T, vocab: V }: PeerModel['target'],
  p: Params,
  constants: Constants,
  tokens: tf.Tensor1D,
): tf.Tensor2D {
  const { layers, width: C, heads, logitCap } = config;
  const D = C / heads;
  const norm = (x: tf.Tensor, name: string): tf.Tensor2D => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-6));
    return tf.mul(tf.mul(centred, scale), p[name]!);
  };
  const product = (x: tf.Tensor2D, name: string) =>
    tf.matMul<tf.Tensor2D>(x, p[name] as unknown as tf.Tensor2D);
  const perHead = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [B, T, heads, D]), [0, 2, 1, 3]);
  const turn = (x: tf.Tensor) => rotated(x, constants.cos, constants.sin);

  let x = product(tf.cast(tf.oneHot(tokens, V), 'float32') as tf.Tensor2D, 'wte');
  for (let i = 0; i < layers; i++) {
    const h = norm(x, `layer${i}.norm1`);
    const q = turn(perHead(product(h, `layer${i}.wq`)));
    const k = turn(perHead(product(h, `layer${i}.wk`)));
    const v = perHead(product(h, `layer${i}.wv`));
    const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), D ** -0.5), constants.mask);
    const gathered = tf.matMul(tf.softmax(scores), v); // [B, heads, T, D]
    const rows = tf.reshape(tf.transpose(gathered, [0, 2, 1, 3]), [B * T, C]) as tf.Tensor2D;
    x = tf.add(x, product(rows, `layer${i}.wo`));
    const wide = tf.square(tf.relu(product(norm(x, `layer${i}.norm2`), `layer${i}.up`)));
    x = tf.add(x, product(wide, `layer${i}.down`));
  }
  const logits = product(norm(x, 'norm'), 'head');
  return tf.mul(tf.tanh(tf.mul(logits, 1 / logitCap)), logitCap);
}

function rotated(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const [a, b] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat(
    [tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(a, sin), tf.mul(b, cos))],
    -1,
  );
}

/** What is computed once: the causal mask [T, T], and the angles of RoPE [T, D / 2]. */
interface Constants {
  readonly mask: tf.Tensor;
  readonly cos: tf.Tensor;
  readonly sin: tf.Tensor;
}

function constantsOf({ gpt: { config }, target: { context: T } }: PeerModel): Constants {
  const square = Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0));
  const mask = tf.tensor2d(square, [T, T]);
  const half = config.width / config.heads / 2;
  const table = (f: (angle: number) => number) =>
    tf.tensor2d(
      Array.from({ length: T * half }, (_, i) =>
        f(Math.floor(i / half) * config.ropeBase ** (-(i % half) / half)),
      ),
      [T, half],
    );
  return { mask, cos: table(Math.cos), sin: table(Math.sin) };
}

async function prepare(backend: 'webgpu' | 'wasm', model: PeerModel): Promise<Contender> {
  const threads = pageThreads();
  if (backend === 'wasm') {
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    });
    setThreadsCount(threads);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();

  const { gpt, target } = model;
  const { rate, beta1, beta2, epsilon, decay } = gpt.adam;
  const params: Params = {};
  for (const { name, shape, values } of peerWeights(model)) {
    params[name] = tf.variable(tf.tensor(values, [...shape]), true);
  }
  const variables = Object.values(params);
  const constants = constantsOf(model);
  const adam = tf.train.adam(rate, beta1, beta2, epsilon);
  const batches = batchesOf(model);
  const rows = target.batch * target.context;

  const step = (tokens: Int32Array, targets: Int32Array): tf.Scalar =>
    tf.tidy(() => {
      const ids = tf.tensor1d(tokens, 'int32');
      const wanted = tf.cast(tf.oneHot(tf.tensor1d(targets, 'int32'), target.vocab), 'float32');
      const { value, grads } = tf.variableGrads(() => {
        const logits = forward(gpt.config, target, params, constants, ids);
        const picked = tf.sum(tf.mul(tf.logSoftmax(logits), wanted));
        return tf.mul(picked, -1 / rows) as tf.Scalar;
      }, variables);
      if (decay > 0) for (const p of variables) p.assign(tf.mul(p, 1 - rate * decay));
      adam.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      return value;
    });
  let at = 0;
  return {
    device: backend === 'wasm' ? inWords(threads) : backend,
    async run(steps) {
      const losses = Array.from({ length: steps }, () => {
        const { tokens, targets } = batches[at++ % batches.length]!;
        return step(tokens, targets);
      });
      return Promise.all(
        losses.map(async (loss) => {
          const [value] = await loss.data();
          loss.dispose();
          return value!;
        }),
      );
    },
    dispose: () => tf.disposeVariables(),
  };
}

const wasm: Prepare = (model) => prepare('wasm', model as PeerModel);

export const contenders: Readonly<Record<string, Prepare>> = {
  'tfjs-webgpu': (model) => prepare('webgpu', model as PeerModel),
  'tfjs-wasm': wasm,
  'tfjs-wasm-1': wasm,
};
