import { useState } from 'react';
import type { Experiment } from '../../agent/study';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import { useMonaco, writer } from '../editor/load';
import { MonacoEdit } from '../editor/monaco-edit';
import { useLab } from '../use-lab';
import { type FileKey, FileTabs } from './file-tabs';

interface Props {
  readonly experiment: Experiment;
  onDone(): void;
}

/** A person's own edit: the program of an experiment, changed, and what is expected of that. */
export function EditProgram({ experiment, onDone }: Props) {
  const lab = useLab();
  const module = useMonaco(writer, true);
  const [draft, setDraft] = useState<ProgramSource>(experiment.program);
  const [hypothesis, setHypothesis] = useState('');
  const [key, setKey] = useState<FileKey>('model');
  const { file } = PROGRAM_FILES.find((candidate) => candidate.key === key)!;
  const changed = PROGRAM_FILES.some(
    (candidate) => draft[candidate.key] !== experiment.program[candidate.key],
  );
  const change = (text: string) => setDraft((old) => ({ ...old, [key]: text }));

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        lab.propose({ hypothesis: hypothesis.trim(), program: draft, parent: experiment.id });
        onDone();
      }}
    >
      <header className="program-header">
        <div>
          <h2 id="program-heading">Your edit</h2>
          <p className="caption">
            of experiment {experiment.number}. It runs as the next experiment.
          </p>
        </div>
        <div className="program-actions">
          <button type="button" className="button" onClick={onDone}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={!changed || hypothesis.trim() === ''}
          >
            Run it
          </button>
        </div>
      </header>
      <div className="field program-hypothesis">
        <label htmlFor="hypothesis">What do you expect, and why?</label>
        <input
          id="hypothesis"
          className="input"
          required
          maxLength={300}
          placeholder="Two layers can copy a name that was seen before; one cannot."
          value={hypothesis}
          onChange={(event) => setHypothesis(event.target.value)}
        />
      </div>
      <FileTabs current={key} onPick={setKey} />
      <div className="code-frame" role="tabpanel" id="program-file" aria-label={file}>
        {module ? (
          <MonacoEdit key={key} module={module} file={file} text={draft[key]} onChange={change} />
        ) : (
          <textarea
            className="plain-edit"
            aria-label={`${file}, your edit`}
            spellCheck={false}
            value={draft[key]}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </div>
    </form>
  );
}
