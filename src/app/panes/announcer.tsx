import { scoreOf } from '../../agent/scores';
import { formatBpb } from '../format';
import { MARK_WORDS, markOf } from '../lab/experiments';
import { useLabState } from '../use-lab';

/** Tells screen readers of each verdict, and of nothing that changes more often. */
export function Announcer() {
  const study = useLabState((snapshot) => snapshot.study);
  const last = study?.experiments.findLast((experiment) => experiment.verdict);
  if (!study || !last) return <p className="unseen" aria-live="polite" />;
  const score = scoreOf(last);
  return (
    <p className="unseen" aria-live="polite">
      Experiment {last.number}, {last.title}: {MARK_WORDS[markOf(last, false)]}
      {score !== null && `, ${formatBpb(score)} bits per byte`}
    </p>
  );
}
