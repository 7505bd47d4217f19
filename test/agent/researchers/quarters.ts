import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summariesOf } from '../../../src/agent/scores';
import type { Experiment, Study } from '../../../src/agent/study';
import { runTrial } from '../../../src/model/harness/run-trial';
import { median } from '../../../src/model/harness/steadiness';
import { openBench } from '../../../src/terminal/bench';

/**
 * Whole trials of a quarter of the budget, as races may hold them: val_bpb by study, seed and experiment. Each
 * program trained for a quarter of the steps that its trials took (their median), so that how busy the machine was
 * does not matter; candidate and incumbent on the seed of the incumbent's reign.
 */
type Quarters = Record<string, Record<string, Record<string, number>>>;

const FILE = join(import.meta.dirname, 'quarters.json');
const quarters = JSON.parse(readFileSync(FILE, 'utf8')) as Quarters;

/** One for each incumbent, by its number. */
const seedOf = (against: number) => 7000 + against;

/** Candidate minus incumbent in val_bpb after a quarter. Throws where one of them was never trained for it. */
export function quarterOf({ id }: Study, candidate: number, against: number): number {
  const scores = quarters[id]?.[seedOf(against)];
  const [own, other] = [scores?.[candidate], scores?.[against]];
  if (own === undefined || other === undefined) {
    throw new Error(
      `quarters.json lacks experiment ${candidate} of ${id}, or its incumbent: QUARTERS=1 npm test -- test/agent/researchers/racing.test.ts trains what is missing`,
    );
  }
  return own - other;
}

/** Trains what the file lacks of a study, and writes it there: some seconds for each program. */
export async function measureQuarters(study: Study): Promise<void> {
  const bench = await openBench(study.task, 'wasm');
  let incumbent = study.experiments[0]!;
  for (const candidate of study.experiments.slice(1)) {
    for (const program of [incumbent, candidate]) await measure(program, incumbent.number);
    if (candidate.verdict?.decision === 'keep') incumbent = candidate;
  }
  bench.device.close();

  async function measure(experiment: Experiment, against: number): Promise<void> {
    const { number, program } = experiment;
    const seed = seedOf(against);
    const steps = summariesOf(experiment).map((summary) => summary.steps);
    if (steps.length === 0 || quarters[study.id]?.[seed]?.[number] !== undefined) return;
    const budget = { unit: 'steps', amount: Math.round(median(steps) / 4) } as const;
    const result = await runTrial(bench, { id: 'quarter', program, seed, budget }, {});
    if (result.status !== 'finished') {
      throw new Error(`experiment ${number} did not finish a quarter: ${JSON.stringify(result)}`);
    }
    quarters[study.id] ??= {};
    quarters[study.id]![seed] ??= {};
    quarters[study.id]![seed]![number] = Number(result.summary.valBpb.toFixed(4));
    writeFileSync(FILE, `${JSON.stringify(quarters, null, 2)}\n`);
  }
}
