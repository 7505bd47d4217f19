import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FORWARD_LINE, failure, program, trace } from './programs';

/** Each hostile program ends in a clear message, and the sandbox goes on. */
async function goesOn(): Promise<void> {
  const { parameters } = await trace(program());
  expect(parameters.map(({ name }) => name)).toEqual(['table', 'head']);
}

/** Half a second is as good as five for programs that never end. */
const SHORT = { milliseconds: 500 };

describe('a program that will not end', () => {
  afterEach(goesOn);

  it.each([
    ['an endless loop', 'for (;;) {}'],
    ['an endless loop that catches what stops it', 'for (;;) { try { for (;;) {} } catch {} }'],
    ['an endless loop in a finally', 'try { for (;;) {} } finally { for (;;) {} }'],
    ['an endless iterator', '[...(function* () { for (;;) yield; })()].length'],
    ['an endless getter', '({ get x() { for (;;) {} } }).x'],
    ['an endless sort', '[3, 2, 1].sort(() => { for (;;) {} })'],
    ['a pattern that backtracks', "/(a+)+$/.test('a'.repeat(40) + 'b')"],
    ['an endless toString', 'String({ toString() { for (;;) {} } })'],
    ['nodes that are all the same one', 'for (;;) tokens.add(1)'],
    ['comparing long texts', "let s = 'a'.repeat(1e6); for (;;) s + 'b' === s + 'c'"],
    ['writing long lists', 'const list = Array(1e5).fill(1); for (;;) JSON.stringify(list)'],
    ['sorting long lists', 'const list = Array(1e5).fill(1).map(String); for (;;) list.sort()'],
    ['an error whose message never ends', 'throw { get message() { for (;;) {} } }'],
  ])('%s', async (_, forward) => {
    const error = await failure(program({ forward }), SHORT);
    expect(error.kind).toMatch(/limit|trace/);
    if (error.kind === 'limit') expect(error.reason).toContain('ran for more than 0.5 s');
  });

  it('a loop without an end, whose function is named', async () => {
    const error = await failure(program({ forward: 'for (;;) {}' }), { milliseconds: 3000 });
    expect(error.at).toMatchObject({ file: 'model.ts', line: FORWARD_LINE - 1 });
  });

  it('a text that takes for ever to parse', async () => {
    const nested = '<a>('.repeat(40) + 'b' + ')'.repeat(40);
    const error = await failure(program({ model: `const x = ${nested};` }), SHORT);
    expect(error.reason).toContain('ran for more than 0.5 s');
  });

  it.each([
    [
      'a native that walks a list of 2^53',
      'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)',
    ],
    ['a native that walks a sparse list', 'Array(2 ** 32 - 1).includes(1)'],
    ['a spread of a sparse list', 'new Set(Array(2 ** 32 - 1))'],
  ])('%s', async (_, forward) => {
    const error = await failure(program({ forward }));
    expect(error.reason).toMatch(/lists only|too long/);
    expect(error.at).toMatchObject({ line: FORWARD_LINE });
  });
});

describe('a program that wants all of the memory', () => {
  afterEach(goesOn);

  it.each([
    ['lists', 'const all = []; for (;;) all.push(new Array(10000).fill(1))'],
    ['a growing text', "let s = 'abcd'; for (;;) s += s"],
    ['a text repeated', "'a'.repeat(2 ** 29)"],
    ['objects', 'let o = {}; for (;;) o = { o }'],
    ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, {})'],
    ['closures', 'let f = () => {}; for (;;) { const g = f; f = () => g }'],
  ])('%s', async (_, forward) => {
    const error = await failure(program({ forward }), { bytes: 2 ** 23, milliseconds: 2000 });
    expect(error.kind).toBe('limit');
    expect(error.reason).toMatch(/needed more than 8 MB|ran for more than 2 s/);
  });
});

