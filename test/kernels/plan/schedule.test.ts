import { describe, expect, it } from 'vitest';
import { scheduleTogether } from '../../../src/kernels/plan/schedule';
import { uniformAt } from '../../../src/kernels/random/threefry';

interface Task {
  readonly name: string;
  readonly then: Task[];
}

const task = (name: string, ...then: Task[]): Task => ({ name, then });

const schedule = (ordered: readonly Task[], most = 4): string[] =>
  scheduleTogether(
    { ordered, successorsOf: ({ then }) => then },
    (launch) => launch.length < most,
  ).map((launch) => launch.map(({ name }) => name).join(' '));

describe('scheduling together', () => {
  it('puts what needs nothing of each other into one launch', () => {
    const end = task('end');
    const [q, k, v] = ['q', 'k', 'v'].map((name) => task(name, end)) as [Task, Task, Task];
    const norm = task('norm', q, k, v);
    expect(schedule([norm, q, k, v, end])).toEqual(['norm', 'q k v', 'end']);
    expect(schedule([norm, q, k, v, end], 2)).toEqual(['norm', 'q k', 'v', 'end']);
  });

  it('lets what nobody waits for fill up later launches', () => {
    const chain: Task[] = [];
    for (let n = 4; n > 0; n--) chain.unshift(task(`c${n}`, ...chain.slice(0, 1)));
    const asides = ['a', 'b', 'c'].map((name) => task(name));
    expect(schedule([...asides, ...chain], 2)).toEqual(['c1 a', 'c2 b', 'c3 c', 'c4']);
  });

  it('lets nothing wait for long', () => {
    const chain: Task[] = [];
    for (let n = 30; n > 0; n--) chain.unshift(task(`c${n}`, ...chain.slice(0, 1)));
    const launches = schedule([task('aside'), ...chain], 1);
    expect(launches.indexOf('aside')).toBeLessThan(10);
  });

  it('runs everything once, and nothing before what it needs', () => {
    for (let seed = 0; seed < 20; seed++) {
      const tasks: Task[] = [];
      for (let n = 0; n < 40; n++) {
        const then = tasks.filter((_, other) => uniformAt(seed, n, other) < 0.08);
        tasks.unshift(task(`${n}`, ...then));
      }
      const launches = schedule(tasks, 3).map((launch) => launch.split(' '));
      expect(launches.flat().sort()).toEqual(tasks.map(({ name }) => name).sort());
      const at = new Map(launches.flatMap((launch, i) => launch.map((name) => [name, i])));
      for (const { name, then } of tasks) {
        for (const next of then) expect(at.get(next.name)!).toBeGreaterThan(at.get(name)!);
      }
    }
  });
});
