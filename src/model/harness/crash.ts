import { DeviceLostError, OutOfMemoryError, ShaderError } from '../../kernels/devices/errors';
import { GraphError } from '../../kernels/graph/errors';
import { ProgramError } from '../sandbox/errors';
import type { Crash } from './trial';

/** The harness itself ends a trial for what its program did. */
export class ProgramCrash extends Error {
  override readonly name = 'ProgramCrash';
  constructor(readonly crash: Crash) {
    super(crash.message);
  }
}

/**
 * What a failed trial says of its program, or null where it says nothing of it (the device was lost) and
 * the trial is to be run again.
 */
export function crashOf(error: unknown): Crash | null {
  if (error instanceof ProgramCrash || error instanceof ProgramError) return error.crash;
  if (error instanceof GraphError) {
    const { at, reason } = error;
    return at ? { kind: 'shape', message: reason, at } : { kind: 'shape', message: reason };
  }
  if (error instanceof ShaderError) {
    return { kind: 'shader', message: `${error.message}: ${error.log}` };
  }
  if (error instanceof OutOfMemoryError) return { kind: 'memory', message: error.message };
  if (error instanceof DeviceLostError) return null;
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}
