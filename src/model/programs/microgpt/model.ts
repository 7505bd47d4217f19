// MicroGPT: a GPT in its fewest parts. Characters in, a guess at the next one out.
// Shapes: B sequences of T tokens, C numbers for each token, V tokens in the vocabulary.

import type { Params, Task, Tensor } from 'loopy';
import { attention, embedding, linear, normal, range, relu, rmsNorm } from 'loopy';

export const config = { layers: 1, width: 16, heads: 4, mlp: 4, initStd: 0.08 };

/** Every parameter by name, and how it begins. Matrices are [out, in]. */
export function init(task: Task): Params {
  const { layers, width, mlp, initStd } = config;
  const matrix = (out: number, from: number) => normal([out, from], { std: initStd });
  const params: Params = {
    wte: matrix(task.vocab, width),
    wpe: matrix(task.context, width),
    lm_head: matrix(task.vocab, width),
  };
  for (let i = 0; i < layers; i++) {
    params[`layer${i}.attn_wq`] = matrix(width, width);
    params[`layer${i}.attn_wk`] = matrix(width, width);
    params[`layer${i}.attn_wv`] = matrix(width, width);
    params[`layer${i}.attn_wo`] = matrix(width, width);
    params[`layer${i}.mlp_fc1`] = matrix(mlp * width, width);
    params[`layer${i}.mlp_fc2`] = matrix(width, mlp * width);
  }
  return params;
}

/** tokens [B, T] -> logits [B, T, V]. */
export function forward(params: Params, tokens: Tensor): Tensor {
  const { layers, width, heads } = config;
  const [B, T] = tokens.shape;
  const split = (x: Tensor) => x.reshape([B, T, heads, width / heads]);

  let x = embedding(params.wte, tokens).add(embedding(params.wpe, range(T))); // [B, T, C]
  x = rmsNorm(x);
  for (let i = 0; i < layers; i++) {
    // Attention: each token gathers from the tokens before it.
    const h = rmsNorm(x);
    const q = split(linear(h, params[`layer${i}.attn_wq`])); // [B, T, heads, C / heads]
    const k = split(linear(h, params[`layer${i}.attn_wk`]));
    const v = split(linear(h, params[`layer${i}.attn_wv`]));
    const gathered = attention(q, k, v).reshape([B, T, width]);
    x = x.add(linear(gathered, params[`layer${i}.attn_wo`]));

    // MLP: each token thinks for itself.
    const wide = relu(linear(rmsNorm(x), params[`layer${i}.mlp_fc1`])); // [B, T, mlp * C]
    x = x.add(linear(wide, params[`layer${i}.mlp_fc2`]));
  }
  return linear(x, params.lm_head);
}
