/**
 * The input of a tool, written once: the JSON schema that the API is given and the reader that checks what the
 * model sent both come from it.
 */
export interface Schema<T> {
  readonly json: JsonSchema;
  /** The value, or what is wrong with it, each with its place. */
  read(raw: unknown, at: string): Read<T>;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface JsonSchema {
  readonly type: string;
  readonly [key: string]: unknown;
}

const wrong = (...problems: readonly string[]): Read<never> => ({ ok: false, problems });
const shown = (raw: unknown): string => (JSON.stringify(raw) ?? 'nothing').slice(0, 80);

/** Text of at most `longest` characters. */
export function text(description: string, longest: number, shortest = 1): Schema<string> {
  return {
    json: { type: 'string', description, minLength: shortest, maxLength: longest },
    read: (raw, at) => {
      if (typeof raw !== 'string') return wrong(`${at} must be text, not ${shown(raw)}`);
      if (raw.length < shortest) return wrong(`${at} must not be empty`);
      if (raw.length <= longest) return { ok: true, value: raw };
      return wrong(`${at} has ${raw.length} characters; ${longest} are allowed`);
    },
  };
}

export function choice<T extends string>(description: string, ...values: readonly T[]): Schema<T> {
  return {
    json: { type: 'string', description, enum: values },
    read: (raw, at) =>
      values.includes(raw as T)
        ? { ok: true, value: raw as T }
        : wrong(`${at} must be one of ${values.join(', ')}, not ${shown(raw)}`),
  };
}

/** A whole number, both ends included. */
export function whole(description: string, least: number, most: number): Schema<number> {
  return {
    json: { type: 'integer', description, minimum: least, maximum: most },
    read: (raw, at) =>
      Number.isInteger(raw) && Number(raw) >= least && Number(raw) <= most
        ? { ok: true, value: Number(raw) }
        : wrong(`${at} must be a whole number from ${least} to ${most}, not ${shown(raw)}`),
  };
}

export function list<T>(description: string, item: Schema<T>, most: number): Schema<readonly T[]> {
  return {
    json: { type: 'array', description, items: item.json, maxItems: most },
    read: (raw, at) => {
      if (!Array.isArray(raw)) return wrong(`${at} must be a list, not ${shown(raw)}`);
      if (raw.length > most) return wrong(`${at} has ${raw.length} items; ${most} are allowed`);
      const read = raw.map((each, i) => item.read(each, `${at}[${i}]`));
      const problems = read.flatMap((each) => (each.ok ? [] : each.problems));
      if (problems.length > 0) return wrong(...problems);
      return { ok: true, value: read.flatMap((each) => (each.ok ? [each.value] : [])) };
    },
  };
}

/** Every field is required, and no other is taken. */
export function object<T extends object>(
  fields: { readonly [K in keyof T]: Schema<T[K]> },
): Schema<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const properties = Object.fromEntries(names.map((name) => [name, fields[name].json]));
  return {
    json: { type: 'object', properties, required: names, additionalProperties: false },
    read: (raw, at) => {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
        return wrong(`${at} must be an object, not ${shown(raw)}`);
      }
      const given = raw as Record<string, unknown>;
      const problems = Object.keys(given)
        .filter((name) => !names.includes(name as keyof T & string))
        .map(
          (name) =>
            `${at} has no field ${shown(name.slice(0, 40))}; its fields are: ${names.join(', ')}`,
        );
      const value: Partial<T> = {};
      for (const name of names) {
        const own = Object.hasOwn(given, name) ? given[name] : undefined;
        const read = fields[name].read(own, `${at}.${name}`);
        if (read.ok) value[name] = read.value;
        else problems.push(...read.problems);
      }
      return problems.length > 0 ? wrong(...problems) : { ok: true, value: value as T };
    },
  };
}
