import type {
  CallExpression,
  Expression,
  ForStatement,
  FunctionDeclaration,
  MemberExpression,
  Node,
  ObjectExpression,
  Statement,
} from '@babel/types';
import { asMethod, isCall, isName, keyOf } from '../syntax/nodes';
import type { Source } from '../syntax/source';
import { lastReturn } from '../syntax/tree';
import { isParam } from './parameters';

/** The parts of a model file that reads like the lab's GPTs: `init`, `forward`, and a loop over layers. */
export interface Gpt {
  readonly init: FunctionDeclaration;
  readonly forward: FunctionDeclaration;
  /** Forward, and the functions of the file that it calls, directly or not. */
  readonly code: readonly Node[];
  /** What forward calls its parameters and its tokens. */
  readonly params: string;
  readonly tokens: string;
  /** The layers of forward: a `for` loop, and the variable that counts them. */
  readonly layers: ForStatement | null;
}

export function gptOf(source: Source): Gpt | null {
  const init = source.functionNamed('init');
  const forward = source.functionNamed('forward');
  const [params, tokens] = forward?.params ?? [];
  if (!init || !forward || !isName(params) || !isName(tokens)) return null;
  const layers = source.all('ForStatement', forward)[0] ?? null;
  const code = reached(source, forward);
  return { init, forward, code, params: params.name, tokens: tokens.name, layers };
}

function reached(source: Source, forward: FunctionDeclaration): Node[] {
  const found: Node[] = [forward];
  for (const from of found) {
    for (const { callee } of source.all('CallExpression', from)) {
      const called = isName(callee) ? helperNamed(source, callee.name) : null;
      if (called && !found.includes(called)) found.push(called);
    }
  }
  return found;
}

/** A function at the top of the file: declared, or an arrow given to a name. */
function helperNamed(source: Source, name: string): Node | null {
  const declared = source.functionNamed(name);
  if (declared) return declared;
  const variable = source.topDeclarations().find(({ id }) => isName(id, name));
  return variable?.init?.type === 'ArrowFunctionExpression' ? variable.init : null;
}

/** The statements of a loop's body. */
export function bodyOf(loop: ForStatement): Statement[] {
  return loop.body.type === 'BlockStatement' ? loop.body.body : [loop.body];
}

/** Where a branch comes back: `x = x.add(linear(inner, params[...]))`. */
export interface Branch {
  readonly statement: Statement;
  /** The stream that it is added to. */
  readonly stream: string;
  /** What is added. */
  readonly added: Expression;
  /** Where that is made: itself, or what the function that gives it returns. */
  readonly made: Node;
  /** The product with the matrix that closes the branch, and that matrix. */
  readonly product: CallExpression;
  readonly matrix: MemberExpression;
}

export function branchesOf(source: Source, { code, params }: Gpt): Branch[] {
  return source.all('ExpressionStatement', code).flatMap((statement): Branch | [] => {
    const { expression } = statement;
    if (expression.type !== 'AssignmentExpression' || !isName(expression.left)) return [];
    const stream = expression.left.name;
    const sum = asMethod(expression.right, 'add');
    const added = sum?.args[0];
    if (!added || !isName(sum.on, stream)) return [];
    const made = madeBy(source, added);
    const product = source.calls('linear', made).find((call) => isParam(call.arguments[1], params));
    const matrix = product?.arguments[1];
    if (!product || !isParam(matrix, params)) return [];
    return { statement, stream, added: added as Expression, made, product, matrix };
  });
}

/** What a function of the file returns where one is called, else the expression itself. */
function madeBy(source: Source, added: Node): Node {
  const helper =
    added.type === 'CallExpression' && isName(added.callee)
      ? source.functionNamed(added.callee.name)
      : null;
  return (helper && lastReturn(helper)?.value) ?? added;
}

/** The last product of forward, with the matrix that gives the logits: `linear(x, params.lm_head)`. */
export function headOf(source: Source, { forward, params }: Gpt): CallExpression | null {
  const returned = lastReturn(forward);
  const calls = returned ? source.calls('linear', returned.value) : [];
  return calls.find((call) => isParam(call.arguments[1], params)) ?? null;
}

/** Calls of attention, with the object of options where one is written. */
export function attentionsOf(
  source: Source,
  { code }: Gpt,
): { call: CallExpression; options: ObjectExpression | null }[] {
  return source.calls('attention', code).flatMap((call) => {
    const options = call.arguments[3];
    if (call.arguments.length < 3 || (options && options.type !== 'ObjectExpression')) return [];
    return { call, options: options ?? null };
  });
}

/** Norms of the stream that branches are added to: `rmsNorm(x)`, with a gain or without. */
export function streamNorms(source: Source, within: Node, stream: string): CallExpression[] {
  return source
    .all('CallExpression', within)
    .filter((call) => isCall(call, 'rmsNorm', 'layerNorm') && isName(call.arguments[0], stream));
}

/** What forward calls the length of a sequence: T of `const [B, T] = tokens.shape`. */
export function lengthName(source: Source, { forward, tokens }: Gpt): string | null {
  for (const { id, init } of source.all('VariableDeclarator', forward)) {
    const shape =
      init?.type === 'MemberExpression' && keyOf(init) === 'shape' && isName(init.object, tokens);
    const second = shape && id.type === 'ArrayPattern' ? id.elements[1] : null;
    if (isName(second)) return second.name;
  }
  return null;
}
