import { describe, expect, it } from 'vitest';
import { FORWARD_LINE, failure, program, trace } from './programs';

/** Mistakes that a student or a researcher makes, and what they are told. */
describe('a message says what is wrong, and where', () => {
  it.each([
    [
      'a parameter misspelt',
      'params.tabel;',
      "there is no parameter 'tabel'; did you mean 'table'?",
    ],
    ['a method misspelt', 'tokens.addd(1);', "a tensor has no 'addd'; did you mean 'add'?"],
    ['arithmetic in symbols', 'tokens * 2;', 'write a.add(b) and a.mul(b) for a + b and a * b'],
    ['a name that is not there', 'foo(1);', "ReferenceError: 'foo' is not defined"],
    [
      'shapes that do not fit',
      'params.table.matmul(params.head);',
      'matmul cannot multiply f32[5, 4] by f32[5, 4]: 4 columns against 5 rows',
    ],
    ['shapes that do not broadcast', 'params.table.add(params.head.slice(1, 0, 3));', '5, 4'],
    ['an axis too many', 'params.table.sum(2);', 'sum was given axis 2, and the tensor has 2 axes'],
    ['an initialiser out of place', 'normal([2]);', 'normal says how a parameter begins, in init'],
    ['a slice of nothing', 'tokens.slice(1, 2, 2);', 'takes nothing, or too much, of axis 1'],
    ['a split into unequal parts', 'loopy.split(tokens, 2);', 'cannot cut axis -1 of i32['],
    ['a rate of 1', 'loopy.dropout(params.table, 1);', 'needs a rate from 0 up to 1, not 1'],
    ['no tensor', 'linear(undefined, params.head);', 'linear needs a tensor, not undefined'],
    ['something thrown', "throw new Error('too wide');", 'too wide'],
  ])('%s', async (_, forward, message) => {
    const error = await failure(program({ forward }));
    expect(error.reason).toContain(message);
    expect(error.at).toMatchObject({ file: 'model.ts', line: FORWARD_LINE });
    expect(error.crash).toMatchObject({ message: error.reason, at: error.at });
  });

  it('the column too, as written before the types were stripped', async () => {
    const forward = 'const x: loopy.Tensor = (params.table as loopy.Tensor).matmul(params.head);';
    const error = await failure(program({ forward }));
    const line = program({ forward }).model.split('\n')[FORWARD_LINE - 1]!;
    expect(line.slice(error.at!.column! - 1)).toMatch(/^matmul|^\(params\.head\)/);
  });

  it('the line of the caller when the mistake is in a function of its own', async () => {
    const model = '\nfunction helper(x) {\n  return x.matmul(x);\n}\n';
    const error = await failure(program({ model, forward: 'helper(tokens);' }));
    expect(error.at).toMatchObject({ file: 'model.ts', line: 12 });
  });

  it.each([
    ['const x: = 3;', 'Unexpected token', { file: 'model.ts', line: 10, column: 10 }],
    ['const x = 1; const x = 2;', 'redefinition', { file: 'model.ts', line: 10 }],
    ['return 3;', 'return', { file: 'model.ts', line: 10 }],
  ])('a text that is not TypeScript: %s', async (model, message, at) => {
    const error = await failure(program({ model }));
    expect(error.kind).toBe('syntax');
    expect(error.reason).toContain(message);
    expect(error.at).toMatchObject(at);
  });

  it('an import that does not exist', async () => {
    const error = await failure(program({ model: "import { linaer } from 'loopy'; linaer();" }));
    expect(error.reason).toBe("'loopy' has no 'linaer'; did you mean 'linear'?");
    expect(error.at).toEqual({ file: 'model.ts', line: 10 });
  });

  it('a text that is too long', async () => {
    const error = await failure(program({ model: ' '.repeat(200_001) }));
    expect(error.kind).toBe('limit');
  });
});

