// AdamW (Loshchilov & Hutter, 2019) at a constant rate, all parameters decayed alike.

import type { Params, State, Time } from 'loopy';
import { map, scalar, zerosLike } from 'loopy';

export const batch = 16;

const adam = { rate: 0.001, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1 };

export function state(params: Params): State {
  return { m: map(params, zerosLike), v: map(params, zerosLike) };
}

export function update(params: Params, grads: Params, state: State, t: Time) {
  const { rate, beta1, beta2, epsilon, decay } = adam;
  const steps = t.step.add(1);
  const mBias = scalar(1).sub(scalar(beta1).pow(steps));
  const vBias = scalar(1).sub(scalar(beta2).pow(steps));

  const m = map(grads, (g, name) => state.m[name].mul(beta1).add(g.mul(1 - beta1)));
  const v = map(grads, (g, name) => state.v[name].mul(beta2).add(g.square().mul(1 - beta2)));
  const next = map(params, (p, name) => {
    const direction = m[name].div(mBias).div(v[name].div(vBias).sqrt().add(epsilon));
    return p.sub(direction.add(p.mul(decay)).mul(rate));
  });
  return { params: next, state: { m, v } };
}
