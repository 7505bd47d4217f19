import { lazy, Suspense, useState } from 'react';
import { dialogWasAskedFor } from '../../claude/reopen';
import { useClaude } from '../../use-claude';

const ClaudeDialog = lazy(() =>
  import('./claude-dialog').then(({ ClaudeDialog }) => ({ default: ClaudeDialog })),
);

/** Always there and never in the way: with no key, everything works as it does. */
export function ClaudeButton() {
  const claude = useClaude();
  const [open, setOpen] = useState(dialogWasAskedFor);
  if (!claude) return null;
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {claude.state.stage === 'here' ? 'Claude' : 'Bring Claude'}
      </button>
      {open && (
        <Suspense>
          <ClaudeDialog {...claude} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