describe('a program must export what the lab calls', () => {
  const rename = (from: string) =>
    program({ replace: [[`function ${from}(`, `function ${from}s(`]] });

  it.each([
    ['init', 'model.ts'],
    ['forward', 'model.ts'],
    ['state', 'optimizer.ts'],
    ['update', 'optimizer.ts'],
  ])('%s', async (name, file) => {
    const error = await failure(rename(name));
    expect(error.reason).toContain(`${file} must export a function ${name}(`);
    expect(error.reason).toContain(`did you mean '${name}s'?`);
    expect(error.at).toEqual({ file, line: 1 });
  });

  it.each([
    ['', 'must export batch'],
    ['export const batch = 0;', 'batch must be a whole number of at least 1, not 0'],
    ["export const batch = '8';", 'batch must be a whole number of at least 1, not "8"'],
    ['export const batch = 1e9;', 'batch may be 4096, not 1000000000'],
    ['export const batch = NaN;', 'must export batch'],
    ['export const phases = [];', 'phases must be a list of 1 to 32 phases'],
    ['export const phases = Array(99).fill({});', 'phases must be a list of 1 to 32 phases'],
    ['export const phases = { length: 1 };', 'phases must be a list of 1 to 32 phases'],
    ['export const phases = [3];', 'phase 1: a phase is an object { until, batch, context }'],
    ['export const phases = [{ until: 0.5, batch: 4 }];', 'be 1 in the last'],
    ['export const phases = [{ until: 1, batch: 4 }, { until: 1, batch: 4 }];', 'phase 1: until'],
    ['export const phases = [{ until: NaN, batch: 4 }];', 'until must be a number from 0 to 1'],
    ['export const phases = [{ until: 1, batch: 4, context: 9 }];', "the task's 3 tokens, not 9"],
    ['export const phases = [{ until: 1, context: 2 }];', 'phase 1: batch must be a whole number'],
    ['export const batch = 4; export const averaged = 3;', 'averaged must be a function'],
  ])('%s', async (line, message) => {
    const error = await failure(program({ replace: [['export const batch = 7;', line]] }));
    expect(error.reason).toContain(message);
    expect(error.at).toMatchObject({ file: 'optimizer.ts' });
  });

  it('phases of other batches and contexts', async () => {
    const line =
      'export const batch = 4; export const phases = [{ until: 0.25, context: 2 }, { until: 0.5, batch: 8 }, { until: 1, context: 2 }];';
    const { phases } = await trace(program({ replace: [['export const batch = 7;', line]] }));
    expect(phases.map(({ until, batch, context }) => [until, batch, context])).toEqual([
      [0.25, 4, 2],
      [0.5, 8, 3],
      [1, 4, 2],
    ]);
    expect(phases[2]!.forward).toBe(phases[0]!.forward);
    const { nodes, outputs } = phases[1]!.forward;
    expect(nodes[outputs.logits!]!.shape).toEqual([8, 3, 5]);
  });
});

describe('what a part returns is checked', () => {
  const updating = (result: string) =>
    program({ replace: [['return { params: map', `return ${result};\n  return { params: map`]] });

  it.each([
    ['undefined', 'update must return { params, state }, not undefined'],
    ['params', "there is no parameter 'params'"],
    ['{ params }', "state of update lacks 'm/table', 'm/head'"],
    ['{ params: {}, state }', "lacks 'table', 'head'"],
    [
      '{ params: { table: params.table, heads: params.head }, state }',
      "lacks 'head' and has 'heads', which did not exist; did you mean 'head'?",
    ],
    ['{ params, state: { ...state, n: params } }', "has 'n/table', 'n/head', which did not exist"],
    ['{ params: { table: params.table, head: 3 }, state }', 'for head, needs a tensor, not 3'],
    [
      '{ params: { table: params.table.sum(0), head: params.head }, state }',
      'params of update gives table the type f32[4], and it is f32[5, 4]',
    ],
    [
      "{ params: { table: params.table.cast('i32'), head: params.head }, state }",
      'gives table the type i32[5, 4], and it is f32[5, 4]',
    ],
    [
      '{ params: [params.table, params.head], state }',
      'must return params by name, not a list of 2',
    ],
  ])('update: %s', async (result, message) => {
    expect((await failure(updating(result))).reason).toContain(message);
  });

  it.each([
    ['undefined', 'state must return groups of named tensors by name, not undefined'],
    ['{ m: { x: 1 } }', 'for m/x, needs a tensor, not 1'],
    ["{ m: { x: zerosLike(params.table).cast('i32') } }", 'state keeps f32 tensors'],
  ])('state: %s', async (result, message) => {
    const replace = [['return { m: map(params, zerosLike) };', `return ${result};`]] as const;
    expect((await failure(program({ replace }))).reason).toContain(message);
  });

  it.each([
    ['{}', 'init returned no parameters'],
    ['{ g: { x: normal([2]) } }', "not in groups such as 'g'"],
    ['{ x: normal([2]).mul(2) }', "must say how 'x' begins with normal"],
    ['{ x: normal([2], { std: -1 }) }', 'normal needs a std of at least 0, not -1'],
    ['{ x: loopy.uniform([2], { low: 1, high: 0 }) }', 'uniform goes from low to high'],
    ['{ x: loopy.orthogonal([2]) }', 'orthogonal makes a matrix [out, in], not [2]'],
    [
      "{ x: normal('2') }",
      "normal needs its shape to be a list of whole numbers, not the text '2'",
    ],
  ])('init: %s', async (result, message) => {
    const replace = [
      ['return { table: normal', `return ${result};\n  return { table: normal`],
    ] as const;
    expect((await failure(program({ replace }))).reason).toContain(message);
  });

  it('loss', async () => {
    const model =
      'export function loss({ logits, targets }) { return loopy.tokenLosses(logits, targets); }';
    const error = await failure(program({ model }));
    expect(error.reason).toContain('loss must return one number, f32[], not f32[7, 3]');
  });
});
