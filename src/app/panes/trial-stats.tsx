import { summariesOf } from '../../agent/scores';
import type { Experiment } from '../../agent/study';
import { formatBpb, formatBytes, formatCompact, formatCount, formatFlops } from '../format';
import type { LiveTrial } from '../lab/lab';
import './trial-stats.css';

interface Stat {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}

/** The numbers of the trial under way, or of the last one that this experiment finished. */
export function TrialStats({ live, experiment }: StatsProps) {
  // While an experiment is under way its places stay, also between two of its trials.
  const stats = live || !experiment.verdict ? liveStats(live) : finishedStats(experiment);
  if (stats.length === 0) return null;
  return (
    <dl className="trial-stats">
      {stats.map(({ name, value, title }) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface StatsProps {
  readonly live: LiveTrial | null;
  readonly experiment: Experiment;
}

const UNKNOWN = '\u2013';

function liveStats(live: LiveTrial | null): readonly Stat[] {
  const last = live?.points.at(-1);
  const rate = live?.tokensPerSecond ?? null;
  return [
    { name: 'step', value: last ? formatCount(last.step) : UNKNOWN },
    { name: 'tokens seen', value: last ? formatCompact(last.tokens) : UNKNOWN },
    { name: 'tokens/s', value: rate === null ? UNKNOWN : formatCompact(rate) },
    { name: 'parameters', value: live?.plan ? formatCompact(live.plan.parameters) : UNKNOWN },
    {
      name: 'training loss',
      value: last ? last.loss.toFixed(3) : UNKNOWN,
      title: 'of the last batch, in nats per token',
    },
  ];
}

function finishedStats(experiment: Experiment): readonly Stat[] {
  const summary = summariesOf(experiment).at(-1);
  if (!summary) return [];
  return [
    { name: 'validation', value: formatBpb(summary.valBpb), title: 'bits per byte' },
    { name: 'steps', value: formatCount(summary.steps) },
    { name: 'tokens seen', value: formatCompact(summary.tokens) },
    { name: 'parameters', value: formatCompact(summary.parameters) },
    { name: 'memory', value: formatBytes(summary.peakBytes) },
    { name: 'speed', value: formatFlops(summary.achievedFlops) },
  ];
}
