import { memo, useState } from 'react';
import { scoreOf } from '../../agent/scores';
import type { Experiment, Study } from '../../agent/study';
import { arrows, formatBpb, formatDifference, plural } from '../format';
import { isAtWork, markOf } from '../lab/experiments';
import { MarkBadge } from '../parts/mark';
import { useLab, useLabState } from '../use-lab';
import { Evidence } from './evidence';
import './experiment-list.css';

const SHOWN_AT_FIRST = 8;

/** Every experiment of the study, the newest first. */
export function ExperimentList({ study }: { readonly study: Study }) {
  const selected = useLabState((snapshot) => snapshot.selected);
  const queued = useLabState((snapshot) => snapshot.queued);
  const running = useLabState(isAtWork);
  const [all, setAll] = useState(false);
  const newestFirst = [...study.experiments].reverse();
  const hidden = all ? 0 : Math.max(0, newestFirst.length - SHOWN_AT_FIRST);
  const shown = newestFirst.filter(
    (experiment, i) => all || i < SHOWN_AT_FIRST || experiment.id === selected,
  );

  return (
    <section className="experiments" aria-labelledby="experiments-heading">
      <h2 id="experiments-heading">Experiments</h2>
      <ol>
        {queued.map((edit, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a queue has no other name for its places.
          <li key={i} className="experiment-queued caption">
            Your edit waits for its turn: {edit.hypothesis}
          </li>
        ))}
        {shown.map((experiment) => (
          <ExperimentRow
            key={experiment.id}
            experiment={experiment}
            study={study}
            open={experiment.id === selected}
            running={running}
          />
        ))}
      </ol>
      {(hidden > 0 || all) && newestFirst.length > SHOWN_AT_FIRST && (
        <button type="button" className="button quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${plural(newestFirst.length, 'experiment')}`}
        </button>
      )}
    </section>
  );
}

interface RowProps {
  readonly experiment: Experiment;
  readonly study: Study;
  readonly open: boolean;
  readonly running: boolean;
}

const ExperimentRow = memo(function ExperimentRow({ experiment, study, open, running }: RowProps) {
  const lab = useLab();
  const score = scoreOf(experiment);
  const mean = experiment.verdict?.evidence.mean ?? null;
  const details = `evidence-${experiment.id}`;
  return (
    <li className={`experiment${open ? ' open' : ''}`}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => lab.select(open ? null : experiment.id)}
      >
        <span className="experiment-number number">{experiment.number}</span>
        <span className="experiment-words">
          <span className="experiment-title">{arrows(experiment.title)}</span>
          <span className="experiment-hypothesis caption">
            {experiment.parent !== null && (
              <span className="experiment-kind">{kindWords(experiment)} </span>
            )}
            {experiment.hypothesis}
          </span>
        </span>
        <span className="experiment-outcome">
          <span className="experiment-score number">{score === null ? '' : formatBpb(score)}</span>
          <span className="caption number">{mean === null ? '' : formatDifference(mean)}</span>
          <MarkBadge mark={markOf(experiment, running)} />
        </span>
      </button>
      {open && (
        <div id={details} className="experiment-details">
          <Evidence study={study} experiment={experiment} />
        </div>
      )}
    </li>
  );
});

/** What kind of edit it is, and whose where that is not the usual. */
function kindWords({ kind, researcher }: Experiment): string {
  return researcher === 'local' ? kind : `${kind}, by ${researcher}`;
}
