import { levelInWords, noiseInWords } from '../../agent/memory/noise';
import type { Experiment, Study, Trial } from '../../agent/study';
import { formatBpb, formatDifference, formatDuration, formatP } from '../format';
import { seedNumber } from '../lab/experiments';
import './evidence.css';
import { EvidencePlot } from './evidence-plot';
import { Learned } from './learned';

interface Props {
  readonly study: Study;
  readonly experiment: Experiment;
}

/** Why the verdict is what it is: the reason in words, and the numbers seed by seed. */
export function Evidence({ study, experiment }: Props) {
  const { verdict, trials } = experiment;
  const evidence = verdict?.evidence;
  return (
    <div className="evidence">
      {verdict ? (
        <p className="sentence">{verdict.reason}</p>
      ) : (
        <p className="caption">No verdict yet: its trials are not done.</p>
      )}
      {trials.length > 0 && (
        <table className="number">
          <thead>
            <tr>
              <th scope="col">seed</th>
              <th scope="col">bits per byte</th>
              <th scope="col">difference</th>
              <th scope="col">took</th>
            </tr>
          </thead>
          <tbody>
            {trials.map((trial) => (
              <TrialRow
                key={trial.id}
                trial={trial}
                seed={seedNumber(study, trial.seed)}
                difference={
                  evidence?.differences.find((pair) => pair.seed === trial.seed)?.difference ?? null
                }
              />
            ))}
          </tbody>
        </table>
      )}
      {evidence && <EvidencePlot evidence={evidence} />}
      {evidence?.interval && evidence.p !== null && (
        <p className="caption number">
          Mean difference {formatDifference(evidence.mean ?? 0)}, 95% interval{' '}
          {formatDifference(evidence.interval[0])} to {formatDifference(evidence.interval[1])},{' '}
          {formatP(evidence.p)}
        </p>
      )}
      {verdict &&
        [levelInWords(experiment), ...noiseInWords(study)].map(
          (words) =>
            words && (
              <p key={words} className="caption sentence">
                {words}
              </p>
            ),
        )}
      <Learned study={study} experiment={experiment} />
    </div>
  );
}

interface RowProps {
  readonly trial: Trial;
  readonly seed: number;
  readonly difference: number | null;
}

function TrialRow({ trial, seed, difference }: RowProps) {
  const { result } = trial;
  if (result.status === 'finished') {
    return (
      <tr>
        <td title={`seed ${trial.seed}`}>{seed}</td>
        <td>{formatBpb(result.summary.valBpb)}</td>
        <td>{difference === null ? '' : formatDifference(difference)}</td>
        <td>{formatDuration(result.summary.totalSeconds)}</td>
      </tr>
    );
  }
  return (
    <tr>
      <td title={`seed ${trial.seed}`}>{seed}</td>
      <td colSpan={3}>
        {result.status !== 'crashed' ? (
          `${result.status === 'void' ? 'void: ' : ''}${result.reason}`
        ) : (
          <span className="evidence-crash">
            {result.crash.at && `${result.crash.at.file}, line ${result.crash.at.line}: `}
            {result.crash.message}
          </span>
        )}
      </td>
    </tr>
  );
}
