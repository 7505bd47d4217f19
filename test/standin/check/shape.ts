import { Violation } from '../errors.ts';

export type Fields = Record<string, unknown>;

/** Readers that name the path of what they refuse, as the API does (`messages.0.content.1.text`). */
export function asObject(value: unknown, path: string): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Violation(`${path}: Input should be an object, got ${describe(value)}`);
  return value as Fields;
}

export function asArray(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value))
    throw new Violation(`${path}: Input should be a list, got ${describe(value)}`);
  return value;
}

export function asText(value: unknown, path: string): string {
  if (typeof value !== 'string')
    throw new Violation(`${path}: Input should be a string, got ${describe(value)}`);
  return value;
}

export function asWhole(value: unknown, path: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new Violation(`${path}: Input should be a whole number, got ${describe(value)}`);
  if (value < least)
    throw new Violation(`${path}: Input should be greater than or equal to ${least}, got ${value}`);
  if (value > most) throw new Violation(`${path}: Input should be at most ${most}, got ${value}`);
  return value;
}

export function asBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean')
    throw new Violation(`${path}: Input should be true or false, got ${describe(value)}`);
  return value;
}

export function oneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
  if (typeof value !== 'string' || !allowed.includes(value as T))
    throw new Violation(
      `${path}: Input should be one of ${allowed.join(', ')}, got ${describe(value)}`,
    );
  return value as T;
}

export function onlyFields(fields: Fields, path: string, allowed: readonly string[]): void {
  for (const name of Object.keys(fields))
    if (!allowed.includes(name))
      throw new Violation(`${path ? `${path}.` : ''}${name}: Extra inputs are not permitted`);
}

/** Absent and null mean the same for a field that may be left out. */
export function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function checkCacheControl(value: unknown, path: string): '5m' | '1h' | undefined {
  if (!given(value)) return undefined;
  const mark = asObject(value, path);
  onlyFields(mark, path, ['type', 'ttl']);
  oneOf(mark.type, `${path}.type`, ['ephemeral']);
  return mark.ttl === undefined ? '5m' : oneOf<'5m' | '1h'>(mark.ttl, `${path}.ttl`, ['5m', '1h']);
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