describe('a program that wants too much of the graph', () => {
  afterAll(goesOn);

  it('a million nodes', async () => {
    const forward = 'let x = scalar(0); for (let i = 0; i < 1e6; i++) x = x.add(i);';
    const error = await failure(program({ forward }), { nodes: 2000 });
    expect(error.kind).toBe('limit');
    expect(error.reason).toContain('more than 2000 nodes');
    expect(error.at).toMatchObject({ file: 'model.ts', line: FORWARD_LINE });
  });

  it('a million nodes under the real limits', async () => {
    const forward = 'let x = scalar(0); for (let i = 0; i < 1e6; i++) x = x.add(i);';
    expect((await failure(program({ forward }))).kind).toBe('limit');
  });

  it('a million nodes, catching every refusal', async () => {
    const forward =
      'for (let i = 0; i < 1e6; i++) { try { tokens.add(i); } catch {} } return tokens;';
    expect((await failure(program({ forward }), { nodes: 100 })).reason).toContain('100 nodes');
  });

  it.each([
    ['zeros', 'loopy.zeros([2 ** 20, 2 ** 20])'],
    ['iota', 'loopy.iota([2 ** 40], 0)'],
    ['broadcastTo', 'tokens.broadcastTo([2 ** 30, 2 ** 10, ...tokens.shape])'],
    ['a product', 'loopy.zeros([2 ** 20, 1]).matmul(loopy.zeros([1, 2 ** 20]))'],
    ['padding', 'scalar(1).reshape([1]).pad(0, 0, 2 ** 40)'],
    ['concat', 'loopy.concat(Array(1000).fill(loopy.zeros([2 ** 28])), 0)'],
    ['random numbers', 'loopy.isTraining() && loopy.randomUniform([2 ** 40])'],
  ])('a tensor of 2^40 elements by %s', async (_, forward) => {
    const error = await failure(program({ forward }));
    expect(error.kind).toMatch(/limit|shape/);
    expect(error.reason).toMatch(/one tensor may have 1 GiB|elements; a tensor may have/);
    expect(error.at).toMatchObject({ line: FORWARD_LINE });
  });

  it('a parameter of 2^40 elements', async () => {
    const replace = [['normal([task.vocab, 4])', 'normal([2 ** 20, 2 ** 20])']] as const;
    const error = await failure(program({ replace }));
    expect(error.reason).toContain('1099511627776 elements');
    expect(error.at).toMatchObject({ line: 4 });
  });

  it('nodes of a thousand inputs each', async () => {
    const forward =
      'const list = Array(1000).fill(tokens); for (let i = 0; ; i++) loopy.concat([...list, loopy.iota([tokens.shape[0], i + 1], 1)], 1);';
    const error = await failure(program({ forward }), { inputs: 20_000 });
    expect(error.kind).toBe('limit');
    expect(error.reason).toContain('read more than 20000 inputs');
  });

  it('more tensors than fit together', async () => {
    const forward = 'let x = loopy.zeros([2 ** 27]); for (let i = 0; i < 200; i++) x = x.add(i);';
    expect((await failure(program({ forward }))).reason).toContain('add up to more than 64 GiB');
  });

  it('more parameters than names', async () => {
    const model = `export function many() {}`;
    const replace = [
      [
        'return { table',
        "const more = Object.fromEntries(Array.from({ length: 6000 }, (_, i) => ['p' + i, loopy.zeros([1])]));\n  return { ...more, table",
      ],
    ] as const;
    const error = await failure(program({ model, replace }));
    expect(error.kind).toBe('limit');
    expect(error.reason).toContain('6002 tensors; 5000 are allowed');
  });
});

describe('a program that goes too deep', () => {
  afterEach(goesOn);

  it.each([
    ['recursion', '(function f() { return f() + 1; })()'],
    ['recursion through a native', '(function f() { return [2, 1].sort(f); })()'],
    ['a getter of itself', '({ get x() { return this.x; } }).x'],
    [
      'a nested object as JSON',
      'let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; JSON.stringify(o)',
    ],
    ['nested JSON', "JSON.parse('['.repeat(1e5))"],
    ['a long chain of causes', 'const f = (n) => n === 0 ? 0 : 1 + f(n - 1); f(1e6)'],
  ])('%s', async (_, forward) => {
    const error = await failure(program({ forward }));
    expect(error.kind).toBe('limit');
    expect(error.reason).toContain('nested too deeply');
  });

  it('brackets in the text', async () => {
    const error = await failure(program({ model: `const x = ${'('.repeat(50_000)}` }));
    expect(error.reason).toContain('nested too deeply');
  });

  it('config', async () => {
    const nested =
      'export const config = {}; let at = config; for (let i = 0; i < 1e4; i++) at = at.x = {};';
    expect((await failure(program({ model: nested }))).reason).toContain(
      'config is nested too deeply',
    );
  });

  it('groups of the state', async () => {
    const replace = [
      [
        'return { m: map(params, zerosLike) }',
        'let s = map(params, zerosLike); for (let i = 0; i < 50; i++) s = { s }; return s',
      ],
    ] as const;
    expect((await failure(program({ replace }))).reason).toContain('nested too deeply');
  });
});

