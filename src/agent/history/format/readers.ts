import { HistoryError } from '../errors';

/**
 * Turns untrusted JSON into a value of a known type, built anew from the fields it knows, or throws
 * HistoryError naming the place: `events[3].proposal.title must be a string`.
 */
export type Reader<T> = (json: unknown, path: string) => T;

export const text =
  (longest: number): Reader<string> =>
  (json, path) => {
    if (typeof json !== 'string') throw wrong(path, 'a string', json);
    if (json.length > longest) {
      throw new HistoryError(`${path} has ${json.length} characters; ${longest} are allowed`);
    }
    return json;
  };

export const number: Reader<number> = (json, path) => {
  if (typeof json !== 'number' || !Number.isFinite(json)) throw wrong(path, 'a number', json);
  return json;
};

/** A measurement may have failed, and JSON writes what is not a number as null. */
export const measured: Reader<number> = (json, path) =>
  json === null || (typeof json === 'number' && !Number.isFinite(json))
    ? Number.NaN
    : number(json, path);

export const integer: Reader<number> = (json, path) => {
  if (!Number.isSafeInteger(json)) throw wrong(path, 'a whole number', json);
  return json as number;
};

export const boolean: Reader<boolean> = (json, path) => {
  if (typeof json !== 'boolean') throw wrong(path, 'true or false', json);
  return json;
};

export const oneOf =
  <T extends string>(...allowed: readonly T[]): Reader<T> =>
  (json, path) => {
    const found = allowed.find((value) => value === json);
    if (found === undefined) throw wrong(path, `one of ${allowed.join(', ')}`, json);
    return found;
  };

export const nullable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (json, path) =>
    json === null ? null : reader(json, path);

/** A field that may be missing; see `record`. */
export const optional =
  <T>(reader: Reader<T>): Optional<T> =>
  (json, path) =>
    json === undefined ? undefined : reader(json, path);

export type Optional<T> = Reader<T | undefined>;

export const list =
  <T>(reader: Reader<T>, longest: number): Reader<T[]> =>
  (json, path) => {
    if (!Array.isArray(json)) throw wrong(path, 'a list', json);
    if (json.length > longest) {
      throw new HistoryError(`${path} has ${json.length} entries; ${longest} are allowed`);
    }
    return json.map((entry, i) => reader(entry, `${path}[${i}]`));
  };

export const pair =
  (reader: Reader<number>): Reader<[number, number]> =>
  (json, path) => {
    if (!Array.isArray(json) || json.length !== 2) throw wrong(path, 'two numbers', json);
    return [reader(json[0], `${path}[0]`), reader(json[1], `${path}[1]`)];
  };

/** One reader for each field of T, so that the compiler keeps the format and the type together. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<T[K]> : Reader<T[K]>;
};

/** An object of exactly these fields: others are dropped, and an optional one that is missing stays so. */
export const record =
  <T>(fields: Fields<T>): Reader<T> =>
  (json, path) => {
    const from = asObject(json, path);
    const entries = Object.entries<Reader<unknown>>(fields).flatMap(([key, reader]) => {
      const value = reader(Object.hasOwn(from, key) ? from[key] : undefined, `${path}.${key}`);
      return value === undefined ? [] : [[key, value] as const];
    });
    return Object.fromEntries(entries) as T;
  };

/** An object whose field `tag` says which of the variants it is. */
export const variant =
  <Tag extends string, T extends { readonly [K in Tag]: string }>(
    tag: Tag,
    variants: { readonly [Name in T[Tag]]: Reader<T & { readonly [K in Tag]: Name }> },
  ): Reader<T> =>
  (json, path) => {
    const from = asObject(json, path);
    const names = Object.keys(variants) as T[Tag][];
    const name = oneOf(...names)(
      Object.hasOwn(from, tag) ? from[tag] : undefined,
      `${path}.${tag}`,
    );
    return variants[name](json, path);
  };

/** The field that marks a variant. */
export const exactly =
  <T extends string>(value: T): Reader<T> =>
  (json, path) =>
    oneOf(value)(json, path);

function asObject(json: unknown, path: string): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw wrong(path, 'an object', json);
  }
  return json as Record<string, unknown>;
}

function wrong(path: string, expected: string, json: unknown): HistoryError {
  const found =
    json === undefined ? 'missing' : (JSON.stringify(json)?.slice(0, 60) ?? typeof json);
  return new HistoryError(`${path} must be ${expected}, and it is ${found}`);
}
