import { parse, positive, programOf, UsageError } from '../../src/terminal/options';
import { openBrowser } from '../browser';
import { openNode } from '../node';
import type { Place } from '../runner';
import { withOtherNumbers } from './numbers';
import { MOST_OVERHEAD, overheadReport, type ProgramOverhead, shareOf } from './report';

const HELP = `npm run bench -- --overhead [options]
  Runs two trials of a study in a worker of a headless Chromium, the second with other numbers (learning
  rate, initial scale) in the program, and says where the wall-clock time beside training goes. Fails where
  that is more than ${100 * MOST_OVERHEAD}% of the second trial's budget.
  --programs NAME,...     presets or folders (default microgpt,gpt)
  --backends NAME,...     wasm, webgpu (default: both)
  --seconds N             of training, in each trial (default 15)
  --node                  in Node, WebGPU through Dawn, instead of Chromium
  --hardware              ask Chromium for the machine's own GPU (default: the one in software)
  --json                  end in one line of JSON`;

const OPTIONS = {
  overhead: { type: 'boolean' },
  programs: { type: 'string', default: 'microgpt,gpt' },
  backends: { type: 'string', default: 'wasm,webgpu' },
  seconds: { type: 'string', default: '15' },
  node: { type: 'boolean', default: false },
  hardware: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

/** `npm run bench -- --overhead`: resolves to the exit code, 1 where a trial's overhead is too much. */
export async function runOverhead(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const seconds = positive('seconds', values.seconds);
  const backends = values.backends.split(',').map(backendNamed);
  const programs = values.programs.split(',').map((name) => {
    const source = programOf(name);
    return { name, sources: [source, withOtherNumbers(source)] };
  });
  const place = await openPlace(values);
  console.log(`${place.description}\n`);
  const results: ProgramOverhead[] = [];
  try {
    for (const backend of backends) {
      for (const { name, sources } of programs) {
        const measured = await place.overhead!({ backend, programs: sources, seconds });
        const result = { ...measured, program: name, seconds };
        results.push(result);
        console.log(`${overheadReport(result)}\n`);
      }
    }
  } finally {
    await place.close();
  }
  if (values.json) console.log(JSON.stringify(results));
  return results.every((result) => shareOf(result) <= MOST_OVERHEAD) ? 0 : 1;
}

async function openPlace(values: { node: boolean; hardware: boolean }): Promise<Place> {
  if (values.node) return openNode();
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new UsageError('CHROMIUM_PATH names no Chromium to bench in');
  return openBrowser({ executablePath, software: !values.hardware });
}

function backendNamed(name: string): 'wasm' | 'webgpu' {
  if (name === 'wasm' || name === 'webgpu') return name;
  throw new UsageError(`there is no backend ${name}; there are: wasm, webgpu`);
}
