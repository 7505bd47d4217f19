import { Violation } from '../errors.ts';
import type { StandInModel } from '../models.ts';
import { REDACTED, type Signatures } from '../signatures.ts';
import { asObject, asWhole, type Fields, given, oneOf, onlyFields } from './shape.ts';
import type { Turn } from './turns.ts';

/** The content that the server answered with, by the id of a call in it; undefined when it was not this server. */
export type Issued = (toolUseId: string) => readonly { type: string }[] | undefined;

/** Whether the model may think for this request; refuses a configuration that it does not take. */
export function checkThinkingConfig(body: Fields, model: StandInModel): boolean {
  if (!given(body.thinking)) return model.thinking.includes('adaptive');
  const config = asObject(body.thinking, 'thinking');
  const type = oneOf(config.type, 'thinking.type', [
    'adaptive',
    'between_tools',
    'disabled',
    'enabled',
  ]);
  if (!model.thinking.includes(type))
    throw new Violation(
      `thinking.type: "${type}" is not supported by ${model.id}, which takes ${model.thinking.join(', ')}`,
    );
  const fields = { adaptive: ['display'], enabled: ['budget_tokens', 'display'] };
  onlyFields(config, 'thinking', ['type', ...(fields[type as 'adaptive'] ?? [])]);
  if (given(config.display)) oneOf(config.display, 'thinking.display', ['summarized', 'omitted']);
  if (type === 'enabled') {
    const budget = asWhole(config.budget_tokens, 'thinking.budget_tokens', 1024, 1e9);
    if (budget >= Number(body.max_tokens ?? Number.POSITIVE_INFINITY))
      throw new Violation(
        `\`max_tokens\` must be greater than \`thinking.budget_tokens\`: ${body.max_tokens} is not more than ${budget}`,
      );
  }
  return type === 'adaptive' || type === 'enabled';
}

/** What cannot go together with thinking that was asked for. */
export function checkThinkingLimits(body: Fields, turns: Turn[]): void {
  const type = (body.thinking as Fields | undefined)?.type;
  if (type !== 'enabled' && type !== 'adaptive') return;
  const choice = (body.tool_choice as Fields | undefined)?.type;
  if (choice === 'any' || choice === 'tool')
    throw new Violation('Thinking may not be enabled when tool_choice forces tool use.');
  if (given(body.temperature) && body.temperature !== 1)
    throw new Violation('`temperature` may only be set to 1 when thinking is enabled.');
  if (given(body.top_k)) throw new Violation('`top_k` must be unset when thinking is enabled.');
  if (turns.at(-1)?.role === 'assistant')
    throw new Violation('The final turn cannot be an assistant message when thinking is enabled.');
}

/** Thinking comes back as it was given: every block signed here, and all of them while tools are in use. */
export function checkThinkingBlocks(
  turns: Turn[],
  thinks: boolean,
  signatures: Signatures,
  issued: Issued,
): void {
  const loop = turns.findLastIndex(
    (turn) => turn.role === 'user' && !turn.blocks.some((block) => block.type === 'tool_result'),
  );
  for (const [index, turn] of turns.entries()) {
    if (turn.role !== 'assistant') continue;
    checkSignatures(turn, signatures);
    if (thinks && index > loop) checkNoneMissing(turn, issued);
  }
}

function checkSignatures(turn: Turn, signatures: Signatures): void {
  for (const [index, block] of turn.blocks.entries()) {
    const at = `${turn.path}.content.${index}`;
    if (
      block.type === 'thinking' &&
      !signatures.verifies(String(block.signature), String(block.thinking))
    )
      throw new Violation(
        `${at}: Invalid \`signature\` in \`thinking\` block: these blocks must remain as they were in the original response`,
      );
    if (block.type === 'redacted_thinking' && !signatures.verifies(String(block.data), REDACTED))
      throw new Violation(
        `${at}: Invalid \`data\` in \`redacted_thinking\` block: these blocks must remain as they were in the original response`,
      );
  }
}

function checkNoneMissing(turn: Turn, issued: Issued): void {
  const callId = turn.blocks.find((block) => block.type === 'tool_use')?.id;
  const original = callId === undefined ? undefined : issued(String(callId));
  if (!original) return;
  const before = original.filter(isThinking);
  const now = turn.blocks.filter((block) => isThinking(block as { type: string }));
  if (before.length > 0 && now.length === 0)
    throw new Violation(
      `${turn.path}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${turn.blocks[0]!.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
    );
  const same = (block: { type: string }, index: number) =>
    proofOf(block) === proofOf(now[index] as { type: string } | undefined);
  if (now.length !== before.length || !before.every(same))
    throw new Violation(
      `${turn.path}: \`thinking\` or \`redacted_thinking\` blocks cannot be left out, added or reordered. These blocks must remain as they were in the original response.`,
    );
}

function isThinking(block: { type: string }): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}

function proofOf(
  block: { type: string; signature?: unknown; data?: unknown } | undefined,
): unknown {
  return block?.signature ?? block?.data;
}
