import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { PRESETS } from '../model/programs';
import { PROGRAM_FILES, type ProgramSource } from '../model/programs/program';
import type { Budget, BudgetUnit } from '../model/tasks/task';

/** The command line asks for something that cannot be done; the message says what can. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options that every command which trains understands. */
export const TRAINING_OPTIONS = {
  program: { type: 'string', default: 'microgpt' },
  task: { type: 'string', default: 'builtin' },
  device: { type: 'string', default: 'auto' },
  seconds: { type: 'string' },
  steps: { type: 'string' },
  tokens: { type: 'string' },
  flops: { type: 'string' },
  precision: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const satisfies ParseArgsConfig['options'];

const PRESET_NAMES = PRESETS.map(({ name }) => name).join(', ');

export const TRAINING_HELP = `
  --program NAME|FOLDER   a preset (${PRESET_NAMES}) or a folder with model.ts and optimizer.ts
  --task NAME|FILE        a task of the catalogue (builtin, names, ...) or a text file of one's own
  --device KIND           auto (the faster of webgpu and wasm here), webgpu, wasm or cpu
  --seconds N             the budget of each trial; or --steps, --tokens, --flops
  --precision f16         mixed precision: products of numbers rounded to float16 (default f32)
  --json                  end in one line of JSON`;

/** Parses arguments, or throws UsageError with the help of the command. */
export function parse<T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
  help: string,
) {
  let parsed: ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${help}`);
  }
  if ((parsed.values as { help?: boolean }).help) throw new UsageError(help);
  return parsed;
}

/** Whether an option stands among the arguments, whatever its default. */
export function isGiven(args: readonly string[], option: string): boolean {
  return args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`));
}

/** A positive number, or a UsageError that names the option. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`--${name} needs a positive number, not ${JSON.stringify(text)}`);
}

const UNITS: readonly BudgetUnit[] = ['seconds', 'steps', 'tokens', 'flops'];

/** The budget that the options name, or undefined for the task's own. */
export function budgetOf(
  values: Partial<Record<BudgetUnit, string | undefined>>,
): Budget | undefined {
  const given = UNITS.filter((unit) => values[unit] !== undefined);
  if (given.length > 1) throw new UsageError(`one budget, please: ${given.join(' or ')}`);
  const unit = given[0];
  return unit && { unit, amount: positive(unit, values[unit]!) };
}

/** A preset by name, or a folder of one's own. */
export function programOf(name: string): ProgramSource {
  const preset = PRESETS.find((each) => each.name === name);
  if (preset) return preset.source;
  try {
    const texts = PROGRAM_FILES.map(({ key, file }) => [
      key,
      readFileSync(join(name, file), 'utf8'),
    ]);
    return Object.fromEntries(texts) as ProgramSource;
  } catch {
    throw new UsageError(
      `there is no program ${name}: name a preset (${PRESET_NAMES}), or a folder that holds ${PROGRAM_FILES.map(({ file }) => file).join(' and ')}`,
    );
  }
}
