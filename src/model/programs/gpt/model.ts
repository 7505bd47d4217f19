// A GPT with the parts that today's small models share: RoPE, QK-norm, squared ReLU, a soft cap.
// Shapes: B sequences of T tokens, C numbers for each token, V tokens in the vocabulary.

import type { Params, Task, Tensor } from 'loopy';
import { attention, embedding, linear, normal, relu, rmsNorm, rope, softcap, zeros } from 'loopy';

export const config = { layers: 2, width: 64, heads: 4, mlp: 4, ropeBase: 10000, logitCap: 15 };

/** Every parameter by name, and how it begins. Matrices are [out, in]; what closes a branch starts at 0. */
export function init(task: Task): Params {
  const { layers, width, mlp } = config;
  const matrix = (out: number, from: number) => normal([out, from], { std: from ** -0.5 });
  const params: Params = {
    wte: normal([task.vocab, width], { std: 1 }),
    lm_head: zeros([task.vocab, width]),
  };
  for (let i = 0; i < layers; i++) {
    params[`layer${i}.attn_wq`] = matrix(width, width);
    params[`layer${i}.attn_wk`] = matrix(width, width);
    params[`layer${i}.attn_wv`] = matrix(width, width);
    params[`layer${i}.attn_wo`] = zeros([width, width]);
    params[`layer${i}.mlp_fc1`] = matrix(mlp * width, width);
    params[`layer${i}.mlp_fc2`] = zeros([width, mlp * width]);
  }
  return params;
}

/** tokens [B, T] -> logits [B, T, V]. */
export function forward(params: Params, tokens: Tensor): Tensor {
  const { layers, width, heads, ropeBase, logitCap } = config;
  const [B, T] = tokens.shape;
  const split = (x: Tensor) => x.reshape([B, T, heads, width / heads]);
  const turn = (x: Tensor) => rope(rmsNorm(x), { base: ropeBase }); // QK-norm, then position

  let x = rmsNorm(embedding(params.wte, tokens)); // [B, T, C]
  for (let i = 0; i < layers; i++) {
    const h = rmsNorm(x);
    const q = turn(split(linear(h, params[`layer${i}.attn_wq`]))); // [B, T, heads, C / heads]
    const k = turn(split(linear(h, params[`layer${i}.attn_wk`])));
    const v = split(linear(h, params[`layer${i}.attn_wv`]));
    const gathered = attention(q, k, v).reshape([B, T, width]);
    x = x.add(linear(gathered, params[`layer${i}.attn_wo`]));

    const wide = relu(linear(rmsNorm(x), params[`layer${i}.mlp_fc1`])).square(); // [B, T, mlp * C]
    x = x.add(linear(wide, params[`layer${i}.mlp_fc2`]));
  }
  return softcap(linear(rmsNorm(x), params.lm_head), logitCap);
}
