import { useEffect, useRef, useState } from 'react';
import type { Study } from '../../agent/study';
import type { ProgramSource } from '../../model/programs/program';
import { type TakenDraft, useDesk } from '../desk';
import { experimentById } from '../lab/experiments';
import { useLab } from '../use-lab';
import { useTeam } from '../use-team';
import { differs, HypothesisField, ProgramEditor } from './program-editor';
import { handsOf, takenWords } from './team/taken-words';

interface Props {
  readonly taken: TakenDraft;
  readonly study: Study;
}

/** A member's draft in a person's hands: while its author waits for it, or as it was before a reload. */
export function TakenDraftPane({ taken, study }: Props) {
  const lab = useLab();
  const { keep, leave } = useDesk();
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that was pressed may be gone: the keyboard goes on where the draft is.
  useEffect(() => {
    if (taken.waits) heading.current?.focus({ preventScroll: true });
  }, [taken.waits]);
  const { member, title } = taken;
  const author = useTeam((team) => team?.members.find(({ id }) => id === member) ?? null);
  const hands = handsOf(author, taken.waits);
  const [program, setProgram] = useState<ProgramSource>(taken.program);
  const [hypothesis, setHypothesis] = useState(taken.hypothesis);
  useEffect(() => keep({ program, hypothesis }), [keep, program, hypothesis]);
  const changed = differs(program, taken.draft.program);
  const from = experimentById(study, taken.draft.parent) ?? study.experiments[0]!;
  /** Null where it goes on with the draft that it had. */
  const handBack = (text: ProgramSource | null) => {
    if (text && hands === 'may take') lab.team.takeKeyboard(member);
    lab.team.handBack(member, text);
    leave();
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
            {takenWords(hands, title)} It began with experiment {from.number}.
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
            disabled={hands !== 'waits' && hands !== 'may take'}
            onClick={() => handBack(changed || !taken.waits ? program : null)}
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
