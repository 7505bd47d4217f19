import { didYouMean } from '../api/nearest';
import { ProgramError } from './errors';
import type { SandboxLimits } from './limits';
import { asRecord, readJson } from './requests';

/** A part of the budget, as the program asks for it. */
export interface Phase {
  readonly until: number;
  readonly batch: number;
  readonly context: number;
}

/** What a program exports, once it has been looked at. */
export interface ProgramExports {
  readonly config: Readonly<Record<string, unknown>>;
  readonly phases: readonly Phase[];
  readonly hasLoss: boolean;
  readonly hasAveraged: boolean;
}

/** What the two files must export. Other names are the program's own affair, and nobody reads them. */
const FUNCTIONS = [
  { file: 'model.ts', name: 'init', sign: 'init(task), giving named parameters' },
  { file: 'model.ts', name: 'forward', sign: 'forward(params, tokens), giving logits' },
  { file: 'optimizer.ts', name: 'state', sign: 'state(params), giving what it remembers' },
  {
    file: 'optimizer.ts',
    name: 'update',
    sign: 'update(params, grads, state, t), giving { params, state }',
  },
] as const;

interface Wanted {
  readonly context: number;
  readonly batch?: number | undefined;
}

/** Checks what the inside of the sandbox says the program exports. Throws ProgramError. */
export function readExports(json: string, wanted: Wanted, limits: SandboxLimits): ProgramExports {
  const said = asRecord(readJson(json), 'the exports');
  const kinds = {
    'model.ts': new Map(said.model as [string, string][]),
    'optimizer.ts': new Map(said.optimizer as [string, string][]),
  };
  for (const { file, name, sign } of FUNCTIONS) {
    if (kinds[file].get(name) === 'function') continue;
    const hint = kinds[file].has(name) ? '' : didYouMean(name, [...kinds[file].keys()]);
    throw new ProgramError('trace', `${file} must export a function ${sign}${hint}`, {
      file,
      line: 1,
    });
  }
  const optional = (file: keyof typeof kinds, name: string) => {
    const kind = kinds[file].get(name);
    if (kind !== undefined && kind !== 'function') throw misfit(file, `${name} must be a function`);
    return kind === 'function';
  };
  return {
    config: readConfig(said.config, limits),
    phases: readPhases(said, wanted, limits),
    hasLoss: optional('model.ts', 'loss'),
    hasAveraged: optional('optimizer.ts', 'averaged'),
  };
}

/** For display only, so a config that is too large is a mistake and not a danger. */
function readConfig(json: unknown, limits: SandboxLimits): Readonly<Record<string, unknown>> {
  if (json === undefined) return {};
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw misfit('model.ts', 'config must be an object of settings');
  }
  const length = JSON.stringify(json).length;
  if (length > limits.configLength) {
    throw misfit('model.ts', `config may hold ${limits.configLength} characters, not ${length}`);
  }
  return json as Readonly<Record<string, unknown>>;
}

/** `batch` alone is one phase over the whole budget. */
function readPhases(
  { batch, phases }: Record<string, unknown>,
  wanted: Wanted,
  limits: SandboxLimits,
): readonly Phase[] {
  if (batch === undefined && phases === undefined) {
    throw misfit(
      'optimizer.ts',
      'optimizer.ts must export batch, the sequences in a step, or phases',
    );
  }
  const list = phases === undefined ? [{ until: 1, batch }] : phases;
  if (!Array.isArray(list) || list.length === 0 || list.length > limits.phases) {
    throw misfit('optimizer.ts', `phases must be a list of 1 to ${limits.phases} phases`);
  }
  let before = 0;
  return list.map((json: unknown, i) => {
    const which = phases === undefined ? '' : `phase ${i + 1}: `;
    const phase = asPhase(json, which, batch, wanted);
    const last = i === list.length - 1;
    if (!(phase.until > before && phase.until <= 1) || last !== (phase.until === 1)) {
      throw misfit(
        'optimizer.ts',
        `${which}until must grow from phase to phase, and be 1 in the last and only there, not ${phase.until}`,
      );
    }
    before = phase.until;
    if (phase.batch > limits.batch) {
      throw misfit('optimizer.ts', `${which}batch may be ${limits.batch}, not ${phase.batch}`);
    }
    if (phase.context > wanted.context) {
      throw misfit(
        'optimizer.ts',
        `${which}context may be the task's ${wanted.context} tokens, not ${phase.context}`,
      );
    }
    return phase;
  });
}

function asPhase(json: unknown, which: string, usualBatch: unknown, wanted: Wanted): Phase {
  if (typeof json !== 'object' || json === null) {
    throw misfit('optimizer.ts', `${which}a phase is an object { until, batch, context }`);
  }
  const { until, batch = usualBatch, context = wanted.context } = json as Record<string, unknown>;
  if (typeof until !== 'number') {
    throw misfit('optimizer.ts', `${which}until must be a number from 0 to 1`);
  }
  return {
    until,
    batch: wanted.batch ?? asCount(batch, `${which}batch`),
    context: asCount(context, `${which}context`),
  };
}

function asCount(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  const shown = JSON.stringify(value)?.slice(0, 60) ?? 'missing';
  throw misfit('optimizer.ts', `${what} must be a whole number of at least 1, not ${shown}`);
}

function misfit(file: string, reason: string): ProgramError {
  return new ProgramError('trace', reason, { file, line: 1 });
}
