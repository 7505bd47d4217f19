import { useMemo, useRef, useState } from 'react';
import { countChanges, diffLines } from '../../agent/line-diff';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import { useDesk } from '../desk';
import { type MonacoModule, useMonaco, useNear, viewer } from '../editor/load';
import { MonacoDiff } from '../editor/monaco-diff';
import { PlainCode } from '../editor/plain-code';
import type { ShownProgram } from '../lab/shown-program';
import { type FileKey, FileTabs } from './file-tabs';

interface Props {
  readonly shown: ShownProgram;
  /** Missing where it is nobody's to edit. */
  readonly onEdit?: () => void;
}

/** A program to look at: an experiment's, a proposal's, or a draft that changes while one looks. */
export function ProgramView({ shown, onEdit }: Props) {
  const pane = useRef<HTMLDivElement>(null);
  const module = useMonaco(viewer, useNear(pane));
  const { watch, take } = useDesk();
  const { program, before, writer } = shown;
  const changes = useMemo(() => changesOf(before, program), [before, program]);
  const [pick, setPick] = useState<{ key: FileKey; writer: string | null } | null>(null);
  const [whole, setWhole] = useState(false);
  const written = useLastWritten(shown.id, program);
  // A file that was picked among drafts says nothing of experiments, nor of another draft.
  const picked = pick?.writer === (writer?.id ?? null) ? pick.key : null;
  const changed = changes.find((change) => change.text)?.key;
  const key = picked ?? written ?? changed ?? 'model';
  const file = PROGRAM_FILES.find((candidate) => candidate.key === key)!.file;
  const code = {
    before: before && !whole ? before[key] : null,
    after: program[key],
    label: writer ? `${file} as ${writer.title} writes it` : file,
    live: writer !== null,
  };

  return (
    <div ref={pane}>
      <header className="program-header">
        <div>
          <h2 id="program-heading">{writer ? `The draft of ${writer.title}` : 'Program'}</h2>
          <p className="caption">{shown.caption}</p>
        </div>
        <div className="program-actions">
          {before && (
            <button type="button" className="button quiet" onClick={() => setWhole(!whole)}>
              {whole ? 'Show the changes' : 'Show the whole file'}
            </button>
          )}
          {writer ? (
            <>
              <button type="button" className="button quiet" onClick={() => watch('trial')}>
                Stop following
              </button>
              <button
                type="button"
                className="button"
                onClick={() => take(writer.id, writer.title)}
              >
                Take the keyboard
              </button>
            </>
          ) : (
            onEdit && (
              <button type="button" className="button" onClick={onEdit}>
                Edit
              </button>
            )
          )}
        </div>
      </header>
      <FileTabs
        current={key}
        notes={Object.fromEntries(changes.map((change) => [change.key, change.text]))}
        onPick={(key) => setPick({ key, writer: writer?.id ?? null })}
      />
      <div className="code-frame" role="tabpanel" id="program-file" aria-label={file}>
        <Code key={`${shown.id} ${key} ${whole}`} module={module} {...code} />
      </div>
    </div>
  );
}

interface CodeProps {
  readonly module: MonacoModule | null;
  readonly before: string | null;
  readonly after: string;
  readonly label: string;
  readonly live: boolean;
}

/** The plain text at once, and the editor in its place as soon as it has something to show. */
function Code({ module, ...code }: CodeProps) {
  const [ready, setReady] = useState(false);
  return (
    <>
      {!ready && <PlainCode {...code} />}
      {module && (
        <div className={ready ? undefined : 'code-waiting'} inert={!ready}>
          <MonacoDiff module={module} {...code} onReady={() => setReady(true)} />
        </div>
      )}
    </>
  );
}

/** The file of the shown program that changed last since one began to look; null while none did. */
function useLastWritten(id: string, program: ProgramSource): FileKey | null {
  const [seen, setSeen] = useState({ id, program, written: null as FileKey | null });
  if (seen.id !== id) setSeen({ id, program, written: null });
  else if (seen.program !== program) {
    const changed = PROGRAM_FILES.find(({ key }) => seen.program[key] !== program[key]);
    setSeen({ id, program, written: changed?.key ?? seen.written });
  }
  return seen.id === id ? seen.written : null;
}

/** For each file what changed in it, as `+3 −1`; empty where nothing did. */
function changesOf(before: ProgramSource | null, after: ProgramSource) {
  return PROGRAM_FILES.map(({ key }) => {
    if (!before || before[key] === after[key]) return { key, text: '' };
    const { added, removed } = countChanges(diffLines(before[key], after[key]));
    return { key, text: `+${added} \u2212${removed}` };
  });
}
