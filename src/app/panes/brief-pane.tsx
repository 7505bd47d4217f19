import { useEffect, useMemo, useRef, useState } from 'react';
import { unheardLines } from '../../agent/brief';
import { LONGEST_BRIEF } from '../../agent/history/format/event';
import { FAMILIES } from '../../agent/researchers/local/names';
import type { Study } from '../../agent/study';
import { plural } from '../format';
import { useLab, useLabState } from '../use-lab';
import { useTeam } from '../use-team';
import './brief-pane.css';

/** The brief, `program.md`: what the person asks of the researchers, to read and to change. */
export function BriefPane({ study }: { readonly study: Study }) {
  const [editing, setEditing] = useState(false);
  const { brief } = study;
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  return (
    <section className="brief" aria-labelledby="brief-heading">
      <header>
        <h2 id="brief-heading">Brief</h2>
        {!replaying && (
          <button
            type="button"
            className="button quiet"
            aria-label={brief === '' ? 'Write a brief' : 'Edit the brief'}
            onClick={() => setEditing(true)}
          >
            {brief === '' ? 'Write one' : 'Edit'}
          </button>
        )}
      </header>
      {brief === '' ? (
        <p className="caption">
          None yet. It tells the researcher what to try, and what to leave alone.
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long brief is scrolled with the keyboard too.
        <pre className="brief-text" tabIndex={0}>
          {brief}
        </pre>
      )}
      <PassedOver brief={brief} />
      {editing && !replaying && <BriefDialog brief={brief} onClose={() => setEditing(false)} />}
    </section>
  );
}

/** What the researcher that needs no key does not understand: plain words, and names that nothing has. */
function PassedOver({ brief }: { readonly brief: string }) {
  const local = useTeam(
    (team) => team?.members.find(({ researcher }) => researcher === 'local')?.title ?? null,
  );
  const lines = useMemo(() => unheardLines(brief, 'local'), [brief]);
  if (!local || lines.length === 0) return null;
  return (
    <details className="brief-passed-over caption">
      <summary>
        {local} passes over {plural(lines.length, 'line')} of it
      </summary>
      <ul>
        {lines.map(({ line, unknown }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a brief may say the same twice.
          <li key={i}>
            {line}
            {unknown.length > 0 && ` (nothing is called ${unknown.join(' or ')})`}
          </li>
        ))}
      </ul>
      <p>These are for researchers who read. It understands, one to a line:</p>
      <pre>{DIRECTIVES}</pre>
      <p>
        Freeze names a file, a setting or whatever a file declares. Prefer and avoid name kinds of
        edits, such as dropout or learning-rate, or families of them: {FAMILIES.join(', ')}.
      </p>
    </details>
  );
}

const DIRECTIVES = `freeze: config.layers, optimizer.ts
max parameters: 100000
max seconds per step: 0.01
max source tokens: 1500
prefer: schedule, optimizer
avoid: size, dropout`;

function BriefDialog({ brief, onClose }: { readonly brief: string; onClose(): void }) {
  const lab = useLab();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState(brief);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="setup" aria-labelledby="brief-edit-heading" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          lab.note({ type: 'brief-set', text });
          onClose();
        }}
      >
        <h2 id="brief-edit-heading">Brief</h2>
        <div className="field">
          <label htmlFor="brief-text">
            Goals, preferred directions, what is off limits. It holds from the next proposal on.
          </label>
          <textarea
            id="brief-text"
            className="input brief-edit"
            rows={14}
            maxLength={LONGEST_BRIEF}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div className="setup-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={text === brief}>
            Save
          </button>
        </div>
      </form>
    </dialog>
  );
}
