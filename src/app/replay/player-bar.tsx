import type { KeyboardEvent } from 'react';
import { LONGEST_WAIT } from '../../agent/replay/timeline';
import type { Study } from '../../agent/study';
import { arrows, formatDuration, formatMoment } from '../format';
import { experimentById, MARK_WORDS, markOf } from '../lab/experiments';
import { useLab, useLabState } from '../use-lab';
import './player-bar.css';
import { formatClock } from './clock';
import { comparable } from './comparable';
import { Scrubber } from './scrubber';
import { type ReplayView, SPEEDS, type Speed, type Tape } from './view';

/** The player of a study that was run before; nothing where none plays. */
export function PlayerBar() {
  const replay = useLabState((snapshot) => snapshot.replay);
  return replay && <Playing replay={replay} />;
}

function Playing({ replay }: { readonly replay: ReplayView }) {
  const { player } = useLab();
  const study = useLabState((snapshot) => snapshot.study);
  const { tape, time, playing, speed } = replay;
  const words = whereWords(study, tape);
  const toggle = () => (playing ? player.pause() : player.play());
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const act = actionOf(event, toggle, player.step);
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <section className="player" aria-label="Player of a recorded study" onKeyDown={onKeyDown}>
      <p className="player-label caption">
        <strong className="player-badge">Recorded</strong>
        <span>
          {formatMoment(tape.createdAt)}, on {tape.device}
        </span>
        <span className="player-cut">{cutWords(tape)}</span>
        <button
          type="button"
          className="button quiet player-leave"
          onClick={() => void player.leave()}
        >
          Leave the replay
        </button>
      </p>
      <div className="player-controls">
        <StepButton side="previous" onPress={() => player.step('previous')} />
        <button
          type="button"
          className="button primary player-play"
          aria-label={playing ? 'Pause' : 'Play'}
          onClick={toggle}
        >
          <svg viewBox="0 0 12 12" width="12" height="12" fill="currentColor" aria-hidden="true">
            <path d={playing ? 'M2 1h3v10H2zM7 1h3v10H7z' : 'M2 .8v10.4L11 6z'} />
          </svg>
        </button>
        <StepButton side="next" onPress={() => player.step('next')} />
        <Speeds speed={speed} />
      </div>
      <Scrubber tape={tape} time={time} words={words} onSeek={player.seek} />
      <p className="player-where caption">
        <span className="player-time number">
          {formatClock(time)} / {formatClock(tape.length)}
        </span>
        {words}
      </p>
      <GoOn tape={tape} />
    </section>
  );
}

/** Space and k play and pause, n and p go from verdict to verdict, as Page Down and Page Up do on the slider. */
function actionOf(
  event: KeyboardEvent<HTMLElement>,
  toggle: () => void,
  step: (side: 'next' | 'previous') => void,
): (() => void) | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const onButton = event.target instanceof HTMLButtonElement;
  switch (event.key) {
    case ' ':
      // A button is pressed by it.
      return onButton ? null : toggle;
    case 'k':
      return toggle;
    case 'n':
    case 'PageDown':
      return () => step('next');
    case 'p':
    case 'PageUp':
      return () => step('previous');
    default:
      return null;
  }
}

const STEPS = {
  previous: { name: 'Previous verdict', d: 'M10.5 1v10L3.5 6zM1.5 1h1.6v10H1.5z' },
  next: { name: 'Next verdict', d: 'M1.5 1v10l7-5zM8.9 1h1.6v10H8.9z' },
} as const;

function StepButton({ side, onPress }: { readonly side: keyof typeof STEPS; onPress(): void }) {
  const { name, d } = STEPS[side];
  return (
    <button type="button" className="button player-step" aria-label={name} onClick={onPress}>
      <svg viewBox="0 0 12 12" width="12" height="12" fill="currentColor" aria-hidden="true">
        <path d={d} />
      </svg>
    </button>
  );
}

function Speeds({ speed }: { readonly speed: Speed }) {
  const { player } = useLab();
  return (
    <fieldset className="segments player-speeds">
      <legend className="unseen">Speed</legend>
      {SPEEDS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === speed}
          aria-label={Number.isFinite(each) ? `${each} times` : 'as fast as it goes'}
          onClick={() => player.setSpeed(each)}
        >
          {Number.isFinite(each) ? `${each}\u00d7` : 'max'}
        </button>
      ))}
    </fieldset>
  );
}

/** What a branch takes over: every experiment so far, or one program. */
function GoOn({ tape }: { readonly tape: Tape }) {
  const { player } = useLab();
  const study = useLabState((snapshot) => snapshot.study);
  const device = useLabState((snapshot) => snapshot.device);
  const facts = useLabState((snapshot) => snapshot.facts);
  const best = experimentById(study, study?.incumbent ?? null);
  const same = study && device && facts && comparable(tape.own, study, device.name, facts.id);
  const words = same
    ? 'a new study with these experiments'
    : best && best.number > 0
      ? `a new study here, from the program of experiment ${best.number}`
      : 'a new study here, from the same program';
  return (
    <div className="player-branch">
      <button
        type="button"
        className="button"
        disabled={!device || !facts}
        aria-describedby="player-branch-words"
        onClick={() => void player.goOn()}
      >
        Go on from here
      </button>
      <p id="player-branch-words" className="caption">
        {words}
      </p>
    </div>
  );
}

/** Where a study stands, in words. */
function whereWords(study: Study | null, { experiments }: Tape): string {
  const last = study?.experiments.at(-1);
  if (!study || !last) return 'before the first experiment';
  if (study.status !== 'running' && study.ending) return `${study.status}: ${study.ending}`;
  const mark = MARK_WORDS[markOf(last, true)];
  const which = last.number === 0 ? 'the baseline' : `experiment ${last.number} of ${experiments}`;
  return `${which}, ${arrows(last.title)}: ${mark}`;
}

function cutWords({ leftOut }: Tape): string {
  const most = LONGEST_WAIT / 1000;
  return leftOut >= 1000
    ? `waits longer than ${most} s are cut to ${most} s: ${formatDuration(leftOut / 1000)} left out`
    : '';
}
