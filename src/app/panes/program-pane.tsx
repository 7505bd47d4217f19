import { useMemo, useRef, useState } from 'react';
import { countChanges, diffLines } from '../../agent/line-diff';
import type { Experiment, Study } from '../../agent/study';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import { type MonacoModule, useMonaco, useNear, viewer } from '../editor/load';
import { MonacoDiff } from '../editor/monaco-diff';
import { PlainCode } from '../editor/plain-code';
import { experimentById, focusOf } from '../lab/experiments';
import { useLabState } from '../use-lab';
import { EditProgram } from './edit-program';
import { type FileKey, FileTabs } from './file-tabs';
import './program-pane.css';

/** The program of the experiment in view, with what it changed; or a person's own edit of it. */
export function ProgramPane() {
  const study = useLabState((snapshot) => snapshot.study);
  const experiment = useLabState(focusOf);
  const [edited, setEdited] = useState<Experiment | null>(null);
  if (!study || !experiment) return null;
  return (
    <section className="program-pane" aria-labelledby="program-heading">
      {edited ? (
        <EditProgram experiment={edited} onDone={() => setEdited(null)} />
      ) : (
        <ViewProgram study={study} experiment={experiment} onEdit={() => setEdited(experiment)} />
      )}
    </section>
  );
}

interface ViewProps {
  readonly study: Study;
  readonly experiment: Experiment;
  onEdit(): void;
}

function ViewProgram({ study, experiment, onEdit }: ViewProps) {
  const pane = useRef<HTMLDivElement>(null);
  const module = useMonaco(viewer, useNear(pane));
  const parent = experimentById(study, experiment.parent);
  const changes = useMemo(
    () => changesOf(parent?.program ?? null, experiment.program),
    [parent, experiment],
  );
  const [picked, setPicked] = useState<FileKey | null>(null);
  const [whole, setWhole] = useState(false);
  const key = picked ?? changes.find((change) => change.text)?.key ?? 'model';
  const file = PROGRAM_FILES.find((candidate) => candidate.key === key)!.file;
  const before = parent && !whole ? parent.program[key] : null;
  const code = { before, after: experiment.program[key], label: file };

  return (
    <div ref={pane}>
      <header className="program-header">
        <div>
          <h2 id="program-heading">Program</h2>
          <p className="caption">
            {parent
              ? `Experiment ${experiment.number}, compared with experiment ${parent.number}`
              : 'The program that the study began with'}
          </p>
        </div>
        <div className="program-actions">
          {parent && (
            <button type="button" className="button quiet" onClick={() => setWhole(!whole)}>
              {whole ? 'Show the changes' : 'Show the whole file'}
            </button>
          )}
          <button type="button" className="button" onClick={onEdit}>
            Edit
          </button>
        </div>
      </header>
      <FileTabs
        current={key}
        notes={Object.fromEntries(changes.map((change) => [change.key, change.text]))}
        onPick={setPicked}
      />
      <div className="code-frame" role="tabpanel" id="program-file" aria-label={file}>
        <Code key={`${experiment.id} ${key} ${whole}`} module={module} {...code} />
      </div>
    </div>
  );
}

interface CodeProps {
  readonly module: MonacoModule | null;
  readonly before: string | null;
  readonly after: string;
  readonly label: string;
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

/** For each file what changed in it, as `+3 −1`; empty where nothing did. */
function changesOf(before: ProgramSource | null, after: ProgramSource) {
  return PROGRAM_FILES.map(({ key }) => {
    if (!before || before[key] === after[key]) return { key, text: '' };
    const { added, removed } = countChanges(diffLines(before[key], after[key]));
    return { key, text: `+${added} \u2212${removed}` };
  });
}
