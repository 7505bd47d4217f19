// Adam (Kingma & Ba, 2015) with a learning rate that falls in a straight line to zero.
// MicroGPT reads one document a step; the lab reads a batch of them, for a steadier gradient.

import type { Params, State, Time } from 'loopy';
import { map, scalar, zerosLike } from 'loopy';

export const batch = 8;

const learningRate = 0.01;
const beta1 = 0.85;
const beta2 = 0.99;
const epsilon = 1e-8;

export function state(params: Params): State {
  return { m: map(params, zerosLike), v: map(params, zerosLike) };
}

/** One step. `t.step` counts from 0; `t.progress` is the share of the budget used, from 0 to 1. */
export function update(params: Params, grads: Params, state: State, t: Time) {
  const lr = scalar(learningRate).mul(scalar(1).sub(t.progress));
  const steps = t.step.add(1);
  const mBias = scalar(1).sub(scalar(beta1).pow(steps));
  const vBias = scalar(1).sub(scalar(beta2).pow(steps));

  const m = map(grads, (g, name) => state.m[name].mul(beta1).add(g.mul(1 - beta1)));
  const v = map(grads, (g, name) => state.v[name].mul(beta2).add(g.square().mul(1 - beta2)));
  const next = map(params, (p, name) => {
    const mHat = m[name].div(mBias);
    const vHat = v[name].div(vBias);
    return p.sub(lr.mul(mHat).div(vHat.sqrt().add(epsilon)));
  });
  return { params: next, state: { m, v } };
}
