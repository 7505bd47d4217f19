// The model of the bench: a GPT whose parts are switched by `config`, which the bench rewrites for each model.
// Shapes: B sequences of T tokens, C numbers for each token, V tokens in the vocabulary.

import type { Params, Task, Tensor } from 'loopy';
import {
  attention,
  embedding,
  layerNorm,
  linear,
  normal,
  ones,
  relu,
  rmsNorm,
  rope,
  softcap,
} from 'loopy';

export const config = {
  layers: 4,
  width: 128,
  heads: 4,
  mlp: 4,
  ropeBase: 0,
  layerNorm: false,
  gains: false,
  squared: false,
  logitCap: 0,
};

/** Without `ropeBase` positions are learned; with `gains` every norm has a vector of its own. */
export function init(task: Task): Params {
  const { layers, width, mlp, ropeBase, gains } = config;
  const matrix = (out: number, from: number) => normal([out, from], { std: from ** -0.5 });
  const params: Params = { wte: normal([task.vocab, width], { std: 1 }) };
  if (ropeBase === 0) params.wpe = normal([task.context, width], { std: 0.1 });
  for (let i = 0; i < layers; i++) {
    params[`layer${i}.wq`] = matrix(width, width);
    params[`layer${i}.wk`] = matrix(width, width);
    params[`layer${i}.wv`] = matrix(width, width);
    params[`layer${i}.wo`] = matrix(width, width);
    params[`layer${i}.up`] = matrix(mlp * width, width);
    params[`layer${i}.down`] = matrix(width, mlp * width);
    if (gains) {
      params[`layer${i}.norm1`] = ones([width]);
      params[`layer${i}.norm2`] = ones([width]);
    }
  }
  if (gains) params.norm = ones([width]);
  params.head = matrix(task.vocab, width);
  return params;
}

/** tokens [B, T] -> logits [B, T, V]. */
export function forward(params: Params, tokens: Tensor): Tensor {
  const { layers, width, heads, ropeBase, gains, squared, logitCap } = config;
  const [B, T] = tokens.shape;
  const split = (x: Tensor) => x.reshape([B, T, heads, width / heads]);
  const turn = (x: Tensor) => (ropeBase > 0 ? rope(x, { base: ropeBase }) : x);
  const norm = (x: Tensor, name: string) => {
    const options = gains ? { gain: params[name], eps: 1e-5 } : { eps: 1e-5 };
    return config.layerNorm ? layerNorm(x, options) : rmsNorm(x, options);
  };

  let x = embedding(params.wte, tokens); // [B, T, C]
  if (ropeBase === 0) x = x.add(params.wpe);
  for (let i = 0; i < layers; i++) {
    const h = norm(x, `layer${i}.norm1`);
    const q = turn(split(linear(h, params[`layer${i}.wq`]))); // [B, T, heads, C / heads]
    const k = turn(split(linear(h, params[`layer${i}.wk`])));
    const v = split(linear(h, params[`layer${i}.wv`]));
    const gathered = attention(q, k, v).reshape([B, T, width]);
    x = x.add(linear(gathered, params[`layer${i}.wo`]));

    const wide = relu(linear(norm(x, `layer${i}.norm2`), params[`layer${i}.up`]));
    x = x.add(linear(squared ? wide.square() : wide, params[`layer${i}.down`]));
  }
  const logits = linear(norm(x, 'norm'), params.head);
  return logitCap > 0 ? softcap(logits, logitCap) : logits;
}
