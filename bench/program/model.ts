// The model of the bench: what autoresearch-webgpu trains by default, at sizes that the bench writes into it.
// Shapes: B sequences of T tokens, C numbers for each token, V tokens in the vocabulary.

import type { Params, Task, Tensor } from 'loopy';
import { attention, embedding, layerNorm, linear, normal, ones, relu, rope, softcap } from 'loopy';

export const config = { layers: 3, width: 96, heads: 4, mlp: 4, ropeBase: 10000, logitCap: 15 };

/** Every parameter by name, and how it begins. Matrices are [out, in]. */
export function init(task: Task): Params {
  const { layers, width, mlp } = config;
  const matrix = (out: number, from: number) => normal([out, from], { std: from ** -0.5 });
  const params: Params = { wte: normal([task.vocab, width], { std: 1 }) };
  for (let i = 0; i < layers; i++) {
    params[`layer${i}.norm1`] = ones([width]);
    params[`layer${i}.wq`] = matrix(width, width);
    params[`layer${i}.wk`] = matrix(width, width);
    params[`layer${i}.wv`] = matrix(width, width);
    params[`layer${i}.wo`] = matrix(width, width);
    params[`layer${i}.norm2`] = ones([width]);
    params[`layer${i}.up`] = matrix(mlp * width, width);
    params[`layer${i}.down`] = matrix(width, mlp * width);
  }
  params.norm = ones([width]);
  params.head = matrix(task.vocab, width);
  return params;
}

/** tokens [B, T] -> logits [B, T, V]. */
export function forward(params: Params, tokens: Tensor): Tensor {
  const { layers, width, heads, ropeBase, logitCap } = config;
  const [B, T] = tokens.shape;
  const split = (x: Tensor) => x.reshape([B, T, heads, width / heads]);
  const turn = (x: Tensor) => rope(x, { base: ropeBase });
  const norm = (x: Tensor, name: string) => layerNorm(x, { gain: params[name], eps: 1e-6 });

  let x = embedding(params.wte, tokens); // [B, T, C]
  for (let i = 0; i < layers; i++) {
    const h = norm(x, `layer${i}.norm1`);
    const q = turn(split(linear(h, params[`layer${i}.wq`]))); // [B, T, heads, C / heads]
    const k = turn(split(linear(h, params[`layer${i}.wk`])));
    const v = split(linear(h, params[`layer${i}.wv`]));
    const gathered = attention(q, k, v).reshape([B, T, width]);
    x = x.add(linear(gathered, params[`layer${i}.wo`]));

    const wide = relu(linear(norm(x, `layer${i}.norm2`), params[`layer${i}.up`])).square();
    x = x.add(linear(wide, params[`layer${i}.down`]));
  }
  return softcap(linear(norm(x, 'norm'), params.head), logitCap);
}
