import type { Study } from '../../agent/study';
import { PRESETS, presetNamed } from '../../model/programs';
import { BUILTIN_TASK, CATALOGUE, taskNamed } from '../../model/tasks/catalogue';
import type { Budget, BudgetUnit } from '../../model/tasks/task';
import type { DeviceChoice } from '../workers/protocol';
import type { StudySetup } from './lab';

/** What a link to the lab may set: `?task=names&program=gpt&seconds=5`. */
export interface Settings {
  readonly task: string;
  readonly program: string;
  readonly budget: Budget | null;
  readonly precision: 'f32' | 'f16';
  readonly device: Exclude<DeviceChoice['kind'], 'named'>;
  /** Whether the lab begins by itself. */
  readonly autostart: boolean;
  /** Experiments after which the loop rests, the baseline not counted; null goes on. */
  readonly experiments: number | null;
  /** The names of those that the link really gave. */
  readonly given: ReadonlySet<string>;
  /** What the link asked for and cannot have, in words. */
  readonly problems: readonly string[];
}

export const DEFAULTS: Settings = {
  task: BUILTIN_TASK.name,
  program: PRESETS[0].name,
  budget: null,
  precision: 'f32',
  device: 'auto',
  autostart: true,
  experiments: null,
  given: new Set(),
  problems: [],
};

const BUDGET_LIMITS: Readonly<Record<BudgetUnit, number>> = {
  seconds: 3600,
  steps: 1e7,
  tokens: 1e11,
  flops: 1e18,
};

type Reading = Partial<Settings> | string;

/** One row for each name: what it sets, or a sentence that says why it cannot. */
const READERS: Readonly<Record<string, (value: string) => Reading>> = {
  task: (value) =>
    CATALOGUE.some(({ task }) => task.name === value)
      ? { task: value }
      : `there is no task ${value}; the lab knows ${names(CATALOGUE.map(({ task }) => task.name))}`,
  program: (value) =>
    presetNamed(value)
      ? { program: value }
      : `there is no program ${value}; the lab knows ${names(PRESETS.map(({ name }) => name))}`,
  device: (value) =>
    value === 'auto' || value === 'webgpu' || value === 'wasm' || value === 'cpu'
      ? { device: value }
      : `there is no device ${value}; the lab knows auto, webgpu, wasm and cpu`,
  precision: (value) =>
    value === 'f32' || value === 'f16'
      ? { precision: value }
      : `there is no precision ${value}; the lab knows f32 and f16`,
  autostart: (value) =>
    value === '0' || value === '1' ? { autostart: value === '1' } : 'autostart is 0 or 1',
  experiments: (value) =>
    /^\d{1,6}$/.test(value) ? { experiments: Number(value) } : 'experiments is a whole number',
  ...Object.fromEntries(
    Object.entries(BUDGET_LIMITS).map(([unit, most]) => [
      unit,
      (value: string): Reading => {
        const amount = Number(value);
        return value !== '' && amount > 0 && amount <= most
          ? { budget: { unit: unit as BudgetUnit, amount } }
          : `${unit} is a number above 0 and at most ${most}`;
      },
    ]),
  ),
};

/** Reads the query of a link. Names that the lab does not know are left alone; others may use them. */
export function readSettings(query: string): Settings {
  let settings: Settings = DEFAULTS;
  const given = new Set<string>();
  const problems: string[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    const read = Object.hasOwn(READERS, name) ? READERS[name]!(value.slice(0, 100)) : {};
    if (typeof read === 'string') {
      problems.push(read);
      continue;
    }
    settings = { ...settings, ...read };
    for (const part of Object.keys(read)) given.add(part);
  }
  return { ...settings, given, problems };
}

/** The study that this link begins. */
export function setupOf({ task, program, budget, precision }: Settings): StudySetup {
  const mixed = precision === 'f16' ? { precision } : {};
  return { task, program, budget: budget ?? taskNamed(task).budget, ...mixed };
}

/** Whether a study is one that this link could have begun, so that a reload goes on with it. */
export function fits(study: Study, settings: Settings): boolean {
  const { task, program, budget, precision, given } = settings;
  const own = study.task.budget;
  if (given.has('task') && study.task.name !== task) return false;
  if (given.has('budget') && (own.unit !== budget?.unit || own.amount !== budget.amount))
    return false;
  if (given.has('precision') && (study.task.precision ?? 'f32') !== precision) return false;
  const source = presetNamed(program)?.source;
  return (
    !given.has('program') ||
    (study.baseline.model === source?.model && study.baseline.optimizer === source.optimizer)
  );
}

const names = (list: readonly string[]) => list.join(', ');
