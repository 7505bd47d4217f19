import type { ProgramSource } from '../programs/program';
import { crashOf } from './crash';
import { traceTarget } from './prepare';
import { preparedProgram } from './prepared-programs';
import type { Bench } from './run-trial';
import type { Crash } from './trial';

/** What is known of a program without training it. */
export type Inspection =
  | {
      readonly status: 'ok';
      /** As in a trial's summary: equal for equal computations, whatever the source text. */
      readonly graphHash: string;
      readonly parameters: number;
      /** Of a training step of the first phase, as planned on this device. */
      readonly flopsPerToken: number;
      readonly launchesPerStep: number;
      /** Bytes that its launches read and write, as estimated by the plan. */
      readonly bytesPerStep?: number;
      /** Nodes of the program's own graphs that a result depends on. */
      readonly graphNodes: number;
      readonly phases: readonly {
        readonly until: number;
        readonly batch: number;
        readonly context: number;
      }[];
    }
  | { readonly status: 'crashed'; readonly crash: Crash }
  /** Disturbed from outside: says nothing of the program. */
  | { readonly status: 'void'; readonly reason: string };

/**
 * Traces a program and plans it on the device, and trains nothing: what it says of a program holds for its
 * trials too, and a crash found here is the one that its trial would end with. Never throws.
 */
export async function inspectProgram(
  { task, device, sandbox }: Bench,
  program: ProgramSource,
): Promise<Inspection> {
  try {
    const prepared = await preparedProgram(sandbox, program, traceTarget(task));
    const session = await device.open(prepared.workload);
    try {
      const { phases } = prepared.traced;
      const plan = session.plans.train0!;
      const [{ batch, context }] = phases as [(typeof phases)[number]];
      return {
        status: 'ok',
        graphHash: prepared.graphHash,
        parameters: prepared.parameterCount,
        flopsPerToken: plan.flops / (batch * context),
        launchesPerStep: plan.launches,
        bytesPerStep: plan.steps.reduce((sum, { bytes }) => sum + bytes, 0),
        graphNodes: prepared.graphNodes,
        phases: phases.map(({ until, batch, context }) => ({ until, batch, context })),
      };
    } finally {
      session.close();
    }
  } catch (error) {
    const crash = crashOf(error);
    return crash
      ? { status: 'crashed', crash }
      : { status: 'void', reason: error instanceof Error ? error.message : String(error) };
  }
}
