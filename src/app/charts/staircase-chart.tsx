import { useEffect, useRef, useState } from 'react';
import { decimalsOf, roundMarks } from '../../agent/scale';
import { formatBpb } from '../format';
import { type Dot, MARK_WORDS } from '../lab/experiments';
import { MarkShape } from '../parts/mark';
import './staircase-chart.css';

interface Props {
  readonly dots: readonly Dot[];
  readonly entropy: number | null;
  readonly selected: string | null;
  onSelect(id: string): void;
}

const MARGIN = { top: 14, right: 12, bottom: 26 };
/** Pixels that a digit of an axis takes, at most. */
const DIGIT = 8;
const HEIGHT = 240;

/**
 * Every experiment as a dot, and the best score so far as a staircase that only goes down. It is SVG and
 * not a canvas because its dots are things to press, with the keyboard too.
 */
export function StaircaseChart({ dots, entropy, selected, onSelect }: Props) {
  const [frame, width] = useWidth();
  const last = Math.max(4, ...dots.map((dot) => dot.number));
  const [low, high] = rangeOf(dots, entropy);
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const y = (score: number) =>
    MARGIN.top + ((high - Math.min(score, high)) / (high - low)) * (bottom - MARGIN.top);
  const marks = roundMarks(low, high, 4);
  const decimals = decimalsOf(marks);
  const left = 10 + DIGIT * Math.max(...marks.map((mark) => mark.toFixed(decimals).length));
  const x = (number: number) => left + 8 + (number / last) * (right - left - 8);
  const numbers = roundMarks(0, last, width < 300 ? 4 : 6).filter(Number.isInteger);

  return (
    <figure className="staircase" ref={frame}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
          <title>Score of every experiment, and the best so far</title>
          <g className="staircase-axis">
            {marks.map((mark) => (
              <g key={mark} transform={`translate(0 ${y(mark)})`}>
                <line x1={left} x2={right} />
                <text x={left - 6} dy="0.32em" textAnchor="end">
                  {mark.toFixed(decimals)}
                </text>
              </g>
            ))}
            {numbers.map((number) => (
              <text key={number} x={x(number)} y={HEIGHT - 8} textAnchor="middle">
                {number}
              </text>
            ))}
          </g>
          {entropy !== null && (
            <g className="staircase-floor" transform={`translate(0 ${y(Math.max(entropy, low))})`}>
              <line x1={left} x2={right} strokeDasharray={entropy < low ? '1 5' : undefined} />
              <text x={right} y={-5} textAnchor="end">
                {entropy < low && '\u2193 '}entropy, the floor {entropy.toFixed(2)}
              </text>
            </g>
          )}
          <path className="staircase-best" d={pathOf(dots, x, y, x(last))} />
          {dots.map((dot) => (
            <DotButton
              key={dot.id}
              dot={dot}
              x={x(dot.number)}
              y={dot.level === null ? MARGIN.top : y(dot.level)}
              selected={dot.id === selected}
              onSelect={onSelect}
            />
          ))}
        </svg>
      )}
    </figure>
  );
}

interface DotProps {
  readonly dot: Dot;
  readonly x: number;
  readonly y: number;
  readonly selected: boolean;
  onSelect(id: string): void;
}

function DotButton({ dot, x, y, selected, onSelect }: DotProps) {
  const score = dot.level === null ? 'no score' : `${formatBpb(dot.level)} bits per byte`;
  const label = `Experiment ${dot.number}, ${MARK_WORDS[dot.mark]}, ${score}: ${dot.title}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an HTML button cannot stand inside an SVG.
    <g
      className="staircase-dot"
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={selected}
      transform={`translate(${x} ${y})`}
      onClick={() => onSelect(dot.id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onSelect(dot.id);
      }}
    >
      <title>{label}</title>
      <circle className="staircase-target" r={11} />
      {selected && <circle className="staircase-ring" r={8} />}
      <MarkShape mark={dot.mark} size={4} />
    </g>
  );
}

/**
 * From a little under the best to a little above the baseline: scores beyond that stand at the upper edge.
 * The floor sets the lower end where it is near; else the steps would be too small to see.
 */
function rangeOf(dots: readonly Dot[], entropy: number | null): readonly [number, number] {
  const levels = dots.flatMap((dot) => (dot.level === null ? [] : [dot.level]));
  if (levels.length === 0) return [entropy ?? 0, (entropy ?? 0) + 4];
  const first = levels[0]!;
  const best = Math.min(...levels);
  const span = Math.max(first - best, 0.02 * first);
  const worst = Math.min(Math.max(...levels), first + span * 0.5);
  const low = best - span * 0.4;
  const near = entropy !== null && entropy > low - span;
  return [near ? entropy - span * 0.1 : Math.max(0, low), worst + span * 0.1];
}

/** The best so far, from one decided experiment to the next. */
function pathOf(
  dots: readonly Dot[],
  x: (number: number) => number,
  y: (level: number) => number,
  end: number,
): string {
  const steps = dots.filter((dot) => dot.best !== null);
  const [first, ...rest] = steps;
  if (!first) return '';
  const path = rest.map((dot) => `H${x(dot.number)}V${y(dot.best!)}`).join('');
  return `M${x(first.number)} ${y(first.best!)}${path}H${end}`;
}

/** The width of an element, as it changes. */
function useWidth(): [React.RefObject<HTMLElement | null>, number] {
  const element = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => {
      setWidth(Math.round(entry?.contentRect.width ?? 0));
    });
    sizes.observe(element.current!);
    return () => sizes.disconnect();
  }, []);
  return [element, width];
}
