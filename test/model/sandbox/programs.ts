import type { ProgramSource } from '../../../src/model/programs/program';
import type { TracedProgram, TraceTarget } from '../../../src/model/programs/traced';
import { ProgramError } from '../../../src/model/sandbox/errors';
import type { SandboxLimits } from '../../../src/model/sandbox/limits';
import { loadSandbox } from '../../../src/model/sandbox/sandbox';

/** The smallest target that tells every axis from every other. */
export const TARGET: TraceTarget = { vocab: 5, context: 3, evaluationBatch: 2 };

const MODEL = `import * as loopy from 'loopy';
import { embedding, linear, normal, scalar } from 'loopy';
export function init(task) {
  return { table: normal([task.vocab, 4]), head: normal([task.vocab, 4]) };
}
export function forward(params, tokens) {
  /* forward */
  return linear(embedding(params.table, tokens), params.head);
}
`;

const OPTIMIZER = `import { map, zerosLike } from 'loopy';
export const batch = 7;
export function state(params) {
  /* state */
  return { m: map(params, zerosLike) };
}
export function update(params, grads, state, t) {
  /* update */
  return { params: map(params, (p, name) => p.sub(grads[name].mul(0.1))), state };
}
`;

/** A small sound program. Statements can be put at the head of its functions, or texts replaced. */
export function program(
  edits: {
    forward?: string;
    state?: string;
    update?: string;
    /** Appended to the files. */
    model?: string;
    optimizer?: string;
    replace?: readonly (readonly [from: string, to: string])[];
  } = {},
): ProgramSource {
  const apply = (text: string) =>
    (edits.replace ?? []).reduce((now, [from, to]) => now.replace(from, to), text);
  const place = (text: string) =>
    text
      .replace('/* forward */', edits.forward ?? '')
      .replace('/* state */', edits.state ?? '')
      .replace('/* update */', edits.update ?? '');
  return {
    model: apply(place(MODEL)) + (edits.model ?? ''),
    optimizer: apply(place(OPTIMIZER)) + (edits.optimizer ?? ''),
  };
}

/** The line of forward that `edits.forward` lands on. */
export const FORWARD_LINE = 7;

export async function trace(
  source: ProgramSource,
  limits: Partial<SandboxLimits> = {},
  target: TraceTarget = TARGET,
): Promise<TracedProgram> {
  return (await loadSandbox(limits)).trace(source, target);
}

/** How a program fails. Throws when it does not. */
export async function failure(
  source: ProgramSource,
  limits: Partial<SandboxLimits> = {},
): Promise<ProgramError> {
  try {
    await trace(source, limits);
  } catch (error) {
    if (error instanceof ProgramError) return error;
    throw error;
  }
  throw new Error('the program was traced without an error');
}
