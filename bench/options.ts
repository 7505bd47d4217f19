import { parse, positive, programOf, UsageError } from '../src/terminal/options';
import { TOLERANCES } from './agreement';
import {
  type ContenderInfo,
  NODE_CONTENDERS,
  PAGE_CONTENDERS,
  TORCH_CONTENDERS,
} from './contenders';
import { type BenchModel, MODELS } from './models';

const namesOf = (contenders: readonly ContenderInfo[]) => contenders.map(({ id }) => id).join(', ');
const mixedNames = () =>
  namesOf(
    [...PAGE_CONTENDERS, ...NODE_CONTENDERS, ...TORCH_CONTENDERS].filter(
      ({ precision }) => precision,
    ),
  );

const HELP = `npm run bench -- [options]
  Trains the same models with this lab and with its peers in a headless Chromium, side by side, and compares
  the time of a step. The peers are installed into bench/ when they are first needed.
  --models A,B            which models (default A,B): ${MODELS.map(({ name, title }) => `\n                            ${name}: ${title}`).join('')}
  --program FOLDER        a preset or a folder of one's own instead: the lab alone
  --context N, --vocab N  the task of --program (default 64 and 65)
  --only NAME,...         which contenders (default: all of the page):
                            ${namesOf(PAGE_CONTENDERS.filter(({ precision }) => !precision))}
  --steps N               samples of each contender, one step or more each (default 10)
  --patience N            seconds that one call of a contender may take (default 240)
  --node                  this lab's devices in Node, WebGPU through Dawn, instead of Chromium
  --torch                 PyTorch beside them, where python3 (or PYTHON) has it; TORCH_THREADS=1 for one
                            thread of its own, OPENBLAS_NUM_THREADS=1 for one of its BLAS's
  --mixed                 contenders in mixed precision beside those in float32: this lab on webgpu with products
                            of float16, with --torch PyTorch under autocast to bfloat16. They are compared among
                            themselves, have a product of float16 for their ceiling, and their losses may be off
                            by ${TOLERANCES.f16} and ${TOLERANCES.bf16} of the loss (float32: ${TOLERANCES.f32}):
                            ${mixedNames()}
  --overhead              what a trial costs beside its training instead; --overhead --help says more
  --hardware              ask Chromium for the machine's own GPU (default: the one in software)
  --svg FILE              write a chart
  --json                  end in one line of JSON`;

const OPTIONS = {
  models: { type: 'string', default: 'A,B' },
  program: { type: 'string' },
  context: { type: 'string', default: '64' },
  vocab: { type: 'string', default: '65' },
  only: { type: 'string' },
  steps: { type: 'string', default: '10' },
  patience: { type: 'string', default: '240' },
  node: { type: 'boolean', default: false },
  torch: { type: 'boolean', default: false },
  mixed: { type: 'boolean', default: false },
  hardware: { type: 'boolean', default: false },
  svg: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

export interface BenchOptions {
  readonly models: readonly BenchModel[];
  readonly contenders: readonly ContenderInfo[];
  readonly samples: number;
  /** Milliseconds that one call of a contender may take. */
  readonly patience: number;
  readonly hardware: boolean;
  readonly svg?: string;
  readonly json: boolean;
}

/** Reads the command line. Throws UsageError where it asks for what there is not. */
export function benchOptions(args: string[]): BenchOptions {
  const { values } = parse(args, OPTIONS, HELP);
  const models =
    values.program === undefined
      ? values.models.split(',').map(modelNamed)
      : [programModel(values.program, values)];
  return {
    models,
    contenders: contendersOf(values, values.program !== undefined),
    samples: Math.floor(positive('steps', values.steps)) || 1,
    patience: 1000 * positive('patience', values.patience),
    hardware: values.hardware,
    ...(values.svg === undefined ? {} : { svg: values.svg }),
    json: values.json,
  };
}

function modelNamed(name: string): BenchModel {
  const model = MODELS.find((each) => each.name === name);
  if (model) return model;
  throw new UsageError(
    `there is no model ${name}; there are: ${MODELS.map((each) => each.name).join(', ')}`,
  );
}

/** Any program of the lab, at the batch size that it names itself. */
function programModel(name: string, values: { context: string; vocab: string }): BenchModel {
  const context = Math.floor(positive('context', values.context));
  const vocab = Math.floor(positive('vocab', values.vocab));
  const source = programOf(name);
  return {
    name,
    title: `context ${context}, vocabulary ${vocab}`,
    source,
    target: { context, vocab, evaluationBatch: 1, batch: 0 },
  };
}

function contendersOf(
  {
    node,
    torch,
    mixed,
    only,
  }: { node: boolean; torch: boolean; mixed: boolean; only?: string | undefined },
  labOnly: boolean,
): ContenderInfo[] {
  const page = node ? NODE_CONTENDERS : PAGE_CONTENDERS;
  const all = [...page, ...(torch ? TORCH_CONTENDERS : [])].filter(
    ({ lab, precision }) => (lab || !labOnly) && (mixed || !precision),
  );
  if (only === undefined) return all;
  return only.split(',').map((id) => {
    const contender = all.find((each) => each.id === id);
    if (contender) return contender;
    throw new UsageError(`there is no contender ${id} here; there are: ${namesOf(all)}`);
  });
}