describe('a program that reaches for what is not there', () => {
  afterAll(goesOn);

  it.each([
    ['fetch', "fetch('https://example.com')", 'it has no network'],
    ['XMLHttpRequest', 'new XMLHttpRequest()', 'it has no network'],
    ['indexedDB', "indexedDB.open('history')", 'it has no storage'],
    ['localStorage', 'localStorage.key', 'it has no storage'],
    ['performance', 'performance.now()', 'it has no clock'],
    ['Date', 'new Date()', 'it has no clock'],
    ['setTimeout', 'setTimeout(() => {}, 1)', 'it has no clock'],
    ['process', 'process.env', 'it runs apart from the machine'],
    ['require', "require('fs')", 'it runs apart from the machine'],
    ['document', 'document.cookie', 'it runs apart from the page'],
    ['postMessage', "self.postMessage('x')", 'it runs apart from the page'],
    ['globalThis.fetch', 'globalThis.fetch', 'it has no network'],
    ['Math.random', 'Math.random()', 'random numbers come from'],
    ['eval', "eval('1')", 'all code is in its two files'],
    ['indirect eval', "(0, eval)('1')", 'all code is in its two files'],
    ['Function', "new Function('return 1')()", 'all code is in its two files'],
    ['a constructor of functions', "(() => {}).constructor('return 1')()", 'all code is in its'],
    ['of generators', "(function* () {}).constructor('yield 1')", 'all code is in its two files'],
    ['of async functions', "(async () => {}).constructor('1')", 'all code is in its two files'],
    ['of async generators', "(async function* () {}).constructor('1')", 'all code is in its'],
    ['Proxy', 'new Proxy({}, {})', 'programs are plain functions'],
    ['console', "console.log('x')", 'throw new Error(String(x))'],
  ])('%s', async (name, forward, reason) => {
    const error = await failure(program({ forward }));
    expect(error.kind).toBe('trace');
    expect(error.reason).toContain('does not exist for a program');
    expect(error.reason).toContain(reason);
    expect(error.at, name).toMatchObject({ file: 'model.ts', line: FORWARD_LINE });
  });

  it.each([
    ['a package', "import react from 'react'; react();"],
    ['a file', "import '../../agent/study';"],
    ['a URL', "import 'https://example.com/x.js';"],
    ['the inside of the sandbox', "import { driver } from 'loopy:inside'; driver();"],
    ['the inside by another name', "import '../api/nodes';"],
    ['a re-export', "export * from 'node:fs';"],
  ])('importing %s', async (_, line) => {
    const error = await failure(program({ optimizer: `\n${line}\n` }));
    expect(error.kind).toBe('trace');
    expect(error.reason).toContain("a program has 'loopy', './model' and './optimizer'");
    expect(error.at).toEqual({ file: 'optimizer.ts', line: 12 });
  });

  it('extending a constructor of functions', async () => {
    const forward = "class A extends (() => {}).constructor {} new A('return 1')";
    expect((await failure(program({ forward }))).reason).toContain('parent class must be constr');
  });

  it('importing later', async () => {
    const error = await failure(program({ forward: "return import('loopy:inside');" }));
    expect(error.reason).toMatch(/never async|a program has/);
  });

  it('waiting', async () => {
    const error = await failure(program({ model: 'await new Promise(() => {});' }));
    expect(error.reason).toContain('a program cannot wait');
  });

  it('async functions', async () => {
    const replace = [['export function forward', 'export async function forward']] as const;
    expect((await failure(program({ replace }))).reason).toContain('a program is never async');
  });

  it('promises that call back later, which never happens', async () => {
    const model = 'export let late = 0; Promise.resolve().then(() => { for (;;) {} });';
    expect((await trace(program({ model }))).parameters.length).toBe(2);
  });

  it('generators', async () => {
    const replace = [['export function forward', 'export function* forward']] as const;
    const error = await failure(program({ replace }));
    expect(error.reason).toContain('forward must return the logits, a tensor, not an object');
  });
});

