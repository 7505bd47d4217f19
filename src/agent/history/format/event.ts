import type { ProgramSource } from '../../../model/programs/program';
import type { Budget, CorpusSpec, TaskSpec, TokenizerSpec } from '../../../model/tasks/task';
import type { Arm, FollowUpPlan } from '../../followups/follow-up';
import type { Evidence, Origin, Proposal, ResearcherName, StudyEvent, Verdict } from '../../study';
import type { Direction } from '../../team/view';
import {
  boolean,
  exactly,
  type Fields,
  integer,
  list,
  nullable,
  number,
  oneOf,
  optional,
  pair,
  type Reader,
  record,
  text,
  variant,
} from './readers';
import { trialResult } from './result';

/** Longest name, sentence and source file that a log may hold, in characters. */
const NAME = 200;
const SENTENCE = 10_000;
const SOURCE = 400_000;
/** Longest brief, and most experiments that an insight may rest on. */
export const LONGEST_BRIEF = 20_000;
const MOST_LINKS = 1000;
const MOST_DIRECTIONS = 100;

const name = text(NAME);
const sentence = text(SENTENCE);
const program = record<ProgramSource>({ model: text(SOURCE), optimizer: text(SOURCE) });
const researcher = oneOf<ResearcherName>('claude', 'local', 'random', 'human', 'replay');

const corpus = variant<'kind', CorpusSpec>('kind', {
  builtin: record({ kind: exactly('builtin'), bytes: integer, seed: integer }),
  text: record({ kind: exactly('text'), sha256: name, bytes: integer }),
  url: record<CorpusSpec & { kind: 'url' }>({
    kind: exactly('url'),
    url: sentence,
    sha256: optional(name),
  }),
});

const tokenizer = variant<'kind', TokenizerSpec>('kind', {
  bytes: record({ kind: exactly('bytes') }),
  characters: record({ kind: exactly('characters') }),
  bpe: record({ kind: exactly('bpe'), vocab: integer }),
});

const budget = record<Budget>({
  unit: oneOf('seconds', 'steps', 'tokens', 'flops'),
  amount: number,
});

const task = record<TaskSpec>({
  name,
  corpus,
  tokenizer,
  examples: oneOf('windows', 'documents'),
  context: integer,
  split: record({ validation: number, test: number }),
  budget,
  evaluationWindows: integer,
  metric: exactly('val_bpb'),
  precision: optional(exactly('f16')),
});

/** A proposal, from JSON or from a researcher. */
export const proposal = record<Proposal>({
  title: text(SENTENCE),
  hypothesis: sentence,
  kind: name,
  program,
  parent: nullable(name),
  researcher,
  member: optional(name),
  critique: optional(sentence),
});

const evidence = record<Evidence>({
  differences: list(record({ seed: integer, difference: number }), 1000),
  mean: nullable(number),
  interval: nullable(pair(number)),
  p: nullable(number),
  pairing: optional(oneOf('paired', 'unpaired')),
  scores: optional(record({ candidate: list(number, 1000), incumbent: list(number, 10_000) })),
  first: optional(nullable(number)),
  looks: optional(integer),
  sequential: optional(nullable(number)),
  level: optional(number),
  noise: optional(nullable(record({ deviation: number, freedom: number }))),
  trials: optional(integer),
});

const verdict = record<Verdict>({
  decision: oneOf('keep', 'discard', 'inconclusive', 'crash'),
  ground: oneOf(
    'baseline',
    'better',
    'simpler',
    'worse',
    'no better',
    'the same',
    'near miss',
    'crash',
  ),
  reason: sentence,
  evidence,
});

const direction = record<Direction>({
  id: name,
  text: sentence,
  author: researcher,
  pinned: boolean,
});

const followUpPlan = record<FollowUpPlan>({
  kind: oneOf('replication', 'attribution', 'transfer'),
  seeds: list(integer, 1000),
  arms: list(record<Arm>({ id: name, title: sentence, program, budget: optional(budget) }), 1000),
  comparisons: list(
    record({
      arm: name,
      against: name,
      title: sentence,
      experiment: nullable(name),
      margin: number,
    }),
    1000,
  ),
  scoreTest: boolean,
  notes: list(sentence, 1000),
  entropy: optional(record({ validation: number, test: number })),
});

type Of<Type extends StudyEvent['type']> = StudyEvent & { readonly type: Type };

/** Every event has its type and its time; only the rest is told apart. */
function event<Type extends StudyEvent['type']>(
  type: Type,
  rest: Omit<Fields<Of<Type>>, 'type' | 'at'>,
): Reader<Of<Type>> {
  return record({ type: exactly(type), at: number, ...rest } as Fields<Of<Type>>);
}

/** One event of a log, from JSON. Throws HistoryError naming what is wrong and where. */
export const studyEvent = variant<'type', StudyEvent>('type', {
  'study-created': event('study-created', {
    study: name,
    task,
    taskId: name,
    device: name,
    baseline: program,
    brief: optional(text(LONGEST_BRIEF)),
    origin: optional(
      record<Origin>({
        study: name,
        device: name,
        experiment: nullable(name),
        seeds: optional(name),
      }),
    ),
  }),
  'experiment-proposed': event('experiment-proposed', {
    experiment: name,
    proposal,
    graphHash: optional(name),
  }),
  'trial-started': event('trial-started', { experiment: name, trial: name, seed: integer }),
  'trial-ended': event('trial-ended', {
    experiment: name,
    trial: name,
    seed: integer,
    result: trialResult,
  }),
  recalibrated: event('recalibrated', {
    reference: number,
    band: number,
    lost: number,
    steps: optional(number),
    reason: sentence,
  }),
  verdict: event('verdict', { experiment: name, verdict }),
  'proposal-refused': event('proposal-refused', { proposal, reason: sentence }),
  'researcher-failed': event('researcher-failed', { researcher, message: sentence }),
  insight: event('insight', {
    text: sentence,
    experiments: list(name, MOST_LINKS),
    author: researcher,
  }),
  'brief-set': event('brief-set', { text: text(LONGEST_BRIEF) }),
  'directions-set': event('directions-set', { directions: list(direction, MOST_DIRECTIONS) }),
  'study-stopped': event('study-stopped', { reason: sentence }),
  'study-resumed': event('study-resumed', {}),
  'study-finished': event('study-finished', { reason: sentence }),
  'follow-up-started': event('follow-up-started', { followUp: name, plan: followUpPlan }),
  'follow-up-trial-ended': event('follow-up-trial-ended', {
    followUp: name,
    arm: name,
    seed: integer,
    result: trialResult,
  }),
  'follow-up-paused': event('follow-up-paused', { followUp: name, reason: sentence }),
  'follow-up-ended': event('follow-up-ended', { followUp: name }),
});
