import { useEffect, useMemo, useRef } from 'react';
import { diffLines, folded } from '../../agent/line-diff';
import { plural } from '../format';
import './plain-code.css';
import { changedLine } from './text-change';

interface Props {
  /** What it is compared with, or null to show the text alone. */
  readonly before: string | null;
  readonly after: string;
  readonly label: string;
  /** The text is being written: each change is scrolled into view. */
  readonly live?: boolean;
}

const SIGNS = { same: ' ', added: '+', removed: '\u2212' } as const;

/** The program as plain text: at once, everywhere, and for as long as the editor is not there. */
export function PlainCode({ before, after, label, live = false }: Props) {
  const frame = useRef<HTMLElement>(null);
  const old = useRef(after);
  const lines = useMemo(() => {
    const all = diffLines(before ?? after, after);
    return before === null || before === after ? all : folded(all);
  }, [before, after]);
  useEffect(() => {
    const line = live ? changedLine(old.current, after) : null;
    old.current = after;
    if (line !== null) reveal(frame.current!, line);
  }, [live, after]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section ref={frame} className="plain-code" tabIndex={0} aria-label={label}>
      <pre>
        {lines.map((line, i) =>
          line.kind === 'gap' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text have no other name.
            <span key={i} className="gap">
              {plural(line.lines, 'equal line')}
            </span>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            <span key={i} className={line.kind} data-line={line.after}>
              <span className="line-number" aria-hidden="true">
                {line.after ?? line.before}
              </span>
              {`${SIGNS[line.kind]} ${line.text}\n`}
            </span>
          ),
        )}
      </pre>
    </section>
  );
}

/** Scrolls the text, and not the page, to a line that is not in sight. */
function reveal(frame: HTMLElement, line: number): void {
  const place = frame.querySelector<HTMLElement>(`[data-line="${line}"]`);
  if (!place) return;
  const top = place.offsetTop - frame.offsetTop;
  const seen =
    top >= frame.scrollTop && top + place.offsetHeight <= frame.scrollTop + frame.clientHeight;
  if (!seen) frame.scrollTop = top - frame.clientHeight / 2;
}
