import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { HistoryError } from '../agent/history/errors';
import { nullable, number, record, text } from '../agent/history/format/readers';
import type { TrialRequest, TrialResult } from '../model/harness/trial';
import { sha256 } from '../model/tasks/hash';
import { UsageError } from './options';

/** What a trial scored in bits per byte; null where the program crashed. */
interface Line {
  readonly trial: string;
  readonly score: number | null;
}

const ATTEMPTS = 3;

const line = record<Line>({ trial: text(64), score: nullable(number) });

/**
 * Runs trials, and keeps their scores in a file of lines of JSON: a trial that is there is not run again,
 * so that a long search which was cut off goes on where it was. A trial is known by everything that
 * determines it but the lab's own code: task, device, program, seed and budget. A trial that was disturbed
 * is run again, a few times at most, and is not kept. Throws UsageError where the file holds something else.
 */
export function scoreFile(
  file: string | undefined,
  about: { readonly task: string; readonly device: string },
  run: (request: TrialRequest) => Promise<TrialResult>,
): (request: TrialRequest) => Promise<number | null> {
  const known = file === undefined ? new Map<string, number | null>() : readScores(file);
  return async (request) => {
    const { program, seed, budget } = request;
    const all = [about.task, about.device, program.model, program.optimizer, seed, budget];
    const trial = await sha256(new TextEncoder().encode(JSON.stringify(all)));
    if (known.has(trial)) return known.get(trial)!;
    let result = await run(request);
    for (let i = 1; result.status === 'void' && i < ATTEMPTS; i++) result = await run(request);
    if (result.status === 'void') throw new Error(`${request.id} was disturbed: ${result.reason}`);
    const score = result.status === 'finished' ? result.summary.valBpb : null;
    known.set(trial, score);
    const kept: Line = { trial, score };
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`);
    return score;
  };
}

/** A last line that was torn by a crash is cut off, so that the next one begins at its own place. */
function readScores(file: string): Map<string, number | null> {
  if (!existsSync(file)) return new Map();
  const whole = readFileSync(file, 'utf8');
  const complete = whole.slice(0, whole.lastIndexOf('\n') + 1);
  const lines = complete.split('\n').filter(Boolean);
  const scores = lines.map((each, i) => scoreOf(each, `line ${i + 1}`, file));
  if (complete.length < whole.length) truncateSync(file, Buffer.byteLength(complete));
  return new Map(scores.map(({ trial, score }) => [trial, score]));
}

function scoreOf(text: string, place: string, file: string): Line {
  try {
    return line(JSON.parse(text), place);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof HistoryError) {
      throw new UsageError(`${file} does not hold scores of trials: ${place}: ${error.message}`);
    }
    throw error;
  }
}
