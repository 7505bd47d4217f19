import type { Inspection } from '../../../model/harness/inspect';
import type { ProgramSource } from '../../../model/programs/program';
import { type Brief, frozenFile } from '../../brief';
import { sameGraphRefusal } from '../../loop/proposals';
import { summariesOf } from '../../scores';
import type { Study, TrialRunner } from '../../study';
import { countTokens } from '../../verdicts/simplicity';
import { keyOf } from './syntax/nodes';
import { SyntaxTree } from './syntax/tree';

/** Whether what the brief froze is the same in both programs, layout included. */
export function leavesFrozen(
  { frozen }: Brief,
  before: ProgramSource,
  after: ProgramSource,
): boolean {
  return frozen.every((item) => {
    const file = frozenFile(item);
    if (file) return before[file] === after[file];
    return (['model', 'optimizer'] as const).every(
      (each) =>
        before[each] === after[each] ||
        declared(before[each], item) === declared(after[each], item),
    );
  });
}

/** The text of `config.name`, or of what a file declares under a name; null where it does not. */
function declared(text: string, item: string): string | null {
  const tree = treeOf(text);
  if (!tree) return null;
  const setting = /^config\.(\w+)$/.exec(item)?.[1];
  if (setting !== undefined) {
    const property = tree.config()?.properties.find((each) => keyOf(each) === setting);
    return property ? tree.textOf(property) : null;
  }
  for (const statement of tree.program.body) {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type === 'FunctionDeclaration' && inner.id?.name === item) return tree.textOf(inner);
  }
  const variable = tree
    .topDeclarations()
    .find(({ id }) => id.type === 'Identifier' && id.name === item);
  return variable ? tree.textOf(variable) : null;
}

function treeOf(text: string): SyntaxTree | null {
  try {
    return new SyntaxTree(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Whether a program stays within the limits of the brief, and computes what no experiment computed before.
 * Both need a look at its graphs, but for the limit on its text: without `inspect` the program passes. The time of a step is foreseen from the incumbent's, by
 * the operations of both; trials decide it, and this keeps far too slow ones from being run.
 */
export async function isWorthATrial(
  { limits }: Brief,
  program: ProgramSource,
  study: Study,
  inspect: TrialRunner['inspect'] | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { sourceTokens, parameters, secondsPerStep } = limits;
  if (sourceTokens !== undefined && countTokens(program) > sourceTokens) return false;
  const seen = await inspect?.(program, signal);
  if (seen?.status !== 'ok') return true; // its trial will say what is wrong
  if (sameGraphRefusal(study, program, seen.graphHash) !== null) return false;
  if (parameters !== undefined && seen.parameters > parameters) return false;
  const seconds = secondsPerStep === undefined ? null : secondsOfStep(study, seen);
  return seconds === null || secondsPerStep === undefined || seconds <= secondsPerStep;
}

function secondsOfStep(study: Study, seen: Inspection & { status: 'ok' }): number | null {
  const known = study.experiments.find(({ id }) => id === study.incumbent);
  const summary = known && summariesOf(known)[0];
  if (!summary || summary.achievedFlops <= 0) return null;
  const longest = Math.max(...seen.phases.map(({ batch, context }) => batch * context));
  return (seen.flopsPerToken * longest) / summary.achievedFlops;
}
