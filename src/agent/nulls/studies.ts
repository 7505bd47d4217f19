import { createMemoryHistory } from '../history/memory';
import type { NewStudy } from '../loop/options';
import { runStudy } from '../loop/run';
import type { Researcher, Study, StudyEvent, TrialRunner } from '../study';

export interface NullStudiesOptions {
  readonly candidates: number;
  /** Candidates in a study: the level of a verdict depends on it. */
  readonly perStudy: number;
  readonly study: Omit<NewStudy, 'id'>;
  readonly device: string;
  readonly researcher: Researcher;
  readonly runner: (study: string) => TrialRunner;
  /** Names the studies, and with that all their seeds. */
  readonly name: string;
  readonly onEvent?: (event: StudyEvent, study: Study, before: readonly Study[]) => void;
  readonly signal?: AbortSignal;
}

/** Runs studies of null candidates, by the loop and the policy that decide real ones. */
export async function runNullStudies(o: NullStudiesOptions): Promise<readonly Study[]> {
  const studies: Study[] = [];
  for (let left = o.candidates; left > 0 && !o.signal?.aborted; left -= o.perStudy) {
    const id = `${o.name}-${studies.length + 1}`;
    const study = await runStudy({
      study: { ...o.study, id },
      device: o.device,
      researcher: o.researcher,
      runner: o.runner(id),
      history: createMemoryHistory(),
      limits: { experiments: Math.min(left, o.perStudy) },
      ...(o.signal && { signal: o.signal }),
      onEvent: (event, sofar) => o.onEvent?.(event, sofar, studies),
    });
    studies.push(study);
    if (study.status !== 'finished' && !o.signal?.aborted) {
      throw new Error(`study ${id} stopped: ${study.ending}`);
    }
  }
  return studies;
}
