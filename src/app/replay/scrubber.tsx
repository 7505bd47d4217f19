import { memo } from 'react';
import { MARK_WORDS, type Mark } from '../lab/experiments';
import { spokenClock } from './clock';
import type { Tape } from './view';

interface Props {
  readonly tape: Tape;
  readonly time: number;
  /** The experiment that is under way, in words. */
  readonly words: string;
  onSeek(time: number): void;
}

/** Milliseconds that an arrow key moves the time by. */
const ARROWS: Readonly<Record<string, number>> = {
  ArrowLeft: -5000,
  ArrowDown: -5000,
  ArrowRight: 5000,
  ArrowUp: 5000,
};

/** The way through a study: a slider with a mark for each verdict. Arrow keys move it by five seconds. */
export function Scrubber({ tape, time, words, onSeek }: Props) {
  return (
    <div className="scrubber">
      <Marks tape={tape} />
      <input
        type="range"
        aria-label="Time of the study"
        aria-valuetext={`${spokenClock(time)}, ${words}`}
        min={0}
        max={tape.length}
        step="any"
        value={time}
        onChange={(event) => onSeek(Number(event.target.value))}
        onKeyDown={(event) => {
          const by = ARROWS[event.key];
          if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          onSeek(time + by);
        }}
      />
    </div>
  );
}

const HEIGHTS: Readonly<Record<string, number>> = { keep: 12, baseline: 12, crash: 8 };

/** Drawn once for each study: there may be hundreds. */
const Marks = memo(function Marks({ tape }: { readonly tape: Tape }) {
  const kinds = new Set<Mark>();
  const lines = tape.verdicts.map(({ time, position, verdict }) => {
    const mark: Mark = verdict.ground === 'baseline' ? 'baseline' : verdict.decision;
    kinds.add(mark);
    const x = `${tape.length > 0 ? (100 * time) / tape.length : 0}%`;
    const y = 12 - (HEIGHTS[mark] ?? 6);
    return <line key={position} className={`scrubber-mark ${mark}`} x1={x} x2={x} y1={y} y2={12} />;
  });
  const words = [...kinds].map((kind) => MARK_WORDS[kind]).join(', ');
  return (
    <svg className="scrubber-marks" role="img" aria-label={`A mark for each verdict: ${words}`}>
      {lines}
    </svg>
  );
});
