// AdamW (Loshchilov & Hutter, 2019): a warm-up, a plateau, then a straight line down to zero.

import type { Params, State, Tensor, Time } from 'loopy';
import { map, maximum, minimum, scalar, zerosLike } from 'loopy';

export const batch = 16;

const learningRate = 0.01;
const warmup = 0.05; // shares of the budget
const decay = 0.5;
const beta1 = 0.9;
const beta2 = 0.95;
const epsilon = 1e-8;
const weightDecay = 0.1;

export function state(params: Params): State {
  return { m: map(params, zerosLike), v: map(params, zerosLike) };
}

/** The learning rate at a point of the budget: up over `warmup`, down over the last `decay`. */
function schedule(progress: Tensor): Tensor {
  const up = progress.div(warmup).add(0.01);
  const down = scalar(1).sub(progress).div(decay);
  return maximum(minimum(minimum(up, down), 1), 0).mul(learningRate);
}

/** One step. `t.step` counts from 0; `t.progress` is the share of the budget used, from 0 to 1. */
export function update(params: Params, grads: Params, state: State, t: Time) {
  const lr = schedule(t.progress);
  const steps = t.step.add(1);
  const mBias = scalar(1).sub(scalar(beta1).pow(steps));
  const vBias = scalar(1).sub(scalar(beta2).pow(steps));

  const m = map(grads, (g, name) => state.m[name].mul(beta1).add(g.mul(1 - beta1)));
  const v = map(grads, (g, name) => state.v[name].mul(beta2).add(g.square().mul(1 - beta2)));
  const next = map(params, (p, name) => {
    const mHat = m[name].div(mBias);
    const vHat = v[name].div(vBias);
    const shrunk = p.shape.length > 1 ? p.mul(scalar(1).sub(lr.mul(weightDecay))) : p;
    return shrunk.sub(lr.mul(mHat).div(vHat.sqrt().add(epsilon)));
  });
  return { params: next, state: { m, v } };
}
