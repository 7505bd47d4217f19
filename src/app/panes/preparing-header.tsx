import { ProgressBar } from '../parts/progress-bar';
import { useLabState } from '../use-lab';

const READY = [
  'Ready to begin',
  'Start trains the program as it is. That is the baseline, which every change must beat.',
];
const FAILED = [
  'There is nothing to train on',
  'Start tries again; New study lets you choose another text.',
];
const STOPPED = ['Stopped before it began', 'Start goes on.'];

/** Before there is an experiment: what is being made ready, or that all is. */
export function PreparingHeader() {
  const preparation = useLabState((snapshot) => snapshot.preparation);
  const activity = useLabState((snapshot) => snapshot.activity);
  const ready = useLabState((snapshot) => snapshot.facts !== null);
  const failed = useLabState((snapshot) => snapshot.notice?.tone === 'problem');
  if (activity === 'idle') {
    const [title, advice] = ready ? READY : failed ? FAILED : STOPPED;
    return (
      <header className="focus-header">
        <p className="focus-kicker caption">A new study</p>
        <h2 className="focus-title">{title}</h2>
        <p className="focus-hypothesis">{advice}</p>
      </header>
    );
  }
  return (
    <header className="focus-header">
      <p className="focus-kicker caption">First, a text to learn from</p>
      <h2 className="focus-title">{preparation?.message ?? 'Opening the lab'}</h2>
      <ProgressBar label="Preparation" value={preparation?.progress ?? null} />
    </header>
  );
}
