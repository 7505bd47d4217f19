import { MARK_WORDS, type Mark } from '../lab/experiments';
import './mark.css';

/** What became of an experiment: a shape, a colour and a word, so that none of them is needed alone. */
export function MarkBadge({ mark }: { readonly mark: Mark }) {
  return (
    <span className={`mark ${mark}`}>
      <svg viewBox="-6 -6 12 12" aria-hidden="true">
        <MarkShape mark={mark} size={4} />
      </svg>
      {MARK_WORDS[mark]}
    </span>
  );
}

/** The shape alone, centred on 0, 0: the same in the list and in the chart. */
export function MarkShape({ mark, size }: { readonly mark: Mark; readonly size: number }) {
  const className = `mark-shape ${mark}`;
  if (mark === 'crash') {
    const d = `M${-size} ${-size}L${size} ${size}M${size} ${-size}L${-size} ${size}`;
    return <path className={className} d={d} />;
  }
  return <circle className={className} r={size} />;
}
