import { type Agreement, agreementOf } from './agreement';
import { type ContenderInfo, precisionOf } from './contenders';
import type { BenchModel } from './models';
import type { Counts, Place, Prepared, Runner, RunSample } from './runner';
import { type Spread, spreadOf } from './statistics';

export interface MeasureOptions {
  /** Samples of each contender, at least one step each. */
  readonly samples: number;
  /** One call of a contender may take so long before it counts as stuck. */
  readonly patienceMilliseconds: number;
  /** Waited for before each sample and each ceiling, so that nobody is measured beside who came before. */
  readonly rest: () => Promise<void>;
  /** Told what is being done. */
  readonly log: (line: string) => void;
}

/** What one contender showed on one model; times and counts are per step. */
export interface Measured {
  readonly contender: ContenderInfo;
  readonly prepared: Prepared;
  /** Losses of the first steps, for comparing. */
  readonly losses: readonly number[];
  readonly milliseconds: Spread;
  readonly cpuSeconds?: Spread | undefined;
  readonly scriptMilliseconds?: number | undefined;
  readonly counts?: Counts | undefined;
  readonly peakBytes?: number | undefined;
  /** FLOP/s of a plain matrix product where this contender runs and in its precision, measured after each of its samples. */
  readonly ceiling?: Spread | undefined;
  /** FLOP/s of what the step computed as a share of that: sample by sample, then the median. */
  readonly shareOfCeiling?: number | undefined;
  /** Steps in one sample. */
  readonly stepsPerSample: number;
}

export interface Absent {
  readonly contender: ContenderInfo;
  readonly reason: string;
}

export interface ModelResult {
  readonly model: BenchModel;
  readonly measured: readonly Measured[];
  readonly absent: readonly Absent[];
  readonly agreement: Agreement;
  /** Floating-point operations of a step of the program, as the lab counts them: the same for every contender. */
  readonly flops?: number | undefined;
}

/** Losses of so many first steps are compared. */
export const COMPARED_STEPS = 4;
/**
 * One sample goes on for at least so long, that the garbage a contender makes is collected in its own time and
 * not between samples. (Processor time is counted in hundredths of a second besides.)
 */
const SAMPLE_MILLISECONDS = 1000;
const MAX_STEPS_PER_SAMPLE = 50;
/** Counts are taken over so many steps in one call, and JavaScript time in three such calls, as far as these take less than a while. */
const COUNTED_STEPS = 10;
const COUNTED_CALLS = 3;
const COUNTED_MILLISECONDS = 30_000;

interface Entrant {
  readonly runner: Runner;
  readonly prepared: Prepared;
  readonly losses: readonly number[];
  readonly steps: number;
  readonly samples: RunSample[];
  /** FLOP/s after each sample. */
  readonly ceilings: number[];
}

/**
 * Measures contenders on one model, in turn: each round gives everyone one sample, so that what disturbs the
 * machine disturbs all alike.
 */
export async function measureModel(
  model: BenchModel,
  runners: readonly Runner[],
  ceilingPlace: Place | undefined,
  { samples, patienceMilliseconds, rest, log }: MeasureOptions,
): Promise<ModelResult> {
  const absent: Absent[] = [];
  const entrants: Entrant[] = [];
  /** Runs something for one contender; where it fails, the contender is out, with the reason. */
  const attempt = async <T>(
    { contender, close, lastError }: Runner,
    work: () => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await within(patienceMilliseconds, work());
    } catch (error) {
      const reason = [firstLine(error), lastError?.()].filter(Boolean).join('; last: ');
      absent.push({ contender, reason });
      log(`${model.name}  ${contender.id}: out, ${reason}`);
      await close().catch(() => {}); // what failed may be gone already
      return undefined;
    }
  };

  const ceilingOf = async ({ contender, ceiling }: Runner): Promise<number> => {
    if (ceiling) return ceiling();
    return (contender.lab && (await ceilingPlace?.ceiling?.(contender, model))) || 0;
  };

  for (const runner of runners) {
    const { id } = runner.contender;
    const entrant = await attempt(runner, () => enter(runner));
    if (!entrant) continue;
    entrants.push(entrant);
    const { prepared, losses } = entrant;
    log(
      `${model.name}  ${id}: first step after ${(prepared.firstStepMilliseconds / 1000).toFixed(2)} s, losses ${losses.map((loss) => loss.toFixed(4)).join(' ')}`,
    );
  }

  for (let round = 0; round < samples; round++) {
    for (const entrant of [...entrants]) {
      const { runner, steps } = entrant;
      await rest();
      const sample = await attempt(runner, () => runner.run(steps));
      if (!sample) {
        entrants.splice(entrants.indexOf(entrant), 1);
        continue;
      }
      entrant.samples.push(sample);
      await rest();
      const rate = await attempt(runner, () => ceilingOf(runner));
      if (rate === undefined) entrants.splice(entrants.indexOf(entrant), 1);
      else if (rate > 0) entrant.ceilings.push(rate);
    }
    log(`${model.name}  round ${round + 1} of ${samples}`);
  }

  const flops = flopsOf(entrants);
  const measured: Measured[] = [];
  for (const entrant of [...entrants]) {
    const { runner } = entrant;
    const result = await attempt(runner, () => conclude(entrant, flops, rest));
    if (result) {
      measured.push(result);
      await runner.close();
    }
  }
  return {
    model,
    measured,
    absent,
    agreement: agreementOf(measured),
    flops,
  };
}

