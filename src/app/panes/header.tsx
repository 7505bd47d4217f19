import { useState } from 'react';
import type { LabSnapshot } from '../lab/lab';
import { useLab, useLabState } from '../use-lab';
import { ClaudeButton } from './claude/claude-button';
import { SetupDialog } from './setup-dialog';
import { StudiesMenu } from './studies-menu';
import './header.css';

/** The name, what runs on what, and the two things that one always may do: start or stop, and begin anew. */
export function Header() {
  const [choosing, setChoosing] = useState(false);
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  return (
    <header className="lab-header">
      <div className="lab-brand">
        <img src="/favicon.svg" alt="" width="26" height="26" />
        <h1>Loopy Lab</h1>
      </div>
      <p className="lab-intro">
        A small GPT trains on your own machine. A researcher edits its code, one idea at a time, and
        keeps only what is really better.
      </p>
      <nav className="lab-actions" aria-label="The lab">
        <ClaudeButton />
        <StudiesMenu />
        <button type="button" className="button" onClick={() => setChoosing(true)}>
          New study
        </button>
        {!replaying && <StartStop />}
      </nav>
      {choosing && <SetupDialog onClose={() => setChoosing(false)} />}
    </header>
  );
}

const WORDS: Readonly<Record<LabSnapshot['activity'], string>> = {
  opening: 'Opening',
  preparing: 'Stop',
  running: 'Stop',
  following: 'Pause',
  replaying: 'Stop',
  stopping: 'Stopping',
  idle: 'Start',
};

function StartStop() {
  const lab = useLab();
  const activity = useLabState((snapshot) => snapshot.activity);
  const runs = ['running', 'preparing', 'following'].includes(activity);
  return (
    <button
      type="button"
      className="button primary lab-start"
      disabled={activity === 'opening' || activity === 'stopping'}
      onClick={() => (runs ? lab.stop() : lab.start())}
    >
      <svg viewBox="0 0 12 12" width="11" height="11" fill="currentColor" aria-hidden="true">
        {runs ? (
          <rect x="1" y="1" width="10" height="10" rx="1.5" />
        ) : (
          <path d="M2 .8v10.4L11 6z" />
        )}
      </svg>
      {WORDS[activity]}
    </button>
  );
}
