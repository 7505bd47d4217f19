import type { Clock } from '../../clock';
import type { Proposal, Researcher } from '../../study';
import type { Member } from '../../team/member';
import type { ApiOptions } from './api';
import type { Caps } from './caps';
import type { Instruments } from './desk';
import type { DeskStore } from './desks/store';
import type { TellOf } from './events';
import { ClaudeMember } from './member';
import { METER, type Meter } from './meter';
import type { PriceTable } from './prices';

export interface ClaudeOptions extends ApiOptions {
  /** Its name in a team, such as `claude-2`; default: `claude-1`. */
  readonly id?: string;
  /** Default: from the id, such as `Claude 2`. */
  readonly title?: string;
  /** A model's id; default: chosen from what the API lists. */
  readonly model?: string;
  readonly caps?: Caps;
  /** In place of the table's, where a person knows better. Of no effect beside a meter. */
  readonly prices?: PriceTable;
  /** Shared by all researchers of one study, so that caps hold for them together; default: one of its own. */
  readonly meter?: Meter;
  /** Keeps the work in hand and the meter over reloads; default: nothing is kept. */
  readonly store?: DeskStore;
  /** `inspect` comes from the loop where it is not given here. */
  readonly instruments?: Instruments;
  /** Bits per byte that no model can go below, where it is known. */
  readonly entropyBpb?: number | null;
  readonly tell?: TellOf;
  readonly clock?: Clock;
}

type Spoken = Required<
  Pick<Member, 'id' | 'title' | 'listen' | 'hear' | 'pursue' | 'takeDraft' | 'turnedDown'>
>;

export interface ClaudeResearcher extends Spoken {
  readonly name: 'claude';
  readonly meter: Meter;
  propose(...asked: Parameters<Researcher['propose']>): Promise<Proposal>;
}

/**
 * A researcher that reads, edits, checks and probes in a tool loop, and proposes; alone, or as a member of a
 * team. A conversation belongs to one proposal and is only added to; the next one begins anew with the
 * research document, which holds what was learned. Throws StudyEnding when the key is gone, a cap is reached or
 * the API refuses; other errors leave its draft and conversation, and the next call goes on with them.
 */
export function createClaudeResearcher(options: ClaudeOptions): ClaudeResearcher {
  const { id = 'claude-1' } = options;
  if (id === METER) throw new Error(`a researcher cannot be called ${METER}: choose another id`);
  return new ClaudeMember({ ...options, id });
}
