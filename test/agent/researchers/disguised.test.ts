import { beforeAll, describe, expect, it } from 'vitest';
import { EDITS } from '../../../src/agent/researchers/local';
import { Random } from '../../../src/agent/researchers/local/random';
import { PRESETS } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { loadSandbox, type Sandbox } from '../../../src/model/sandbox/sandbox';
import { extracted, renamed, reordered } from './disguise';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await loadSandbox();
});

const known = new Map<string, Promise<string>>();

/** What a program computes, without the lines it was written in and the names of its settings. */
function computed(program: ProgramSource): Promise<string> {
  const key = JSON.stringify(program);
  const traced =
    known.get(key) ??
    sandbox.trace(program, { vocab: 27, context: 16, evaluationBatch: 2 }).then(
      (trace) =>
        JSON.stringify({ ...trace, config: null }, (name, value) =>
          name === 'at' ? undefined : value,
        ),
      (error: Error) => `${error.message} in:\n${program.model}\n${program.optimizer}`,
    );
  known.set(key, traced);
  return traced;
}

/** Kinds of edits that apply to a program, and what comes out. */
const applied = (program: ProgramSource) =>
  new Map(
    EDITS.flatMap((edit) => {
      const change = edit.apply(program, new Random('disguise', edit.kind));
      return change ? [[edit.kind, change.program] as const] : [];
    }),
  );

describe.each(PRESETS.map((preset) => [preset.name, preset.source] as const))('%s', (_, source) => {
  const plain = applied(source);

  describe.each([
    ['with other names', renamed, 1, 0],
    ['with its functions in another order', reordered, 1, 1],
    ['with helpers taken out', extracted, 0.85, 2],
  ] as const)('%s', (_name, disguise, share, turn) => {
    const program = disguise(source);
    const edits = applied(program);

    it('computes the same as before', async () => {
      expect(program).not.toEqual(source);
      const same = (await computed(program)) === (await computed(source));
      expect(same).toBe(true);
    });

    it('is open to the same edits', () => {
      const missing = [...plain.keys()].filter((kind) => !edits.has(kind));
      const most = Math.floor(plain.size * (1 - share));
      expect(missing.length, `not applied: ${missing.join(', ')}`).toBeLessThanOrEqual(most);
    });

    it('computes the same after each of them', async () => {
      const wrong: string[] = [];
      // Other kinds have their turn in the other preset or disguise: tracing takes its time.
      const some = [...edits].filter((_edit, i) => (i + source.model.length) % 4 === turn);
      for (const [kind, edited] of some) {
        const expected = plain.get(kind);
        const same = expected && (await computed(edited)) === (await computed(expected));
        if (!same) wrong.push(kind);
      }
      expect(wrong).toEqual([]);
    });
  });
});
