import { useState } from 'react';
import type { Experiment } from '../../agent/study';
import type { ProgramSource } from '../../model/programs/program';
import { useLab } from '../use-lab';
import { differs, HypothesisField, ProgramEditor } from './program-editor';

interface Props {
  readonly experiment: Experiment;
  onDone(): void;
}

/** A person's own edit: the program of an experiment, changed, and what is expected of that. */
export function EditProgram({ experiment, onDone }: Props) {
  const lab = useLab();
  const [draft, setDraft] = useState<ProgramSource>(experiment.program);
  const [hypothesis, setHypothesis] = useState('');
  const changed = differs(draft, experiment.program);

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
      <HypothesisField
        label="What do you expect, and why?"
        value={hypothesis}
        onChange={setHypothesis}
      />
      <ProgramEditor program={draft} onChange={setDraft} />
    </form>
  );
}
