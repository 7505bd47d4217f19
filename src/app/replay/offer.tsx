import { useState } from 'react';
import { plural } from '../format';
import { useLab, useLabState } from '../use-lab';
import './offer.css';
import { RECORDINGS } from './recordings';

/** To a visitor who has not run more than one study: what a whole study looks like, for a click. */
export function RecordingOffer() {
  const { player } = useLab();
  const [dismissed, setDismissed] = useState(false);
  const few = useLabState(({ studies }) => studies.length <= 1);
  const opened = useLabState(({ activity }) => activity !== 'opening' && activity !== 'replaying');
  if (dismissed || !few || !opened) return null;
  const [recording] = RECORDINGS;
  return (
    <aside className="offer caption" aria-label="A recorded study">
      <button
        type="button"
        className="button quiet"
        onClick={() => void player.openRecording(recording)}
      >
        See a recorded study of {plural(recording.experiments, 'experiment')}
      </button>
      <button
        type="button"
        className="button quiet offer-dismiss"
        aria-label="Do not offer the recorded study"
        onClick={() => setDismissed(true)}
      >
        ×
      </button>
    </aside>
  );
}
