import {
  boolean,
  integer,
  number,
  optional,
  record,
  text,
} from '../../agent/history/format/readers';
import type { Caps } from '../../agent/researchers/claude/caps';
import type { Price } from '../../agent/researchers/claude/prices';
import type { Shelf } from '../lab/study-shelf';

export const MOST_RESEARCHERS = 4;

export type OwnPrice = Omit<Price, 'long'>;

/** What the visitor chose for Claude. The key is no part of it. */
export interface ClaudeSettings {
  readonly baseURL: string;
  /** Ids of models; the empty text where none was chosen yet. */
  readonly model: string;
  /** For critic and director; the empty text takes the researchers'. */
  readonly roleModel: string;
  readonly researchers: number;
  readonly critic: boolean;
  readonly director: boolean;
  readonly caps: Caps;
  /** In place of the table's. */
  readonly prices: Readonly<Record<string, OwnPrice>>;
  /** Whether Claude is to work here, as soon as there is a key. */
  readonly brought: boolean;
}

export const API_URL = 'https://api.anthropic.com';

export const DEFAULT_SETTINGS: ClaudeSettings = {
  baseURL: API_URL,
  model: '',
  roleModel: '',
  researchers: 1,
  critic: false,
  director: false,
  caps: { dollars: 5, experiments: 50, hours: 12 },
  prices: {},
  brought: false,
};

const ENTRY = 'loopy-lab:claude';
const MOST_PRICES = 100;

const caps = record<Caps>({
  dollars: optional(number),
  tokens: optional(number),
  experiments: optional(number),
  hours: optional(number),
});

/** A person's price knows no other one for long prompts. */
const price = record<OwnPrice>({
  input: number,
  output: number,
  cacheWrite: number,
  cacheWriteHour: number,
  cacheRead: number,
});

const settings = record<ClaudeSettings>({
  baseURL: (json, path) => new URL(text(300)(json, path)).href.replace(/\/$/, ''),
  model: text(200),
  roleModel: text(200),
  researchers: (json, path) => Math.min(MOST_RESEARCHERS, Math.max(1, integer(json, path))),
  critic: boolean,
  director: boolean,
  caps,
  prices: (json, path) => {
    const entries = Object.entries(json ?? {}).slice(0, MOST_PRICES);
    return Object.fromEntries(entries.map(([id, each]) => [id, price(each, `${path}.${id}`)]));
  },
  brought: boolean,
});

/** What was chosen on this device before; what cannot be read is as if nothing had been. */
export function readSettings(shelf: Shelf | null): ClaudeSettings {
  try {
    const json = shelf?.getItem(ENTRY);
    return json ? settings(JSON.parse(json), ENTRY) : DEFAULT_SETTINGS;
  } catch {
    return DEFAULT_SETTINGS;
  }
}

export function keepSettings(shelf: Shelf | null, chosen: ClaudeSettings): void {
  try {
    shelf?.setItem(ENTRY, JSON.stringify(chosen));
  } catch {
    // They then last as long as the page.
  }
}
