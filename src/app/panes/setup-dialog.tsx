import { useEffect, useRef, useState } from 'react';
import { LONGEST_BRIEF } from '../../agent/history/format/event';
import { PRESETS } from '../../model/programs';
import { BUILTIN_TASK, CATALOGUE } from '../../model/tasks/catalogue';
import { formatBytes } from '../format';
import { useLab, useLabState } from '../use-lab';
import { type OwnText, OwnTextField } from './own-text-field';
import './setup-dialog.css';

/** What a new study is about: a text, a program to begin with, and the time that each trial gets. */
export function SetupDialog({ onClose }: { onClose(): void }) {
  const lab = useLab();
  const current = useLabState((snapshot) => snapshot.study?.task ?? null);
  const dialog = useRef<HTMLDialogElement>(null);
  const [task, setTask] = useState(BUILTIN_TASK.name);
  const [program, setProgram] = useState(PRESETS[0].name);
  const [seconds, setSeconds] = useState(
    current?.budget.unit === 'seconds' ? current.budget.amount : BUILTIN_TASK.budget.amount,
  );
  const [mixed, setMixed] = useState(current?.precision === 'f16');
  const [brief, setBrief] = useState('');
  const [own, setOwn] = useState<OwnText | null>(null);
  const missingText = task === 'own' && !own;

  useEffect(() => dialog.current?.showModal(), []);

  const begin = () => {
    onClose();
    void lab.newStudy({
      task,
      program,
      budget: { unit: 'seconds', amount: seconds },
      ...(mixed ? { precision: 'f16' } : {}),
      ...(brief.trim() === '' ? {} : { brief }),
      ...(task === 'own' && own ? { ownText: own } : {}),
    });
  };

  return (
    <dialog ref={dialog} className="setup" aria-labelledby="setup-heading" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <h2 id="setup-heading">New study</h2>
        <fieldset className="setup-choices">
          <legend>A text to learn from</legend>
          {[...TASKS, OWN_TEXT].map(({ name, title, description }) => (
            <Choice
              key={name}
              group="task"
              checked={name === task}
              title={title}
              description={description}
              onPick={() => setTask(name)}
            />
          ))}
        </fieldset>
        {task === 'own' && <OwnTextField value={own} onChange={setOwn} />}
        <fieldset className="setup-choices">
          <legend>A program to begin with</legend>
          {PRESETS.map(({ name, title, description }) => (
            <Choice
              key={name}
              group="program"
              checked={name === program}
              title={title}
              description={description}
              onPick={() => setProgram(name)}
            />
          ))}
        </fieldset>
        <div className="field setup-seconds">
          <label htmlFor="setup-seconds">Seconds of training for each trial</label>
          <input
            id="setup-seconds"
            className="input number"
            type="number"
            list="setup-seconds-list"
            min={1}
            max={3600}
            step="any"
            required
            value={seconds}
            onChange={(event) => setSeconds(event.target.valueAsNumber)}
          />
          <datalist id="setup-seconds-list">
            {SECONDS_CHOICES.map((choice) => (
              <option key={choice} value={choice} />
            ))}
          </datalist>
          <p className="caption">Longer trials tell smaller differences apart.</p>
        </div>
        <label className="setup-choice">
          <input
            type="checkbox"
            checked={mixed}
            onChange={(event) => setMixed(event.target.checked)}
          />
          <span>
            <span className="setup-title">Mixed precision</span>
            <span className="caption">
              Numbers are rounded to float16 before they are multiplied: less work for a GPU that
              has float16, the same result on any device. Its scores are not comparable with
              float32.
            </span>
          </span>
        </label>
        <div className="field">
          <label htmlFor="setup-brief">Brief: what to try, what to leave alone (optional)</label>
          <textarea
            id="setup-brief"
            className="input"
            rows={3}
            maxLength={LONGEST_BRIEF}
            value={brief}
            onChange={(event) => setBrief(event.target.value)}
          />
        </div>
        <div className="setup-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={missingText}>
            Begin
          </button>
        </div>
      </form>
    </dialog>
  );
}

const SECONDS_CHOICES = [5, 10, 20, 30, 60, 300];

const TASKS = CATALOGUE.map(({ title, about, download, task }) => ({
  name: task.name,
  title,
  description: download > 0 ? `${about} ${formatBytes(download)} to fetch, once.` : about,
}));

const OWN_TEXT = {
  name: 'own',
  title: 'Your own text',
  description: 'A file or a paste. It stays on this machine.',
};

interface ChoiceProps {
  readonly group: string;
  readonly checked: boolean;
  readonly title: string;
  readonly description: string;
  onPick(): void;
}

function Choice({ group, checked, title, description, onPick }: ChoiceProps) {
  return (
    <label className="setup-choice">
      <input type="radio" name={group} checked={checked} onChange={onPick} />
      <span>
        <span className="setup-title">{title}</span>
        <span className="caption">{description}</span>
      </span>
    </label>
  );
}
