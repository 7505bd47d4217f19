import type { ProgramSource } from '../programs/program';
import type { TraceTarget } from '../programs/traced';
import type { Sandbox } from '../sandbox/sandbox';
import { type PreparedProgram, prepareProgram } from './prepare';

/** A candidate, its incumbent, and a few that a researcher tried out before they were proposed. */
const KEPT = 6;

const known = new WeakMap<Sandbox, Map<string, PreparedProgram>>();

/**
 * As `prepareProgram`, and the latest few programs of a sandbox are not traced again: a program is
 * inspected before its first trial, and then trained on several seeds. What crashed is not kept.
 */
export async function preparedProgram(
  sandbox: Sandbox,
  source: ProgramSource,
  target: TraceTarget,
): Promise<PreparedProgram> {
  const programs = known.get(sandbox) ?? new Map<string, PreparedProgram>();
  known.set(sandbox, programs);
  const key = JSON.stringify([source.model, source.optimizer, target]);
  const prepared = programs.get(key) ?? (await prepareProgram(sandbox, source, target));
  // Put in again, so that the first key is always the one that was not needed for longest.
  programs.delete(key);
  programs.set(key, prepared);
  if (programs.size > KEPT) programs.delete(programs.keys().next().value!);
  return prepared;
}
