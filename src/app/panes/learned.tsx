import { useState } from 'react';
import { lessonWith } from '../../agent/memory/insights';
import type { Experiment, Study } from '../../agent/study';
import { arrows } from '../format';
import { useLab, useLabState } from '../use-lab';
import './learned.css';

interface Props {
  readonly study: Study;
  readonly experiment: Experiment;
}

/** What an experiment taught: what its kind of edit came to so far, and what people noted about it. */
export function Learned({ study, experiment }: Props) {
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  const lesson = lessonWith(study, experiment.id);
  const notes = study.insights.filter(({ experiments }) => experiments.includes(experiment.id));
  return (
    <div className="learned">
      {lesson && lesson.experiments.length > 1 && (
        <>
          <h3>Learned of its kind</h3>
          <p>{arrows(lesson.text)}</p>
        </>
      )}
      {notes.length > 0 && (
        <>
          <h3>Noted</h3>
          <ul>
            {notes.map(({ author, text }) => (
              <li key={`${author} ${text}`}>
                {text} <span className="caption">{author === 'human' ? '' : `by ${author}`}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {!replaying && <NoteField experiment={experiment} />}
    </div>
  );
}

const LONGEST_NOTE = 600;

function NoteField({ experiment }: { readonly experiment: Experiment }) {
  const lab = useLab();
  const [text, setText] = useState<string | null>(null);
  if (text === null) {
    return (
      <button type="button" className="button quiet" onClick={() => setText('')}>
        Note an insight
      </button>
    );
  }
  const id = `note-${experiment.id}`;
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault();
        const note = text.trim();
        lab.note({ type: 'insight', text: note, experiments: [experiment.id], author: 'human' });
        setText(null);
      }}
    >
      <label htmlFor={id}>What does it show? Researchers read it.</label>
      <textarea
        id={id}
        className="input"
        rows={2}
        required
        maxLength={LONGEST_NOTE}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="learned-actions">
        <button type="button" className="button quiet" onClick={() => setText(null)}>
          Cancel
        </button>
        <button type="submit" className="button quiet" disabled={text.trim() === ''}>
          Keep it
        </button>
      </div>
    </form>
  );
}
