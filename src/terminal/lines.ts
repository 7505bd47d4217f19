import type { Study, StudyEvent } from '../agent/study';

/** What a person is told of an event, if anything. */
export function lineOf(event: StudyEvent, { experiments }: Study): string | null {
  switch (event.type) {
    case 'study-created':
      return `study ${event.study} on ${event.task.name}, ${event.device}`;
    case 'study-resumed':
      return `resumed after ${experiments.length} experiments`;
    case 'experiment-proposed': {
      const { title, hypothesis, member } = event.proposal;
      const by = member === undefined ? '' : ` (${member})`;
      return `#${event.experiment} ${title}: ${hypothesis}${by}`;
    }
    case 'trial-ended': {
      const { seed, result } = event;
      if (result.status === 'finished') {
        const { valBpb, steps } = result.summary;
        return `   seed ${seed}: val_bpb ${valBpb.toFixed(4)} after ${steps} steps`;
      }
      const why = result.status === 'crashed' ? result.crash.message : result.reason;
      return `   seed ${seed}: ${result.status}: ${why}`;
    }
    case 'recalibrated':
      return `   recalibrated: ${event.reason}`;
    case 'verdict':
      return `   ${event.verdict.decision}: ${event.verdict.reason}`;
    case 'researcher-failed':
      return `   the ${event.researcher} researcher failed: ${event.message}`;
    case 'insight':
      return `   noted: ${event.text}`;
    case 'brief-set':
      return '   the brief was changed';
    case 'directions-set':
      return `   directions: ${event.directions.map(({ text }) => text).join('; ') || 'none'}`;
    case 'proposal-refused':
    case 'trial-started':
    case 'study-stopped':
    case 'study-finished':
    case 'follow-up-started':
    case 'follow-up-trial-ended':
    case 'follow-up-paused':
    case 'follow-up-ended':
      return null;
  }
}
