import { useMemo } from 'react';
import type { Study } from '../../agent/study';
import { StaircaseChart } from '../charts/staircase-chart';
import { formatBpb, plural } from '../format';
import { bestScore, dotsOf, focusOf, improvementsOf, isAtWork } from '../lab/experiments';
import { useLab, useLabState } from '../use-lab';
import { BriefPane } from './brief-pane';
import { ExperimentList } from './experiment-list';
import { FollowUps } from './follow-ups';
import './research-pane.css';
import { NextTrials, TeamDirections } from './team/team-plans';

/** What the loop has found: the best so far, and every experiment on the way. */
export function ResearchPane() {
  const study = useLabState((snapshot) => snapshot.study);
  if (!study || study.experiments.length === 0) return null;
  return (
    <aside className="research-pane" aria-label="The study">
      <BestSoFar study={study} />
      <NextTrials />
      <BriefPane study={study} />
      <TeamDirections />
      <FollowUps study={study} />
      <ExperimentList study={study} />
    </aside>
  );
}

function BestSoFar({ study }: { readonly study: Study }) {
  const lab = useLab();
  const focus = useLabState((snapshot) => focusOf(snapshot)?.id ?? null);
  const entropy = useLabState((snapshot) => snapshot.facts?.entropyBpb ?? null);
  const running = useLabState(isAtWork);
  const dots = useMemo(() => dotsOf(study, running), [study, running]);
  const best = bestScore(study);
  const kept = improvementsOf(study);
  return (
    <section className="best" aria-labelledby="best-heading">
      <h2 id="best-heading">Best so far</h2>
      <p className="best-score">
        {best === null ? (
          <span className="caption">after the baseline's trial</span>
        ) : (
          <>
            <strong className="number">{formatBpb(best)}</strong>
            <span className="caption">bits per byte on unseen text</span>
            {kept > 0 && <span className="caption">{plural(kept, 'improvement')} kept</span>}
          </>
        )}
      </p>
      <StaircaseChart
        dots={dots}
        entropy={entropy}
        selected={focus}
        onSelect={(id) => lab.select(id)}
      />
    </section>
  );
}
