import type Anthropic from '@anthropic-ai/sdk';
import type { Proposal } from '../../study';
import type { Conversation } from './conversation';
import type { Desk } from './desk';

/** The work on one proposal. Whatever of it is needed to go on after a reload is in `desks/kept.ts`. */
export class Work {
  /** Requests that it took so far. */
  requests = 0;
  /** Replies in a row that called no tool. */
  words = 0;
  /** Answers to the calls of the newest reply, in their order, as far as these were carried out. */
  answers: Anthropic.ToolResultBlockParam[] = [];
  /** Why it ends without a proposal, once the calls that are open are answered. */
  ended: string | null = null;
  /** The proposal that waits for the lab's word, and the call that handed it in. */
  handed: Handed | null = null;
  /** What the lab has to say with the next request. */
  notices: string[] = [];
  /** What the conversation has been told of the study. */
  told: Told;
  /** An earlier page or process began it. */
  restored = false;
  /** The API has not yet taken the conversation since it was restored. */
  untried = false;

  constructor(
    readonly study: string,
    /** The model whose replies stand in the conversation. */
    readonly model: string,
    readonly conversation: Conversation,
    readonly desk: Desk,
    told: Told,
  ) {
    this.told = told;
  }

  /** The proposal is with the lab no longer, and the turn that handed it in ends with the lab's word. */
  turnedDown(text: string): void {
    const call = this.handed?.call;
    this.conversation.said(
      this.answers.map((each) =>
        each.tool_use_id === call ? { ...each, content: text, is_error: true } : each,
      ),
    );
    this.answers = [];
    this.handed = null;
  }
}

export interface Handed {
  readonly proposal: Proposal;
  readonly call: string;
}

export interface Told {
  /** Experiments that had a verdict. */
  readonly decided: number;
  readonly incumbent: string | null;
}
