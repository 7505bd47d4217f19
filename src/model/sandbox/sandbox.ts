import { GraphError } from '../../kernels/graph/errors';
import type { ProgramSource } from '../programs/program';
import type { TracedProgram, TraceTarget } from '../programs/traced';
import { type Engine, loadEngine } from './engine';
import { ProgramError } from './errors';
import { readExports } from './exports';
import { SANDBOX_LIMITS, type SandboxLimits } from './limits';
import { openProgram } from './open';
import { traceProgram } from './trace';

/** Turns the text of programs, which nobody trusts, into graphs, which need no trust. */
export interface Sandbox {
  /**
   * Runs a program once, on tensors that only have shapes, and gives the graphs it describes. The same
   * source and target always give the same result. Rejects with a ProgramError that says what is wrong
   * with the program and in which of its lines; the next trace is never affected by the one before.
   *
   * The deadline is looked at between the steps of the program, of which a hostile one can make some that
   * take seconds. Whoever cannot wait runs the sandbox in a worker and ends that.
   */
  trace(source: ProgramSource, target: TraceTarget): Promise<TracedProgram>;
}

/** Loads the sandbox; the first call fetches and compiles QuickJS, later ones are free. */
export async function loadSandbox(limits: Partial<SandboxLimits> = {}): Promise<Sandbox> {
  engine ??= loadEngine();
  const makeQuickJS = await engine;
  return {
    trace: (source, target) => trace(makeQuickJS, source, target, { ...SANDBOX_LIMITS, ...limits }),
  };
}

let engine: Promise<Engine> | undefined;

async function trace(
  makeQuickJS: Engine,
  source: ProgramSource,
  target: TraceTarget,
  limits: SandboxLimits,
): Promise<TracedProgram> {
  const quickjs = await makeQuickJS();
  try {
    const program = openProgram(quickjs, source, limits);
    const exports = readExports(
      program.driver('describeExports', String(limits.configDepth)),
      target,
      limits,
    );
    return traceProgram(program, exports, target, limits);
  } catch (error) {
    if (error instanceof GraphError) throw new ProgramError('shape', error.reason, error.at);
    throw error;
  }
}
