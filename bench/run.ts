import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { loadSandbox } from '../src/model/sandbox/sandbox';
import { UsageError } from '../src/terminal/options';
import { TOLERANCES } from './agreement';
import { openBrowser } from './browser';
import { chartOf } from './chart';
import { type ContenderInfo, precisionOf } from './contenders';
import { type ModelResult, measureModel } from './measure';
import { type BenchModel, inPrecision } from './models';
import { openNode } from './node';
import { type BenchOptions, benchOptions } from './options';
import { runOverhead } from './overhead/run';
import { installPeers } from './peers';
import { openTorch } from './pytorch';
import { ratioOf, ratioToNative, shareOfNative } from './ratios';
import { reportOf } from './report';
import { untilAtRest } from './rest';
import type { Place } from './runner';

/** `npm run bench`: resolves to the exit code, 1 when losses that should agree do not. */
export async function main(args: string[]): Promise<number> {
  try {
    return args.includes('--overhead') ? await runOverhead(args) : await run(benchOptions(args));
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run({
  models,
  contenders,
  samples,
  patience,
  hardware,
  svg,
  json,
}: BenchOptions): Promise<number> {
  const log = (line: string) => console.error(line);
  const places = await openPlaces(contenders, hardware);
  const main = places.get('page') ?? places.get('node');
  const [cpu] = cpus();
  const machine = {
    processor: cpu?.model ?? 'unknown processor',
    cores: cpus().length,
    places: [...new Set(contenders.map(({ place }) => places.get(place)!.description))],
  };
  const description = `${machine.places.join(', ')} on ${machine.cores} cores (${machine.processor})`;
  console.log(`${description}; medians of ${samples} samples, taken in turn\n`);

  const results: ModelResult[] = [];
  try {
    for (const model of models) {
      const traced = await withParameters(model);
      const runners = contenders.map((contender) =>
        places.get(contender.place)!.runner(contender, inPrecision(traced, precisionOf(contender))),
      );
      const result = await measureModel(traced, runners, main, {
        samples,
        patienceMilliseconds: patience,
        rest: untilAtRest,
        log,
      });
      results.push(result);
      console.log(`${reportOf(result)}\n`);
    }
  } finally {
    for (const place of places.values()) await place.close();
  }
  if (svg) writeFileSync(svg, chartOf(results, description));
  if (json) {
    const all = { machine, samples, tolerances: TOLERANCES, results: results.map(forJson) };
    console.log(JSON.stringify(all));
  }
  return results.every(({ agreement }) => agreement.disagreeing.length === 0) ? 0 : 1;
}

async function openPlaces(
  contenders: readonly ContenderInfo[],
  hardware: boolean,
): Promise<Map<ContenderInfo['place'], Place>> {
  const wanted = new Set(contenders.map(({ place }) => place));
  const places = new Map<ContenderInfo['place'], Place>();
  if (wanted.has('page')) {
    if (contenders.some(({ place, lab }) => place === 'page' && !lab)) {
      const trouble = installPeers();
      if (trouble) console.error(trouble);
    }
    const executablePath = process.env.CHROMIUM_PATH;
    if (!executablePath) throw new UsageError('CHROMIUM_PATH names no Chromium to bench in');
    places.set('page', await openBrowser({ executablePath, software: !hardware }));
  }
  if (wanted.has('node')) places.set('node', await openNode());
  if (wanted.has('python')) places.set('python', await openTorch());
  return places;
}

/** Traces the program once, for the names and shapes of its parameters and the batch size it asks for. */
async function withParameters(model: BenchModel): Promise<BenchModel> {
  const sandbox = await loadSandbox();
  const { batch, ...rest } = model.target;
  const { parameters, phases } = await sandbox.trace(model.source, batch ? model.target : rest);
  return { ...model, target: { ...rest, batch: phases[0]!.batch }, parameters };
}

/** A result without the program's text and the parameters, with its ratios. */
function forJson(result: ModelResult) {
  const { name, title, target, gpt } = result.model;
  return {
    ...result,
    model: { name, title, target, gpt },
    measured: result.measured.map((each) => ({
      ...each,
      ratio: ratioOf(each, result),
      ratioToNative: ratioToNative(each, result),
      shareOfNative: shareOfNative(each, result),
    })),
  };
}
