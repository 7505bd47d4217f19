import { FOLLOW_UP_KINDS, type FollowUp, type FollowUpKind } from '../../agent/followups/follow-up';
import { progressOf } from '../../agent/followups/next';
import { heldUp, latestFollowUp, resultsOf } from '../../agent/followups/results';
import { outcomeWords, percent, QUESTIONS } from '../../agent/followups/words';
import type { Study } from '../../agent/study';
import { arrows, formatDifference } from '../format';
import { improvementsOf } from '../lab/experiments';
import { ProgressBar } from '../parts/progress-bar';
import { useLab, useLabState } from '../use-lab';
import { IntervalBar, scaleOf } from './interval-bar';
import './follow-ups.css';

/** What a study found, run again: each kind with its button and its results so far. */
export function FollowUps({ study }: { readonly study: Study }) {
  if (improvementsOf(study) === 0) return null;
  return (
    <section className="follow-ups" aria-labelledby="follow-ups-heading">
      <h2 id="follow-ups-heading">Does it hold up?</h2>
      {FOLLOW_UP_KINDS.map((kind) => (
        <OneKind key={kind} kind={kind} study={study} />
      ))}
    </section>
  );
}

/** What the button does that begins one. */
const BEGINS: Readonly<Record<FollowUpKind, string>> = {
  replication: 'Test on fresh seeds',
  attribution: 'Leave each out',
  transfer: 'Train larger and longer',
};

function OneKind({ kind, study }: { readonly kind: FollowUpKind; readonly study: Study }) {
  const lab = useLab();
  const activity = useLabState((snapshot) => snapshot.activity);
  const running = useLabState((snapshot) => snapshot.following === kind);
  const followUp = latestFollowUp(study, kind);
  const word = running
    ? 'Pause'
    : followUp?.status === 'open'
      ? 'Go on'
      : followUp
        ? 'Again'
        : BEGINS[kind];
  const question = QUESTIONS[kind];
  return (
    <article className="follow-up" aria-label={question}>
      <header>
        <h3>{question}</h3>
        <button
          type="button"
          className="button quiet"
          aria-label={`${word}: ${question}`}
          disabled={!running && activity !== 'idle'}
          onClick={() => (running ? lab.stop() : lab.followUp(kind))}
        >
          {word}
        </button>
      </header>
      {followUp && <Results followUp={followUp} running={running} />}
    </article>
  );
}

function Results({
  followUp,
  running,
}: {
  readonly followUp: FollowUp;
  readonly running: boolean;
}) {
  const { plan, status } = followUp;
  const { done, all } = progressOf(followUp);
  const results = resultsOf(followUp);
  const scale = scaleOf(results.comparisons);
  return (
    <>
      {status === 'open' && (
        <ProgressBar
          label="Trials done"
          value={all === 0 ? 0 : done / all}
          text={`${done} of ${all} trials${running ? '' : ', paused'}`}
        />
      )}
      <ul>
        {results.comparisons.map((result) => (
          <li key={`${result.arm} ${result.against}`}>
            <p className="follow-up-words">
              <span>{arrows(result.title)}</span>
              <span className="number">
                {result.mean !== null && `${formatDifference(result.mean)} `}
                <span className={`follow-up-outcome ${result.outcome}`}>
                  {outcomeWords(plan.kind, result)}
                </span>
              </span>
            </p>
            <IntervalBar result={result} scale={scale} />
            {result.testMean !== null && (
              <p className="caption number">
                on the sealed test {formatDifference(result.testMean)}
              </p>
            )}
            {result.trouble && <p className="caption">{result.trouble}</p>}
          </li>
        ))}
      </ul>
      {plan.kind === 'replication' && <Summary results={results} />}
      {plan.notes.map((note) => (
        <p key={note} className="caption">
          {arrows(note)}
        </p>
      ))}
    </>
  );
}

function Summary({ results }: { readonly results: ReturnType<typeof resultsOf> }) {
  const { held, of } = heldUp(results);
  const { validation, test } = results.closed;
  return (
    <p className="caption">
      {of > 0 && `${held} of ${of} kept changes hold up. `}
      {validation !== null &&
        `The final program closes ${percent(validation)} of the distance from the baseline to the entropy${test === null ? '' : `, ${percent(test)} on the sealed test`}.`}
    </p>
  );
}
