import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';

export type FileKey = keyof ProgramSource;

interface Props {
  readonly current: FileKey;
  readonly notes?: Readonly<Record<string, string>>;
  onPick(key: FileKey): void;
}

/** The files of a program as tabs; the arrow keys move between them. */
export function FileTabs({ current, notes, onPick }: Props) {
  const other = PROGRAM_FILES.find(({ key }) => key !== current)!;
  return (
    <div className="segments program-tabs" role="tablist" aria-label="Files of the program">
      {PROGRAM_FILES.map(({ key, file }) => (
        <button
          key={key}
          type="button"
          role="tab"
          aria-selected={key === current}
          aria-controls="program-file"
          tabIndex={key === current ? 0 : -1}
          onClick={() => onPick(key)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
            onPick(other.key);
            const sibling = event.currentTarget.nextElementSibling;
            ((sibling ?? event.currentTarget.previousElementSibling) as HTMLElement).focus();
          }}
        >
          {file}
          {notes?.[key] && <span className="number"> {notes[key]}</span>}
        </button>
      ))}
    </div>
  );
}
