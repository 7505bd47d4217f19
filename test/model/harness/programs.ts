import type { ProgramSource } from '../../../src/model/programs/program';

/**
 * A model as small as a model can be, with its forward's body as given: `x` [B, T, 8] is the embedding of
 * `tokens` [B, T], and `params.head` [V, 8] turns such a thing into logits.
 */
export function tinyProgram({
  forward = 'return linear(x, params.head);',
  more = '',
  optimizer = 'sgd',
  rate = 0.5,
}: {
  forward?: string;
  more?: string;
  optimizer?: string;
  rate?: number;
} = {}): ProgramSource {
  return {
    model: `
      import { concat, embedding, linear, normal } from 'loopy';
      export function init(task) {
        return { wte: normal([task.vocab, 8], { std: 0.5 }), head: normal([task.vocab, 8], { std: 0.5 }) };
      }
      export function forward(params, tokens) {
        const [B, T] = tokens.shape;
        const x = embedding(params.wte, tokens);
        ${forward}
      }
      ${more}`,
    optimizer:
      optimizer === 'sgd'
        ? `
      import { map } from 'loopy';
      export const batch = 4;
      export function state() { return {}; }
      export function update(params, grads, state, t) {
        return { params: map(params, (p, name) => p.sub(grads[name].mul(${rate}))), state: {} };
      }`
        : optimizer,
  };
}