/** Of a plan in float32 where there is one: in mixed precision a plan counts its rounding too. */
function flopsOf(entrants: readonly Entrant[]): number | undefined {
  const planned = entrants.filter(({ prepared }) => prepared.plan);
  const exact = planned.find(({ runner }) => precisionOf(runner.contender) === 'f32');
  return (exact ?? planned[0])?.prepared.plan?.flops;
}

/** Prepares a contender, compares its first losses, and sees how many steps make a sample. */
async function enter(runner: Runner): Promise<Entrant> {
  const prepared = await runner.prepare();
  const first = await runner.run(COMPARED_STEPS - 1);
  const pace = first.milliseconds / (COMPARED_STEPS - 1);
  const wanted = Math.ceil(SAMPLE_MILLISECONDS / pace);
  return {
    runner,
    prepared,
    losses: [prepared.firstLoss, ...first.losses],
    steps: Math.max(1, Math.min(MAX_STEPS_PER_SAMPLE, wanted)),
    samples: [],
    ceilings: [],
  };
}

async function conclude(
  entrant: Entrant,
  flops: number | undefined,
  rest: MeasureOptions['rest'],
): Promise<Measured> {
  const { runner, prepared, losses, steps, samples, ceilings } = entrant;
  const milliseconds = spreadOf(samples.map((sample) => sample.milliseconds / steps));
  const cpu = samples.flatMap(({ cpuSeconds }) =>
    cpuSeconds === undefined ? [] : [cpuSeconds / steps],
  );
  const callMilliseconds = milliseconds.median * COUNTED_STEPS;
  const calls = Math.min(COUNTED_CALLS, Math.floor(COUNTED_MILLISECONDS / callMilliseconds));
  const counted: RunSample[] = [];
  for (let i = 0; i < calls; i++) {
    await rest();
    counted.push(await runner.run(COUNTED_STEPS));
  }
  const { counts } = counted.at(-1) ?? samples.at(-1)!;
  const countedSteps = calls > 0 ? COUNTED_STEPS : steps;
  const script = (calls > 0 ? counted : samples).flatMap(({ scriptMilliseconds }) =>
    scriptMilliseconds === undefined ? [] : [scriptMilliseconds / countedSteps],
  );
  return {
    contender: runner.contender,
    prepared,
    losses,
    milliseconds,
    cpuSeconds: cpu.length > 0 ? spreadOf(cpu) : undefined,
    scriptMilliseconds: script.length > 0 ? spreadOf(script).median : undefined,
    counts: counts && {
      launches: counts.launches / countedSteps,
      submits: counts.submits / countedSteps,
      bindGroups: counts.bindGroups / countedSteps,
      buffers: counts.buffers / countedSteps,
    },
    // Not of the longer run: who is given many steps ahead may hold on to memory for all of them.
    peakBytes: samples.at(-1)!.peakBytes,
    ceiling: ceilings.length > 0 ? spreadOf(ceilings) : undefined,
    shareOfCeiling: shareOf(entrant, flops),
    stepsPerSample: steps,
  };
}

function shareOf(
  { prepared, samples, steps, ceilings }: Entrant,
  programFlops: number | undefined,
): number | undefined {
  if (!programFlops || ceilings.length < samples.length) return undefined;
  // What a plan spares was not computed at any rate, and what it rounds besides is no part of the work.
  const flops = Math.min(programFlops, prepared.plan?.plannedFlops ?? programFlops);
  const shares = samples.map(
    ({ milliseconds }, i) => (1000 * flops * steps) / milliseconds / ceilings[i]!,
  );
  return spreadOf(shares).median;
}

/** Rejects where the work takes too long; the work itself nobody can stop. */
function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const seconds = Math.round(milliseconds / 1000);
    const timer = setTimeout(
      () => reject(new Error(`it gave no answer for ${seconds} s`)),
      milliseconds,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n')[0]!;
}
