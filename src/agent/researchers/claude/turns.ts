import type Anthropic from '@anthropic-ai/sdk';
import type { Proposal } from '../../study';
import { NoProposalError } from './errors';
import type { Tell } from './events';
import { nextReply, type TalkOptions } from './talk';
import { runTool } from './tools/table';
import { type Answer, refused, type Tool } from './tools/tool';
import { NOTHING_PROPOSED } from './words';
import type { Work } from './work';

/** Requests for one proposal, before it is given up. */
const MOST_REQUESTS = 60;
/** Replies in a row without a tool call. */
const MOST_WORDS = 4;

export interface TurnOptions {
  readonly talk: TalkOptions;
  readonly tools: readonly Tool[];
  readonly tell: Tell;
  /** After each reply and each answer: whatever happens next, this is not lost. */
  readonly keep: () => Promise<void>;
}

/**
 * Goes on with the work until a proposal is handed in. Cut off anywhere, by an abort or with its process, it
 * goes on from the last reply or answer: calls of a reply are carried out once each. Throws NoProposalError
 * when nothing comes of it, and what `nextReply` throws.
 */
export async function proposalOf(
  work: Work,
  options: TurnOptions,
  signal: AbortSignal,
): Promise<Proposal> {
  for (;;) {
    await carryOut(work, options, signal);
    if (work.handed) return work.handed.proposal;
    if (work.ended !== null) throw new NoProposalError(work.ended);
    if (work.requests >= MOST_REQUESTS) {
      throw new NoProposalError(`no proposal came of ${MOST_REQUESTS} requests`);
    }
    const reply = await nextReply(work.conversation, options.talk, signal);
    work.requests++;
    work.untried = false;
    work.conversation.answered(reply.content);
    if (work.conversation.openCalls.length > 0) {
      work.words = 0;
    } else {
      if (++work.words >= MOST_WORDS) throw new NoProposalError('it talked and called no tool');
      work.conversation.said([{ type: 'text', text: NOTHING_PROPOSED }]);
    }
    await options.keep();
  }
}

/** One after another: later calls of a reply build on earlier ones. None runs once the turn has ended. */
async function carryOut(
  work: Work,
  { tools, tell, keep }: TurnOptions,
  signal: AbortSignal,
): Promise<void> {
  const calls = work.conversation.openCalls;
  if (calls.length === 0) return;
  for (const { id, name, input } of calls.slice(work.answers.length)) {
    signal.throwIfAborted();
    const over = work.handed !== null || work.ended !== null;
    tell({ type: 'tool-called', id, tool: name });
    const answer = over
      ? refused('Not done: the turn had ended.')
      : await runTool(tools, name, input, work.desk, signal);
    work.answers.push(resultOf(id, answer));
    if (answer.proposal) work.handed = { proposal: answer.proposal, call: id };
    if (answer.ended !== undefined) work.ended = answer.ended;
    tell({ type: 'tool-answered', id, tool: name, ok: !answer.failed, text: answer.text });
    await keep();
  }
  // What ended the turn waits for the lab's word, or for nobody.
  if (work.handed !== null || work.ended !== null) return;
  work.conversation.said(work.answers);
  work.answers = [];
}

function resultOf(call: string, { text, failed }: Answer): Anthropic.ToolResultBlockParam {
  const error = failed ? { is_error: true } : {};
  return { type: 'tool_result', tool_use_id: call, content: text, ...error };
}
