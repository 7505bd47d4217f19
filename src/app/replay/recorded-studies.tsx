import { useRef } from 'react';
import { formatMoment, plural } from '../format';
import { useLab } from '../use-lab';
import { RECORDINGS } from './recordings';

/** Recordings that come with the lab, and the way to open one that was saved as a file. */
export function RecordedStudies({ onOpen }: { onOpen(): void }) {
  const { player } = useLab();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <h2>Recorded studies</h2>
      <ul>
        {RECORDINGS.map((recording) => (
          <li key={recording.file}>
            <button
              type="button"
              onClick={() => {
                onOpen();
                void player.openRecording(recording);
              }}
            >
              <span>
                {recording.title}
                <span className="caption"> {plural(recording.experiments, 'experiment')}</span>
              </span>
              <span className="caption number">{formatMoment(recording.createdAt)}</span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="button quiet" onClick={() => chooser.current?.click()}>
        Open a saved file
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".json,.jsonl,.gz,application/json,application/gzip"
        aria-label="A study that was saved as JSON"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (!file) return;
          onOpen();
          void player.openFile(file);
        }}
      />
    </>
  );
}
