import { meanOf, summariesOf } from './scores';
import type { Experiment, Study } from './study';

type Column = readonly [name: string, value: (experiment: Experiment) => string];

/** The first five are autoresearch's, in its order and its manner: a crash scores 0. */
const COLUMNS: readonly Column[] = [
  ['id', (e) => e.id],
  ['val_bpb', (e) => (mean(e, 'valBpb') ?? 0).toFixed(6)],
  ['memory', (e) => gibibytes(mean(e, 'peakBytes') ?? 0)],
  ['status', (e) => e.verdict?.decision ?? 'running'],
  ['description', (e) => e.title],
  ['kind', (e) => e.kind],
  ['researcher', (e) => e.researcher],
  ['seeds', (e) => String(summariesOf(e).length)],
  ['mean_difference', (e) => e.verdict?.evidence.mean?.toFixed(6) ?? ''],
  ['p', (e) => e.verdict?.evidence.p?.toPrecision(3) ?? ''],
  ['parameters', (e) => rounded(mean(e, 'parameters'))],
  ['tokens', (e) => rounded(mean(e, 'tokens'))],
  ['steps', (e) => rounded(mean(e, 'steps'))],
  ['training_seconds', (e) => mean(e, 'trainingSeconds')?.toFixed(2) ?? ''],
  ['device', (e) => summariesOf(e)[0]?.device.name ?? ''],
  ['hypothesis', (e) => e.hypothesis],
  ['verdict', (e) => e.verdict?.reason ?? ''],
];

/** The study as a table of tab-separated values, one experiment a row; numbers are means over its trials. */
export function resultsTsv(study: Study): string {
  const rows = study.experiments.map((e) => COLUMNS.map(([, value]) => escaped(value(e))));
  return [COLUMNS.map(([name]) => name), ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

type Measurement = 'valBpb' | 'peakBytes' | 'parameters' | 'tokens' | 'steps' | 'trainingSeconds';

function mean(experiment: Experiment, name: Measurement): number | null {
  return meanOf(summariesOf(experiment), (summary) => summary[name]);
}

function rounded(value: number | null): string {
  return value === null ? '' : String(Math.round(value));
}

/** One decimal, as autoresearch writes it, and more where a small model would show as 0. */
function gibibytes(bytes: number): string {
  const value = bytes / 2 ** 30;
  return value === 0 || value >= 0.1 ? value.toFixed(1) : value.toFixed(6);
}

/** A row is a line and a cell ends at a tab, so both are written as a backslash and a letter. */
function escaped(text: string): string {
  const names: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
  return text.replace(/[\\\t\n\r]/g, (character) => names[character]!);
}