describe('a program that changes what the tracing API stands on', () => {
  afterAll(goesOn);

  it.each([
    ['Object.prototype', 'Object.prototype.shape = [1]'],
    ['Object.prototype by its other name', '({}).__proto__.id = 3'],
    ['Array.prototype', 'Array.prototype.map = () => []'],
    ['JSON', "JSON.stringify = () => '{}'"],
    ['Object.keys', 'Object.keys = () => []'],
    ['a class of the API', 'loopy.Tensor.prototype.add = function () { return this; }'],
    ['a static of the API', 'loopy.Tensor.make = 1'],
    ['a function of the API', 'loopy.linear.call = null'],
    ['the module itself', 'loopy.linear = null'],
    ['a tensor', 'tokens.shape = [1]'],
    ["a tensor's shape", 'tokens.shape[0] = 1'],
    ["a tensor's shape by push", 'tokens.shape.push(1)'],
    ["a tensor's class", 'Object.setPrototypeOf(tokens, {})'],
    ['the parameters', 'params.table = tokens'],
    ['the global object', 'globalThis.x = 1'],
    ['Error', 'Error.prepareStackTrace = () => 1'],
    ['Symbol.iterator', 'Array.prototype[Symbol.iterator] = function* () {}'],
    ['a definition', "Object.defineProperty(Object.prototype, 'dtype', { value: 'f32' })"],
    ['the prototype of generators', 'Object.getPrototypeOf(function* () {}).prototype.next = 1'],
  ])('%s', async (_, forward) => {
    const error = await failure(program({ forward }));
    expect(error.kind).toBe('trace');
    expect(error.reason).toMatch(/TypeError/);
    expect(error.at).toMatchObject({ line: FORWARD_LINE });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    'a parameter named %s',
    async (name) => {
      const replace = [['return { table', `return { ['${name}']: normal([2]), table`]] as const;
      const error = await failure(program({ replace }));
      expect(error.reason).toContain(`cannot use the name '${name}'`);
    },
  );

  it.each([
    ['a space', 'a b'],
    ['a path', '../x'],
    ['nothing', ''],
    ['a line', 'a\\nb'],
    ['too much', 'a'.repeat(101)],
  ])('a parameter whose name has %s', async (_, name) => {
    const replace = [['return { table', `return { '${name}': normal([2]), table`]] as const;
    expect((await failure(program({ replace }))).reason).toMatch(/name/);
  });
});

describe('a program that forges', () => {
  afterAll(goesOn);

  it.each([
    ['an object like a node', '{ id: 3, shape: [7, 3, 5], dtype: "f32" }'],
    ['a number', '3'],
    ['a text of JSON', '\'{"id":3}\''],
    ['nothing', 'undefined'],
    ['null', 'null'],
    ['an object of the class', 'Object.create(loopy.Tensor.prototype)'],
    ['a copy of a tensor', '({ ...tokens })'],
    ['a tensor with other fields', 'Object.create(tokens, { shape: { value: [7, 3, 5] } })'],
    ['something with toJSON', '({ toJSON: () => 3 })'],
    ['a list of tensors', '[tokens]'],
  ])('logits: %s', async (_, value) => {
    const error = await failure(program({ forward: `return ${value};` }));
    expect(error.kind).toBe('shape');
    expect(error.reason).toContain('forward must return the logits, a tensor, not');
  });

  it.each([
    ['an operand', 'tokens.add({ id: 0, shape: [], dtype: "f32" })'],
    ['a table', 'embedding({ id: 1 }, tokens)'],
    ['a receiver', 'loopy.Tensor.prototype.add.call({ id: 1, shape: [] }, 1)'],
    ['a new tensor', 'new loopy.Tensor({}, 3, [1], "f32")'],
    ['a class of its own', 'class T extends loopy.Tensor {} new T()'],
    ['a construction', 'Reflect.construct(loopy.Tensor, [{}, 1, [2], "f32"])'],
    ['a shape that is no list', 'tokens.reshape({ length: 1, 0: 3 })'],
    ['a shape of texts', "tokens.reshape(['3', '7'])"],
    ['a shape below 1', 'loopy.zeros([0])'],
    ['a negative shape', 'loopy.zeros([-5, -5])'],
    ['a shape of fractions', 'loopy.zeros([1.5])'],
    ['NaN', 'tokens.mul(NaN)'],
    ['NaN as a setting', 'loopy.rmsNorm(params.table, { eps: NaN })'],
    ['an infinite setting', 'loopy.rope(params.table.reshape([1, 5, 1, 4]), { base: Infinity })'],
    [
      'a setting of another kind',
      "loopy.attention(params.table, params.table, params.table, { causal: 'yes' })",
    ],
    ['a type that does not exist', "tokens.cast('f64')"],
  ])('%s', async (_, forward) => {
    const error = await failure(program({ forward }));
    expect(error.kind).toBe('shape');
    expect(error.at).toMatchObject({ file: 'model.ts', line: FORWARD_LINE });
  });

  it('by keeping a tensor of another part', async () => {
    const model = 'let kept;\n';
    const forward = 'if (kept) tokens.add(kept); kept = tokens;';
    const error = await failure(program({ model, forward }));
    expect(error.reason).toContain('was given a tensor made in forward');
  });

  it('by making tensors while the file is read', async () => {
    const error = await failure(program({ model: 'const half = scalar(0.5);' }));
    expect(error.reason).toContain('only possible inside init, forward');
    expect(error.at).toMatchObject({ file: 'model.ts', line: 10 });
  });

  it('a score of its own making, which has nowhere to go', async () => {
    const model =
      'export const valBpb = 0.1; export const score = 0; export const config = { valBpb: 0 };';
    const optimizer = 'export const summary = { valBpb: 0 };';
    const traced = await trace(program({ model, optimizer }));
    expect(Object.keys(traced).sort()).toEqual(
      ['config', 'evaluation', 'parameters', 'phases', 'sampling', 'state'].sort(),
    );
  });

  it('logits of the wrong shape', async () => {
    const error = await failure(program({ forward: 'return params.head;' }));
    expect(error.kind).toBe('shape');
    expect(error.reason).toContain(
      'logits of f32[2, 3, 5] (sequences, tokens, vocabulary), not f32[5, 4]',
    );
  });

  it('logits of the wrong type', async () => {
    const forward = "return linear(embedding(params.table, tokens), params.head).cast('i32');";
    const error = await failure(program({ forward }));
    expect(error.reason).toContain('not i32[2, 3, 5]');
    expect(error.at).toMatchObject({ line: FORWARD_LINE });
  });

  it('a config full of traps', async () => {
    const model =
      'export const config = { toJSON() { return 1; }, get x() { return 2; }, big: 10n, f() {}, s: Symbol(), nan: NaN, t: [1, () => 1], d: { __proto__: { y: 1 }, z: 3 } };';
    const { config } = await trace(program({ model }));
    expect(config).toEqual({ x: 2, t: [1, null], d: { z: 3 } });
  });

  it('a config whose getter throws', async () => {
    const model = "\nexport const config = { get layers() { throw new Error('no'); } };";
    const error = await failure(program({ model }));
    expect(error.reason).toBe('no');
    expect(error.at).toMatchObject({ file: 'model.ts', line: 11 });
  });

  it('a config that goes round in a circle', async () => {
    const model = 'export const config = {}; config.self = config;';
    expect((await failure(program({ model }))).reason).toContain('nested too deeply');
  });

  it('a config of a megabyte', async () => {
    const model = "export const config = { text: 'x'.repeat(900000) };";
    expect((await failure(program({ model }))).reason).toContain(
      'config may hold 20000 characters',
    );
  });
});
