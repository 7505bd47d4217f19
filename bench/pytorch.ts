import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ContenderInfo } from './contenders';
import { batchesOf, initialWeights, type PeerModel } from './models';
import { cpuSeconds } from './processes';
import type { Place, Prepared, Runner } from './runner';

/** Debian's own comes last: what a person has put before it is what they mean. */
const PYTHONS = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3'];

/** PyTorch in a process of its own, in the first Python that has it: python3, or what PYTHON names. */
export async function openTorch(): Promise<Place> {
  const python = PYTHONS.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0);
  return {
    description: python ? 'PyTorch' : 'no PyTorch',
    runner: (contender, model) => createRunner(python, contender, model as PeerModel),
    close: async () => {},
  };
}

interface Answer {
  readonly losses: number[];
  readonly milliseconds: number;
  readonly peakBytes?: number;
}

function createRunner(
  python: string | undefined,
  contender: ContenderInfo,
  model: PeerModel,
): Runner {
  let folder: string | undefined;
  let conversation: Conversation | undefined;
  return {
    contender,
    async prepare() {
      if (!model.gpt)
        throw new Error('PyTorch runs the models of the bench, not a program of the lab');
      if (!python) {
        throw new Error(
          `no PyTorch in ${PYTHONS.join(' or ')} (Debian: python3-torch and libopenblas0-pthread)`,
        );
      }
      folder = mkdtempSync(join(tmpdir(), 'loopy-bench-'));
      writeModel(folder, model, contender);
      conversation = converse(python, folder);
      return (await conversation.next()) as Prepared;
    },
    async run(steps) {
      const { processId, say, next } = conversation!;
      const before = cpuSeconds(processId);
      say(String(steps));
      const answer = (await next()) as Answer;
      const after = cpuSeconds(processId);
      return {
        ...answer,
        cpuSeconds: before === null || after === null ? undefined : after - before,
      };
    },
    async ceiling() {
      conversation!.say('ceiling');
      return ((await conversation!.next()) as { rate: number }).rate;
    },
    async close() {
      conversation?.end();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The numbers as JSON, weights and batches as raw bytes in the order that the JSON names. */
function writeModel(folder: string, model: PeerModel, contender: ContenderInfo): void {
  const { gpt, target, parameters } = model;
  const compiled = contender.id.startsWith('torch-compiled');
  const mixed = contender.precision === 'bf16';
  const shapes = parameters.map(({ name, shape }) => ({ name, shape }));
  const batches = batchesOf(model);
  const bytes = (arrays: readonly (Float32Array | Int32Array)[]) =>
    Buffer.concat(arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
  writeFileSync(
    join(folder, 'model.json'),
    JSON.stringify({ ...gpt, target, shapes, batches: batches.length, compiled, mixed }),
  );
  writeFileSync(join(folder, 'weights.bin'), bytes(parameters.map(initialWeights)));
  writeFileSync(
    join(folder, 'batches.bin'),
    bytes(batches.flatMap(({ tokens, targets }) => [tokens, targets])),
  );
}

interface Conversation {
  readonly processId: number;
  say(line: string): void;
  /** The next line that the script prints, as JSON. Rejects with what it said last where it ends instead. */
  next(): Promise<unknown>;
  end(): void;
}

function converse(python: string, folder: string): Conversation {
  const child: ChildProcess = spawn(python, [join('bench', 'pytorch.py'), folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  let complaint = '';
  child.stderr!.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-4000);
  });
  const failed = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', () => {
      const last = complaint.trim().split('\n').at(-1);
      reject(new Error(last || 'Python ended without a word'));
    });
  });
  failed.catch(() => {}); // it may end after everything has been said
  return {
    processId: child.pid ?? 0,
    say: (line) => child.stdin!.write(`${line}\n`),
    async next() {
      const line = lines.next().then(({ value, done }) => (done ? failed : String(value)));
      return JSON.parse(await Promise.race([line, failed]));
    },
    end: () => child.stdin!.end(),
  };
}
