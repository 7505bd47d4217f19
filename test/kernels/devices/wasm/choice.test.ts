import { describe, expect, it } from 'vitest';
import { ThreadChoice } from '../../../../src/kernels/devices/wasm/choice';

/** Runs for a while on a machine where all threads take so long, and one; says which runs were on one. */
function simulate(choice: ThreadChoice, runs: number, all: number, one: number): number[] {
  const alone: number[] = [];
  for (let run = 0; run < runs; run++) {
    const onAll = choice.all;
    if (!onAll) alone.push(run);
    choice.took(onAll ? all : one, onAll);
  }
  return alone;
}

describe('ThreadChoice', () => {
  it('stays with all threads where they are faster, after one look', () => {
    expect(simulate(new ThreadChoice(), 1000, 50, 95)).toEqual([32]);
  });

  it('goes over to one thread where other work has the cores, and comes back', () => {
    const choice = new ThreadChoice();
    const alone = simulate(choice, 1000, 110, 95);
    expect(alone.length).toBeGreaterThan(880);
    expect(simulate(choice, 1000, 50, 95).length).toBeLessThan(40);
    // And again: the machine is busy once more.
    expect(simulate(choice, 1000, 110, 95).length).toBeGreaterThan(880);
  });

  it('does not go over for nothing where both are as slow', () => {
    expect(simulate(new ThreadChoice(), 1000, 100, 100).length).toBeLessThan(180);
  });

  it('takes no notice of one slow run', () => {
    const choice = new ThreadChoice();
    simulate(choice, 100, 50, 95);
    simulate(choice, 2, 500, 95);
    expect(simulate(choice, 100, 50, 95)).toEqual([]);
  });
});
