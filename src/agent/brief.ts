import type { ProgramSource } from '../model/programs/program';
import { isNamed } from './researchers/local/names';
import type { ResearcherName } from './study';

/** What a brief asks for in a form that a researcher without understanding of prose can honour. */
export interface Brief {
  /** What must stay as it is: `config.layers`, `optimizer.ts`, `learningRate`. */
  readonly frozen: readonly string[];
  readonly limits: Limits;
  /** Families or kinds of edits, in lower case. */
  readonly prefer: readonly string[];
  readonly avoid: readonly string[];
  /** Lines in other words, for researchers who read. */
  readonly others: readonly string[];
}

export interface Limits {
  readonly parameters?: number;
  readonly secondsPerStep?: number;
  readonly sourceTokens?: number;
}

const LIMITS: readonly { readonly limit: keyof Limits; readonly pattern: RegExp }[] = [
  { limit: 'parameters', pattern: /^max(?:imum)? parameters\s*[:=]\s*(.+)$/i },
  { limit: 'secondsPerStep', pattern: /^max(?:imum)? seconds per step\s*[:=]\s*(.+)$/i },
  { limit: 'sourceTokens', pattern: /^max(?:imum)? source tokens\s*[:=]\s*(.+)$/i },
];

/**
 * Reads the directives of a brief, one a line, as a plain line or an item of a Markdown list:
 *
 *     freeze: config.layers, optimizer.ts
 *     max parameters: 100000          (also: max seconds per step, max source tokens)
 *     prefer: schedule, optimizer
 *     avoid: size, dropout
 *
 * Headings, comments and blank lines say nothing here; every other line is handed back in `others`. Never throws.
 */
export function readBrief(text: string): Brief {
  const frozen: string[] = [];
  const prefer: string[] = [];
  const avoid: string[] = [];
  const others: string[] = [];
  const limits: { -readonly [L in keyof Limits]: number } = {};
  for (const { raw, line } of sayingLines(text)) {
    const [, word = '', rest = ''] =
      /^(freeze|frozen|prefer|avoid)\s*[:=]\s*(.+)$/i.exec(line) ?? [];
    const items = rest
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    const limit = limitIn(line);
    if (word.toLowerCase().startsWith('fr')) frozen.push(...items);
    else if (word.toLowerCase() === 'prefer') prefer.push(...items.map((i) => i.toLowerCase()));
    else if (word.toLowerCase() === 'avoid') avoid.push(...items.map((i) => i.toLowerCase()));
    else if (limit) limits[limit.limit] = limit.value;
    else others.push(raw);
  }
  return { frozen, limits, prefer, avoid, others };
}

/** A line that a researcher passes over, as it stands. */
export interface Unheard {
  readonly line: string;
  /** What `prefer` or `avoid` name in it and nothing is called; the rest of the line is heeded. Else none. */
  readonly unknown: readonly string[];
}

/**
 * The lines of a brief that this researcher passes over, all or in part, for the person who wrote them: Claude and
 * people read all of it, the local researcher its directives, and the others propose what they would without one.
 */
export function unheardLines(text: string, researcher: ResearcherName): readonly Unheard[] {
  if (researcher === 'claude' || researcher === 'human') return [];
  return sayingLines(text).flatMap(({ raw }): Unheard[] => {
    if (researcher !== 'local') return [{ line: raw, unknown: [] }];
    const { others, prefer, avoid } = readBrief(raw);
    const unknown = [...prefer, ...avoid].filter((item) => !isNamed(item));
    return others.length > 0 || unknown.length > 0 ? [{ line: raw, unknown }] : [];
  });
}

/** Lines that say something, as they stand and without the marks of Markdown. */
function sayingLines(text: string): { raw: string; line: string }[] {
  return text
    .replace(/<!--[\s\S]*?-->/g, '')
    .split('\n')
    .map((raw) => ({
      raw: raw.trim(),
      line: raw
        .replace(/^\s*(?:[-*+]|\d+\.)\s+/, '')
        .replace(/[`*]/g, '')
        .trim(),
    }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
}

/** `100000`, `100,000`, `100k`, `1.5M`, `0.02 s`; null for a limit that is no positive number. */
function limitIn(line: string): { limit: keyof Limits; value: number } | null {
  for (const { limit, pattern } of LIMITS) {
    const said = pattern.exec(line)?.[1];
    if (said === undefined) continue;
    const [, digits = '', unit = ''] =
      /^([\d.,_]+(?:e[+-]?\d+)?)\s*([kM]|s|seconds?|tokens?|parameters?)?\.?$/.exec(said.trim()) ??
      [];
    const value =
      Number(digits.replace(/[,_]/g, '')) * (unit === 'k' ? 1e3 : unit === 'M' ? 1e6 : 1);
    return value > 0 && Number.isFinite(value) ? { limit, value } : null;
  }
  return null;
}

/** The file that an item of `freeze` names as a whole, or null. */
export function frozenFile(item: string): keyof ProgramSource | null {
  const name = /^(model|optimizer)\.ts$/.exec(item)?.[1];
  return name === 'model' || name === 'optimizer' ? name : null;
}
