import { useEffect, useRef, useState } from 'react';
import type { Experiment, Study } from '../../agent/study';
import { PROGRAM_PANE, useDesk } from '../desk';
import { focusOf } from '../lab/experiments';
import { shownProgram } from '../lab/shown-program';
import { useLabState } from '../use-lab';
import { useTeam } from '../use-team';
import { EditProgram } from './edit-program';
import './program-pane.css';
import { ProgramView } from './program-view';
import { TakenDraftPane } from './taken-draft';
import { WriterTabs } from './writer-tabs';

/** The program in view, with what it changed; a draft as it is written; or a person's own edit. */
export function ProgramPane() {
  const study = useLabState((snapshot) => snapshot.study);
  const experiment = useLabState(focusOf);
  const { taken } = useDesk();
  const [edited, setEdited] = useState<Experiment | null>(null);
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  if (!study || !experiment) return null;
  return (
    <section id={PROGRAM_PANE} className="program-pane" aria-labelledby="program-heading">
      {taken?.study === study.id && !replaying ? (
        <TakenDraftPane key={`${taken.study} ${taken.member}`} taken={taken} study={study} />
      ) : edited && !replaying ? (
        <EditProgram experiment={edited} onDone={() => setEdited(null)} />
      ) : (
        <ViewProgram study={study} experiment={experiment} onEdit={() => setEdited(experiment)} />
      )}
    </section>
  );
}

interface ViewProps {
  readonly study: Study;
  readonly experiment: Experiment;
  onEdit(): void;
}

function ViewProgram({ study, experiment, onEdit }: ViewProps) {
  const replaying = useLabState((snapshot) => snapshot.replay !== null);
  const selected = useLabState((snapshot) => snapshot.selected);
  const team = useTeam((team) => team);
  const { watched, watch } = useDesk();
  const last = useRef<string | null>(null);
  const sight = { study, experiment, picked: selected !== null, team };
  const shown = shownProgram(sight, watched, last.current);
  useEffect(() => {
    last.current = shown.id;
  });
  // Whoever picks an experiment wants to see that one, whatever was watched before.
  useEffect(() => {
    if (selected !== null) watch('auto');
  }, [selected, watch]);
  return (
    <>
      <WriterTabs team={team} shown={shown} experiment={experiment} />
      <ProgramView shown={shown} {...(shown.id === experiment.id && !replaying && { onEdit })} />
    </>
  );
}
