/** A kernel's module taken apart, as far as putting several of them into one needs it. */
export interface ParsedModule {
  /** Without comments, bindings, and what stands before the entry point's name. */
  readonly body: string;
  /** Declared outside of functions. */
  readonly names: ReadonlySet<string>;
  readonly bindings: readonly ParsedBinding[];
  /** Threads of a workgroup along x, y, z. */
  readonly size: readonly [number, number, number];
  /** The built-in values that the entry point takes, in order. */
  readonly builtins: readonly Builtin[];
  /** Its threads wait for each other. */
  readonly hasBarriers: boolean;
  /** Its arrays in workgroup memory, which are not in `body`. */
  readonly shared: readonly SharedArray[];
}

/** `var<workgroup> name: array<element, length>`, the length as it is written. */
export interface SharedArray {
  readonly name: string;
  readonly element: string;
  readonly length: string;
}

export interface ParsedBinding {
  readonly name: string;
  readonly space: 'storage, read' | 'storage, read_write' | 'uniform';
  readonly type: string;
}

const BUILTINS = ['workgroup_id', 'local_invocation_id', 'local_invocation_index'] as const;
export type Builtin = (typeof BUILTINS)[number];

const ENTRY = /@compute\s+@workgroup_size\(([^)]*)\)\s*fn\s+main\s*\(([^{]*)\)\s*\{/g;
/** The declaration of a binding: its number, space, name and type. */
export const BINDING =
  /@group\(0\)\s*@binding\((\d+)\)\s*var<(storage, read|storage, read_write|uniform)>\s*(\w+)\s*:\s*([^;]+);/g;

const SHARED = /var<workgroup>\s+(\w+)\s*:\s*array<(\w+),\s*([^;]+)>;/g;

const parsed = new Map<string, ParsedModule | null>();

/** Null for a module that says what is not understood here, which then has a launch to itself. */
export function parseModule(wgsl: string): ParsedModule | null {
  let found = parsed.get(wgsl);
  if (found === undefined) {
    found = parse(wgsl);
    parsed.set(wgsl, found);
    if (parsed.size > MOST_REMEMBERED) parsed.delete(parsed.keys().next().value!);
  }
  return found;
}

const MOST_REMEMBERED = 1000;

function parse(wgsl: string): ParsedModule | null {
  const text = wgsl.replace(/\/\/[^\n]*/g, '');
  if (/\/\*|\b(?:enable|requires|override|diagnostic|const_assert)\b/.test(text)) return null;
  const entries = [...text.matchAll(ENTRY)];
  const [entry] = entries;
  if (!entry || entries.length > 1) return null;

  const size = sizeOf(text, entry[1]!);
  const builtins = [...entry[2]!.matchAll(/@builtin\((\w+)\)\s*(\w+)\s*:\s*\w+/g)];
  const known = builtins.map(([, name]) => BUILTINS.find((builtin) => builtin === name));
  if (!size || !known.every((name) => name !== undefined)) return null;

  const bindings: ParsedBinding[] = [];
  for (const [, index, space, name, type] of text.matchAll(BINDING)) {
    if (Number(index) !== bindings.length) return null;
    bindings.push({ name: name!, space: space as ParsedBinding['space'], type: type!.trim() });
  }
  const parameters = builtins.map(([, name, as]) => `${as}: ${TYPES[name as Builtin]}`).join(', ');
  const body = text
    .replace(entry[0], () => `fn main(${parameters}) {`)
    .replace(BINDING, '')
    .replace(SHARED, '')
    .replace(/\n\s*\n+/g, '\n');
  if (body.includes('@')) return null;
  return {
    body,
    shared: [...text.matchAll(SHARED)].map(([, name, element, length]) => ({
      name: name!,
      element: element!,
      length: length!.trim().replace(/,$/, ''),
    })),
    names: namesIn(text),
    bindings,
    size,
    builtins: known,
    hasBarriers:
      /\b(?:workgroup|storage)Barrier\b|\bworkgroupUniformLoad\b|\b(?:subgroup|quad)[A-Z]\w*\(/.test(
        body,
      ),
  };
}

const TYPES: Readonly<Record<Builtin, string>> = {
  workgroup_id: 'vec3u',
  local_invocation_id: 'vec3u',
  local_invocation_index: 'u32',
};

/** What stands in `@workgroup_size(...)`: numbers, or constants that are declared as numbers. */
function sizeOf(text: string, written: string): ParsedModule['size'] | null {
  const sizes = written.split(',').map((part) => {
    const word = part.trim();
    const value = /^\d+u?$/.test(word)
      ? word
      : new RegExp(`\\bconst ${word}\\s*=\\s*(\\d+u?);`).exec(text)?.[1];
    return Number.parseInt(value ?? '', 10);
  });
  const [x = 1, y = 1, z = 1] = sizes;
  return sizes.every((n) => n > 0) ? [x, y, z] : null;
}

function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  let depth = 0;
  for (const [token, name] of text.matchAll(
    /[{}]|\b(?:const|var|fn|struct|alias)\b(?:\s*<[^>]*>)?\s+(\w+)/g,
  )) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    else if (depth === 0) names.add(name!);
  }
  return names;
}

/** The text with every name that its module declares as `renamed` says. Members of structs keep theirs. */
export function renameAll(text: string, renamed: (name: string) => string): string {
  const words = (part: string) => part.replace(/(?<![\w.])[A-Za-z_]\w*/g, renamed);
  return text
    .split(/(\bstruct\s+\w+\s*\{[^}]*\})/)
    .map((part, i) =>
      i % 2 === 0
        ? words(part)
        : part
            .replace(/^struct\s+\w+/, words)
            .replace(/:([^,}]+)/g, (_, type: string) => `:${words(type)}`),
    )
    .join('');
}
