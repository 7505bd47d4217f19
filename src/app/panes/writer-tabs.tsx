import type { Experiment } from '../../agent/study';
import type { TeamView } from '../../agent/team/view';
import { useDesk } from '../desk';
import { type ShownProgram, writersOf } from '../lab/shown-program';

interface Props {
  readonly team: TeamView | null;
  readonly shown: ShownProgram;
  readonly experiment: Experiment;
}

/** While somebody writes: whose draft to follow, or none. */
export function WriterTabs({ team, shown, experiment }: Props) {
  const { watch } = useDesk();
  const writers = writersOf(team);
  const proposal = shown.id.startsWith('proposal ');
  if (writers.length === 0 && !proposal) return null;
  return (
    <fieldset className="writer-tabs segments" aria-label="Whose program to show">
      <button
        type="button"
        aria-pressed={shown.id === experiment.id}
        onClick={() => watch('trial')}
      >
        Experiment {experiment.number}
      </button>
      {writers.map(({ id, title, doing }) => (
        <button
          key={id}
          type="button"
          aria-pressed={shown.writer?.id === id}
          onClick={() => watch({ member: id })}
        >
          {doing === 'held' || doing === 'paused' ? (
            `${title} stands still`
          ) : (
            <>
              <span className="writing-dot" aria-hidden="true" /> {title} writes
            </>
          )}
        </button>
      ))}
      {proposal && (
        <button type="button" aria-pressed="true">
          A proposal
        </button>
      )}
    </fieldset>
  );
}
