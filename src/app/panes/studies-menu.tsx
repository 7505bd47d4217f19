import { useId, useRef } from 'react';
import { formatMoment } from '../format';
import type { ExportedFile, ExportFormat } from '../lab/lab';
import { titleOf } from '../lab/tasks';
import { RecordedStudies } from '../replay/recorded-studies';
import { useLab, useLabState } from '../use-lab';
import './studies-menu.css';

/** Studies that this browser keeps: to open one again, to take one away as a file, or to delete it. */
export function StudiesMenu() {
  const lab = useLab();
  const study = useLabState((snapshot) => snapshot.study);
  const studies = useLabState((snapshot) => snapshot.studies);
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const close = () => menu.current?.hidePopover();
  const save = async (format: ExportFormat) => {
    close();
    download(await lab.exportStudy(format));
  };
  const remove = () => {
    close();
    if (study && confirm('Delete this study with all of its experiments?')) {
      void lab.deleteStudy(study.id);
    }
  };

  return (
    <>
      <button type="button" className="button" popoverTarget={id}>
        Studies
      </button>
      <div
        id={id}
        ref={menu}
        popover="auto"
        className="studies-menu"
        role="dialog"
        aria-label="Studies"
      >
        <h2>Studies in this browser</h2>
        {studies.length === 0 && <p className="caption">None yet.</p>}
        <ul>
          {studies.map((entry) => (
            <li key={entry.id}>
              <button
                type="button"
                aria-current={entry.id === study?.id}
                onClick={() => {
                  close();
                  void lab.openStudy(entry.id);
                }}
              >
                <span>{titleOf(entry.task)}</span>
                <span className="caption number">{formatMoment(entry.createdAt)}</span>
              </button>
              <button
                type="button"
                className="button quiet"
                aria-label={`Replay ${titleOf(entry.task)} of ${formatMoment(entry.createdAt)}`}
                onClick={() => {
                  close();
                  void lab.player.openStudy(entry.id);
                }}
              >
                Replay
              </button>
            </li>
          ))}
        </ul>
        <RecordedStudies onOpen={close} />
        {study && !replaying && (
          <div className="studies-actions">
            <button type="button" className="button quiet" onClick={() => void save('html')}>
              Save the report
            </button>
            <button type="button" className="button quiet" onClick={() => void save('md')}>
              Save it as Markdown
            </button>
            <button type="button" className="button quiet" onClick={() => void save('tsv')}>
              Save results.tsv
            </button>
            <button type="button" className="button quiet" onClick={() => void save('json')}>
              Save everything as JSON
            </button>
            <button type="button" className="button quiet danger" onClick={remove}>
              Delete this study
            </button>
          </div>
        )}
      </div>
    </>
  );
}

function download({ name, type, text }: ExportedFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
