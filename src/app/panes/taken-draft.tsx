import { useEffect, useRef, useState } from 'react';
import type { Study } from '../../agent/study';
import type { ProgramSource } from '../../model/programs/program';
import type { TakenDraft } from '../desk';
import { experimentById } from '../lab/experiments';
import { useLab } from '../use-lab';
import { useTeam } from '../use-team';
import { differs, HypothesisField, ProgramEditor } from './program-editor';

interface Props {
  readonly taken: TakenDraft;
  readonly study: Study;
  onDone(): void;
}

/** A member's draft in a person's hands, while its author waits for it. */
export function TakenDraftPane({ taken, study, onDone }: Props) {
  const lab = useLab();
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed may be gone: the keyboard goes on where the draft is.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const { member, title } = taken;
  const there = useTeam(
    (team) => team?.members.some(({ id, doing }) => id === member && doing !== 'ended') ?? false,
  );
  const [program, setProgram] = useState<ProgramSource>(taken.draft.program);
  const [hypothesis, setHypothesis] = useState('');
  const from = experimentById(study, taken.draft.parent) ?? study.experiments[0]!;
  /** Null where it goes on with the draft that it had. */
  const handBack = (text: ProgramSource | null) => {
    lab.team.handBack(member, text);
    onDone();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        lab.propose({ hypothesis: hypothesis.trim(), program, parent: from.id });
        handBack(null);
      }}
    >
      <header className="program-header">
        <div>
          <h2 id="program-heading" ref={heading} tabIndex={-1}>
            The draft of {title}
          </h2>
          <p className="caption">
            {there
              ? `You have its keyboard, and it waits. It began with experiment ${from.number}.`
              : `${title} has ended; what it wrote is still yours to run.`}
          </p>
        </div>
        <div className="program-actions">
          <button type="button" className="button" onClick={() => handBack(null)}>
            Discard
          </button>
          <button
            type="submit"
            className="button"
            disabled={hypothesis.trim() === '' || !differs(program, from.program)}
          >
            Run as my experiment
          </button>
          <button
            type="button"
            className="button primary"
            disabled={!there}
            onClick={() => handBack(differs(program, taken.draft.program) ? program : null)}
          >
            Hand back
          </button>
        </div>
      </header>
      <HypothesisField
        label="To run it as yours: what do you expect, and why?"
        value={hypothesis}
        onChange={setHypothesis}
      />
      <ProgramEditor program={program} onChange={setProgram} />
    </form>
  );
}
