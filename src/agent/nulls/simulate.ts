import { hashName, normalAt } from '../../kernels/random/threefry';
import type { TrialResult } from '../../model/harness/trial';
import type { ProgramSource } from '../../model/programs/program';
import type { Proposal, Researcher, TrialRunner } from '../study';

/**
 * Null candidates without their training, for long runs of the very loop and policy that decide real ones.
 * Scores are normal: what programs share on a seed, and what each draws of its own.
 */
export interface SimulatedNoise {
  /** Standard deviation in bits per byte of what all programs share on a seed, and of each one's own. */
  readonly shared: number;
  readonly own: number;
}

/** Programs that are told apart by a number and are all the same. */
export function simulatedProgram(number: number): ProgramSource {
  return { model: `export const program = ${number};`, optimizer: 'export {};' };
}

/** Half of the candidates draw what the incumbent draws, as equal parameters do; the others do not. */
export function simulatedResearcher(): Researcher {
  return {
    name: 'replay',
    propose: async (study): Promise<Proposal> => {
      const number = study.experiments.length;
      return {
        title: `null ${number}`,
        hypothesis: 'Its score is drawn from the distribution of the incumbent.',
        kind: isPaired(number) ? 'paired' : 'unpaired',
        program: simulatedProgram(number),
        parent: study.incumbent,
        researcher: 'replay',
      };
    },
  };
}

/** Trains nothing: what a trial scores is drawn from the study's name, the program and the seed. */
export function simulatedRunner(study: string, { shared, own }: SimulatedNoise): TrialRunner {
  const key = hashName(study);
  return {
    async run({ program, seed }): Promise<TrialResult> {
      const number = numberOf(program);
      const own_ = own * normalAt(key ^ seed, hashName(`own ${number}`), 0);
      const group = isPaired(number) ? 0 : number;
      const shared_ = shared * normalAt(key ^ seed, hashName(`shared ${group}`), 0);
      return {
        status: 'finished',
        summary: { ...SUMMARY, ...namesOf(program), valBpb: 3 + own_ + shared_ },
      };
    },
    inspect: async (program) => ({
      status: 'ok',
      ...SUMMARY,
      ...namesOf(program),
      phases: [{ until: 1, batch: 8, context: 64 }],
    }),
  };
}

const numberOf = ({ model }: ProgramSource): number => Number(/\d+/.exec(model)?.[0] ?? 0);

/** The baseline is 0, and paired with every even number. */
const isPaired = (number: number): boolean => number % 2 === 0;

function namesOf(program: ProgramSource) {
  const number = numberOf(program);
  return { graphHash: `graphs of ${number}`, draws: `draws of ${isPaired(number) ? 0 : number}` };
}

const SUMMARY = {
  trainingSeconds: 1,
  totalSeconds: 1,
  peakBytes: 1,
  tokens: 1000,
  steps: 100,
  parameters: 1000,
  flopsPerToken: 1,
  achievedFlops: 1,
  launchesPerStep: 1,
  graphNodes: 100,
  device: { kind: 'cpu', name: 'simulated', software: false, precision: 'f64' },
  curve: [],
  samples: [],
} as const;
