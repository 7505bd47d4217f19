import { useMemo, useState } from 'react';
import type { Experiment, Study } from '../../agent/study';
import { LossChart } from '../charts/loss-chart';
import { formatBpb } from '../format';
import { curveEnd, curveOf, curveUnit, referenceLines } from '../lab/curve';
import { bestScore } from '../lab/experiments';
import type { TaskFacts } from '../lab/facts';
import type { LiveTrial } from '../lab/lab';
import { rivalTrial, shownTrial } from '../lab/shown-trials';
import './loss-pane.css';

interface Props {
  readonly study: Study;
  readonly facts: TaskFacts;
  readonly experiment: Experiment | null;
  readonly live: LiveTrial | null;
}

const UNIT_WORDS = {
  seconds: 'seconds of training',
  steps: 'training steps',
  tokens: 'training tokens',
} as const;

/** The loss curve of one trial, over the same budget as every other. */
export function LossPane({ study, facts, experiment, live }: Props) {
  const [logarithmic, setLogarithmic] = useState(false);
  const { budget } = study.task;
  const trial = useMemo(() => shownTrial(study, experiment, live), [study, experiment, live]);
  const shown = trial?.experiment ?? null;
  const seed = trial?.seed ?? null;
  const rival = useMemo(
    () => rivalTrial(study, experiment, shown, seed),
    [study, experiment, shown, seed],
  );
  const best = bestScore(study);
  const rivalCurve = useMemo(
    () => rival && curveOf(rival.points, facts, budget),
    [rival, facts, budget],
  );
  const data = useMemo(
    () => ({
      curve: curveOf(trial?.points ?? [], facts, budget),
      rival: rivalCurve,
      lines: referenceLines(facts, best),
      end: curveEnd(budget),
    }),
    [trial, rivalCurve, facts, budget, best],
  );
  const last = data.curve.smooth.at(-1);

  return (
    <section className="loss-pane" aria-labelledby="loss-heading">
      <header>
        <h2 id="loss-heading">Loss</h2>
        <ul className="loss-legend caption">
          <li className="own">
            {trial && trial.number !== experiment?.number
              ? `experiment ${trial.number}`
              : 'this trial'}
            {last !== undefined && <span className="number"> {last.toFixed(2)}</span>}
          </li>
          {rival && <li className="rival">{`experiment ${rival.number}, same seed`}</li>}
        </ul>
        <fieldset className="segments">
          <legend className="unseen">Horizontal axis</legend>
          <button type="button" aria-pressed={!logarithmic} onClick={() => setLogarithmic(false)}>
            linear
          </button>
          <button type="button" aria-pressed={logarithmic} onClick={() => setLogarithmic(true)}>
            log
          </button>
        </fieldset>
      </header>
      <LossChart
        data={data}
        logarithmic={logarithmic}
        unit={UNIT_WORDS[curveUnit(budget.unit)]}
        summary={summarise(last, data.lines)}
      />
    </section>
  );
}

function summarise(
  last: number | undefined,
  lines: readonly { label: string; value: number }[],
): string {
  const own = last === undefined ? 'no points yet' : `now at ${formatBpb(last)} bits per byte`;
  const others = lines.map((line) => `${line.label} ${formatBpb(line.value)}`).join(', ');
  return `Training loss, ${own}. For comparison: ${others}.`;
}
