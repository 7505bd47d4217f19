import { useMemo } from 'react';
import { diffLines, folded } from '../../agent/line-diff';
import { plural } from '../format';
import './plain-code.css';

interface Props {
  /** What it is compared with, or null to show the text alone. */
  readonly before: string | null;
  readonly after: string;
  readonly label: string;
}

const SIGNS = { same: ' ', added: '+', removed: '\u2212' } as const;

/** The program as plain text: at once, everywhere, and for as long as the editor is not there. */
export function PlainCode({ before, after, label }: Props) {
  const lines = useMemo(() => {
    const all = diffLines(before ?? after, after);
    return before === null || before === after ? all : folded(all);
  }, [before, after]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="plain-code" tabIndex={0} aria-label={label}>
      <pre>
        {lines.map((line, i) =>
          line.kind === 'gap' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text have no other name.
            <span key={i} className="gap">
              {plural(line.lines, 'equal line')}
            </span>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            <span key={i} className={line.kind}>
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
