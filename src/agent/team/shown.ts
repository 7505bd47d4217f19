import type { ClaudeEvent } from '../researchers/claude/events';
import type { Study } from '../study';
import type { Draft, Member } from './member';
import { itemsOf, type Stream, said, settled, shortened, told, voided } from './stream';
import type { MemberDoing, MemberView } from './view';

/** What happens to a member, as far as it shows: what it tells itself, and what its team does with it. */
export type MemberEvent =
  | ClaudeEvent
  /** A run of the loop began, or is over: between runs nobody is idle. */
  | { readonly type: 'opened' | 'closed' }
  | { readonly type: 'began'; readonly direction: string | null }
  | { readonly type: 'proposed' | 'adopted' | 'rested' | 'paused' | 'resumed' | 'held' }
  /** Its proposal came back, or its draft from a person: it stands there again. */
  | { readonly type: 'drafted'; readonly draft: Draft }
  | { readonly type: 'told'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'ended'; readonly reason: string }
  | { readonly type: 'revived' }
  | { readonly type: 'study'; readonly study: Study };

/** A member as it is shown, and what has to be remembered to show the next event. Inert. */
export interface Shown extends Stream {
  readonly view: MemberView;
  /** What it does where nobody stopped it. */
  readonly turn: Exclude<MemberDoing, 'paused' | 'held' | 'ended'>;
  readonly stopped: 'paused' | 'held' | null;
  /** Between runs of the loop the clock of idle time stands still. */
  readonly open: boolean;
  readonly at: number;
}

export function shownAtFirst(
  { id, title, name: researcher }: Member,
  open: boolean,
  at: number,
): Shown {
  const view: MemberView = {
    id,
    title,
    researcher,
    doing: 'resting',
    wait: null,
    experiment: null,
    model: null,
    direction: null,
    stream: [],
    draft: null,
    spent: null,
    tried: 0,
    kept: 0,
    idle: 0,
    ending: null,
  };
  return { view, turn: 'resting', stopped: null, reply: null, settled: [], open, at };
}

/** The member after one more event, at that time. Pure. */
export function shownAfter(before: Shown, event: MemberEvent, at: number): Shown {
  const passed = withTime(before, at);
  const changed = changedBy(passed, event);
  if (changed === passed) return passed;
  const same = changed.settled === passed.settled && changed.reply === passed.reply;
  const stream = same ? passed.view.stream : itemsOf(changed);
  const doing =
    changed.view.ending !== null ? ('ended' as const) : (changed.stopped ?? changed.turn);
  const wait = doing === 'waiting' ? changed.view.wait : null;
  const view = { ...changed.view, doing, wait, stream };
  return { ...changed, view };
}

/** Counts the time that has passed where it was spent idly. */
function withTime(shown: Shown, at: number): Shown {
  const { view, turn, open } = shown;
  const idle = open && turn === 'resting' && view.ending === null && view.experiment === null;
  const passed = Math.max(0, at - shown.at);
  if (!idle || passed === 0) return { ...shown, at };
  return { ...shown, at, view: { ...view, idle: view.idle + passed } };
}

function changedBy(shown: Shown, event: MemberEvent): Shown {
  const { view } = shown;
  switch (event.type) {
    case 'opened':
      return { ...shown, open: true };
    case 'closed':
      return { ...voided(shown), open: false, turn: turnAtRest(shown) };
    case 'began':
      return { ...shown, turn: 'thinking', view: { ...view, direction: event.direction } };
    case 'proposed':
      return { ...settled(shown), turn: 'ready', view: { ...view, draft: null } };
    case 'adopted':
    case 'rested':
      return { ...settled(shown), turn: 'resting' };
    case 'paused':
    case 'held':
      return { ...voided(shown), stopped: event.type, turn: turnAtRest(shown) };
    case 'resumed':
      return { ...shown, stopped: null };
    case 'drafted':
      return { ...settled(shown), turn: turnAtRest(shown), view: { ...view, draft: event.draft } };
    case 'told':
      return told(shown, shortened(event.message));
    case 'failed':
      return said<Shown>({ ...voided(shown), turn: 'resting' }, 'trouble', event.message);
    case 'ended': {
      const ended = said<Shown>({ ...voided(shown), turn: 'resting' }, 'trouble', event.reason);
      return { ...ended, view: { ...ended.view, ending: event.reason } };
    }
    case 'revived':
      return { ...shown, view: { ...view, ending: null } };
    case 'study':
      return withStudy(shown, event.study);
    default:
      return tellingOf(shown, event);
  }
}

/** What its own words change. */
function tellingOf(shown: Shown, event: ClaudeEvent): Shown {
  const { view } = shown;
  switch (event.type) {
    case 'model':
      return { ...shown, view: { ...view, model: event.model } };
    case 'asking':
      return { ...voided(shown), turn: 'thinking', reply: [] };
    case 'thinking':
      return said({ ...shown, turn: 'thinking' }, 'thought', event.delta, true);
    case 'text':
      return said({ ...shown, turn: 'thinking' }, 'said', event.delta, true);
    case 'tool-input':
      return shown.turn === 'thinking' ? shown : { ...shown, turn: 'thinking' };
    case 'tool-called':
      return said({ ...settled(shown), turn: 'working' }, 'tool', event.tool);
    case 'tool-answered':
      return said(
        { ...shown, turn: 'thinking' },
        event.ok ? 'heard' : 'trouble',
        shortened(event.text),
      );
    case 'edited': {
      const { program, parent } = event;
      return { ...shown, view: { ...view, draft: { program, parent } } };
    }
    case 'spent':
      return { ...settled(shown), view: { ...view, spent: event.spent } };
    case 'waiting': {
      const { reason, secondsLeft } = event;
      return {
        ...voided(shown),
        turn: 'waiting',
        view: { ...view, wait: { reason, secondsLeft } },
      };
    }
    case 'asked-again':
    case 'began-anew':
    case 'not-kept':
      return said(settled(shown), 'trouble', event.reason);
    // Its team has shown what it was told, and shows what it does next.
    case 'heard':
    case 'went-on':
      return shown;
  }
}

/** Experiments that it proposed: the one under trial, and what came of the others. */
function withStudy(shown: Shown, { experiments }: Study): Shown {
  const { view } = shown;
  const own = experiments.filter(({ member }) => member === view.id);
  const judged = own.filter(({ verdict }) => verdict !== null);
  const experiment = own.find(({ verdict }) => verdict === null)?.id ?? null;
  const kept = judged.filter(({ verdict }) => verdict?.decision === 'keep').length;
  const same = experiment === view.experiment && judged.length === view.tried && kept === view.kept;
  return same ? shown : { ...shown, view: { ...view, experiment, tried: judged.length, kept } };
}

/** A proposal that waits goes on waiting, whatever becomes of its author. */
function turnAtRest({ turn }: Shown): Shown['turn'] {
  return turn === 'ready' ? 'ready' : 'resting';
}
