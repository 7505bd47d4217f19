import type { Budget } from '../../model/tasks/task';
import { formatBytes, formatCompact, formatCount, formatMoment } from '../format';
import { titleOf } from '../lab/tasks';
import { useLabState } from '../use-lab';
import './task-line.css';

/** What the study compares programs on, in one line, and what it computes with. */
export function TaskLine() {
  const study = useLabState((snapshot) => snapshot.study);
  const facts = useLabState((snapshot) => snapshot.facts);
  const device = useLabState((snapshot) => snapshot.device);
  const tape = useLabState((snapshot) => snapshot.replay?.tape ?? null);
  return (
    <div className="task-line caption number">
      {study && (
        <p>
          <strong>{titleOf(study.task.name)}</strong>
          {facts && (
            <>
              <span>{formatBytes(facts.bytes.train)} of text to learn from</span>
              <span>a vocabulary of {formatCount(facts.vocab)}</span>
              <span>context of {formatCount(facts.context)}</span>
            </>
          )}
          <span>{budgetWords(study.task.budget)}</span>
          {study.task.precision && <span>products in float16</span>}
        </p>
      )}
      {tape && (
        <p className="task-device">
          <strong>Recorded</strong>
          <span>{formatMoment(tape.createdAt)}</span>
          <span>{tape.device}</span>
        </p>
      )}
      {device && !tape && (
        <p className="task-device">
          {device.kind !== 'webgpu' && <span>No GPU here: training on the CPU</span>}
          {device.kind === 'webgpu' && device.software && <span>a GPU in software</span>}
          <span>{device.name}</span>
        </p>
      )}
    </div>
  );
}

function budgetWords({ unit, amount }: Budget): string {
  switch (unit) {
    case 'seconds':
      return `${amount} s of training for each trial`;
    case 'flops':
      return `${formatCompact(amount)}FLOP for each trial`;
    default:
      return `${formatCount(amount)} ${unit} for each trial`;
  }
}
