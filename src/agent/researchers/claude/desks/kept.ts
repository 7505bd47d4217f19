import type Anthropic from '@anthropic-ai/sdk';
import { HistoryError } from '../../../history/errors';
import { proposal } from '../../../history/format/event';
import {
  exactly,
  integer,
  list,
  nullable,
  type Reader,
  record,
  text,
} from '../../../history/format/readers';
import type { Study } from '../../../study';
import { Conversation, type Turn } from '../conversation';
import { Desk, type DeskState, type Instruments } from '../desk';
import type { Tell } from '../events';
import { type Handed, type Told, Work } from '../work';

/** A member's desk as it is kept: the work in hand, if any, and what a person said that it has not read. */
export interface KeptDesk {
  readonly version: '1';
  readonly heard: readonly string[];
  readonly work: KeptWork | null;
}

interface KeptWork {
  readonly study: string;
  readonly model: string;
  readonly requests: number;
  readonly turns: readonly Turn[];
  readonly answers: readonly Anthropic.ToolResultBlockParam[];
  readonly notices: readonly string[];
  readonly ended: string | null;
  readonly handed: Handed | null;
  readonly told: Told;
  readonly desk: DeskState;
}

const LONG = 4_000_000;
const name = text(200);

const block: Reader<Anthropic.ContentBlockParam> = (json, path) => {
  if (typeof json === 'object' && json !== null && 'type' in json && typeof json.type === 'string')
    // The API alone knows all that a block may hold, and judges it when it is sent.
    return json as Anthropic.ContentBlockParam;
  throw new HistoryError(`${path} is no block of a conversation`);
};

const role: Reader<Turn['role']> = (json, path) => {
  if (json === 'user' || json === 'assistant') return json;
  throw new HistoryError(`${path} must be user or assistant`);
};

const answer: Reader<Anthropic.ToolResultBlockParam> = (json, path) => {
  const read = block(json, path);
  if (read.type === 'tool_result') return read;
  throw new HistoryError(`${path} is no answer of a tool`);
};

const turns: Reader<readonly Turn[]> = (json, path) => {
  const read = list(record<Turn>({ role, content: list(block, 10_000) }), 10_000)(json, path);
  const ordered = read.every((turn, i) => turn.role === (i % 2 === 0 ? 'user' : 'assistant'));
  if (read.length > 0 && ordered) return read;
  throw new HistoryError(`${path} do not take turns`);
};

const work = record<KeptWork>({
  study: name,
  model: name,
  requests: integer,
  turns,
  answers: list(answer, 10_000),
  notices: list(text(LONG), 1000),
  ended: nullable(text(LONG)),
  handed: nullable(record<Handed>({ proposal, call: name })),
  told: record<Told>({ decided: integer, incumbent: nullable(name) }),
  desk: record<DeskState>({
    name,
    program: record({ model: text(LONG), optimizer: text(LONG) }),
    parent: nullable(name),
    failures: integer,
    ideas: integer,
    probes: integer,
  }),
});

const kept = record<KeptDesk>({
  version: exactly('1'),
  heard: list(text(LONG), 1000),
  work: nullable(work),
});

export function writeDesk(heard: readonly string[], work: Work | null): string {
  const desk: KeptDesk = { version: '1', heard, work: work && keptWork(work) };
  return JSON.stringify(desk);
}

function keptWork(work: Work): KeptWork {
  const { study, model, requests, answers, notices, ended, handed, told } = work;
  const rest = { answers, notices, ended, handed, told };
  return { study, model, requests, ...rest, turns: work.conversation.turns, desk: work.desk.state };
}

/** Throws HistoryError or SyntaxError where it is not what `writeDesk` wrote. */
export function readDesk(json: string): KeptDesk {
  return kept(JSON.parse(json), 'desk');
}

/** Work that goes on: the same conversation, at the same place. */
export function restoredWork(
  { study: id, model, turns, desk: state, ...rest }: KeptWork,
  study: Study,
  instruments: Instruments,
  tell: Tell,
): Work {
  const desk = new Desk(study, instruments, tell, state);
  const work = new Work(id, model, Conversation.from(turns), desk, rest.told);
  return Object.assign(work, {
    requests: rest.requests,
    answers: [...rest.answers],
    notices: [...rest.notices],
    ended: rest.ended,
    handed: rest.handed,
    restored: true,
    untried: true,
  });
}
