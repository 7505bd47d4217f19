import { Violation } from '../errors.ts';
import type { StandInModel } from '../models.ts';
import { checkContent, type Role } from './blocks.ts';
import { asArray, asObject, type Fields, oneOf, onlyFields } from './shape.ts';

export interface Turn {
  role: Role;
  blocks: Fields[];
  /** Where it stands in the request, for messages: `messages.3`. */
  path: string;
}

/** The order of turns, and what each must hold for the one before it. */
export function checkTurns(messages: unknown, model: StandInModel): Turn[] {
  const list = asArray(messages, 'messages');
  if (list.length === 0) throw new Violation('messages: at least one message is required');
  const turns = list.map((value, index) => readTurn(value, index));
  checkOrder(turns, model);
  checkEmptyTurns(turns);
  checkToolPairs(turns);
  checkEnd(turns, model);
  return turns;
}

function readTurn(value: unknown, index: number): Turn {
  const path = `messages.${index}`;
  const message = asObject(value, path);
  onlyFields(message, path, ['role', 'content']);
  const role = oneOf(message.role, `${path}.role`, ['user', 'assistant', 'system']);
  const blocks =
    message.content === '' ? [] : checkContent(message.content, role, `${path}.content`);
  return { role, blocks, path };
}

/**
 * The API would join two turns of one role that stand together; here they are refused, for in the
 * lab they would mean that a turn was lost or sent twice.
 */
function checkOrder(turns: Turn[], model: StandInModel): void {
  if (turns[0]!.role !== 'user')
    throw new Violation('messages: first message must use the "user" role');
  for (const [index, turn] of turns.entries()) {
    const before = turns[index - 1];
    if (turn.role === 'system' && !model.systemTurns)
      throw new Violation(`${turn.path}.role: role 'system' is not supported on this model`);
    if (turn.role === 'system' && before?.role !== 'user')
      throw new Violation(`${turn.path}: a "system" message must follow a "user" message`);
    if (before?.role === 'system' && turn.role !== 'assistant')
      throw new Violation(
        `${turn.path}: a "system" message must be followed by an "assistant" message`,
      );
    if (before?.role === turn.role)
      throw new Violation(
        `messages: roles must alternate between "user" and "assistant", but found multiple "${turn.role}" roles in a row at ${turn.path}`,
      );
  }
}

function checkEmptyTurns(turns: Turn[]): void {
  for (const [index, { role, blocks, path }] of turns.entries())
    if (blocks.length === 0 && !(index === turns.length - 1 && role === 'assistant'))
      throw new Violation(
        `${path}: all messages must have non-empty content except for the optional final assistant message`,
      );
}

/** Every call is answered in the very next user turn, first thing, once, and nothing else is. */
function checkToolPairs(turns: Turn[]): void {
  const seen = new Set<unknown>();
  let open: unknown[] = [];
  let openPath = '';
  for (const turn of turns) {
    if (turn.role === 'system') continue;
    if (turn.role === 'user') {
      checkResults(turn, open, openPath);
      open = [];
      continue;
    }
    open = turn.blocks.filter((block) => block.type === 'tool_use').map((block) => block.id);
    openPath = turn.path;
    for (const id of open) {
      if (seen.has(id)) throw new Violation(`${turn.path}: \`tool_use\` ids must be unique: ${id}`);
      seen.add(id);
    }
  }
  if (open.length > 0) throw missing(openPath, open);
}

function checkResults(turn: Turn, open: unknown[], openPath: string): void {
  const answered: unknown[] = [];
  let otherSeen = false;
  for (const [index, block] of turn.blocks.entries()) {
    const at = `${turn.path}.content.${index}`;
    if (block.type !== 'tool_result') {
      otherSeen = true;
      continue;
    }
    const id = block.tool_use_id;
    if (!open.includes(id))
      throw new Violation(
        `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    if (answered.includes(id))
      throw new Violation(
        `${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    if (otherSeen)
      throw new Violation(
        `${at}: \`tool_result\` blocks must come first in the content of a user message`,
      );
    answered.push(id);
  }
  const left = open.filter((id) => !answered.includes(id));
  if (left.length > 0) throw missing(openPath, left);
}

function missing(path: string, ids: unknown[]): Violation {
  return new Violation(
    `${path}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function checkEnd(turns: Turn[], model: StandInModel): void {
  const last = turns.at(-1)!;
  if (last.role !== 'assistant') return;
  if (!model.prefill)
    throw new Violation(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  const text = last.blocks.at(-1)?.text;
  if (typeof text === 'string' && text !== text.trimEnd())
    throw new Violation('messages: final assistant content cannot end with trailing whitespace');
}
