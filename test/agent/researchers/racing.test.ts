import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { readRecording } from '../../../src/agent/replay/file';
import type { Study, StudyEvent } from '../../../src/agent/study';
import { uniformAt } from '../../../src/kernels/random/threefry';
import { measureQuarters } from './quarters';
import {
  byCurve,
  byShortTrial,
  type Entrant,
  endlessly,
  type Field,
  fieldOf,
  inItsOrder,
  inTheSameTime,
  type Judged,
  judged,
  knowing,
  type Race,
  rankCorrelation,
} from './racing';

/**
 * Whether races would save time: an estimate from the study that the page shows as recorded. SHOW_RATES=1 prints
 * the figures that docs/researchers.md quotes; LOGS names other logs of studies, separated by commas, to estimate
 * from those; QUARTERS=1 first trains the short trials that quarters.json lacks of them; STUDIES sets how many
 * studies are simulated for each.
 */
const LOGS = process.env.LOGS?.split(',') ?? ['public/recorded/builtin-60.json.gz'];
const STUDIES = Number(process.env.STUDIES ?? 6);
const show = (...words: unknown[]) => process.env.SHOW_RATES && console.log(...words);

/** A race is worth its machinery from so many times the gains of an hour on. */
const WORTH = 1.1;
const QUARTER = 0.25;
const SIZES = [2, 3, 4];
/** Candidates whose difference from the incumbent is smaller are those that a race would have to tell apart. */
const CLOSE = 0.06;
/** Proposals of a study after which the first ideas, which are the best, have been tried. */
const LATE = 15;

interface Logged {
  readonly study: Study;
  readonly field: Field;
  readonly pool: readonly Judged[];
}
type RaceIn = (logged: Logged, of: number) => Race | null;

const logs: Logged[] = [];
for (const path of LOGS) logs.push(loggedOf(await read(path)));
const late = logs.map(({ study, field }) => ({
  study,
  ...judgedIn(study, { ...field, entrants: field.entrants.filter(({ number }) => number > LATE) }),
}));

async function read(path: string): Promise<Study> {
  const study = await logIn(path);
  if (process.env.QUARTERS) await measureQuarters(study);
  return study;
}

async function logIn(path: string): Promise<Study> {
  const bytes = new Uint8Array(readFileSync(path));
  if (!path.endsWith('.jsonl')) return (await readRecording(bytes)).study;
  const lines = new TextDecoder().decode(bytes).trim().split('\n');
  return foldStudy(lines.map((line) => JSON.parse(line) as StudyEvent));
}

function loggedOf(study: Study): Logged {
  return { study, ...judgedIn(study, fieldOf(study)) };
}

function judgedIn(study: Study, field: Field): Pick<Logged, 'field' | 'pool'> {
  return { field, pool: judged(field, study.task.name, STUDIES) };
}

const curve: RaceIn = (_, of) => byCurve(of, QUARTER);
const shortTrial: RaceIn = ({ study }, of) => byShortTrial(of, study);
const known: RaceIn = (_, of) => knowing(of, QUARTER);
const none: RaceIn = () => null;

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const times = (value: number) => value.toFixed(2);

describe('what is seen of a candidate at a share of the budget', () => {
  const correlation = ({ entrants }: Field, by: (entrant: Entrant) => number) => {
    const close = entrants.filter(({ effect }) => Math.abs(effect) < CLOSE);
    return rankCorrelation(
      close.map(by),
      close.map(({ effect }) => effect),
    );
  };

  it('says little of where a close one ends, until most of the budget is spent', () => {
    for (const { study, field } of logs) {
      const shares = [0.1, 0.25, 0.4, 0.55, 0.7, 1];
      const seen = shares.map((share) => correlation(field, (entrant) => entrant.gapAt(share)));
      show(`curve | ${study.task.name} | ${seen.map(times).join(' | ')} |`);
      expect(seen[1]).toBeLessThan(0.5);
      expect(seen[1]).toBeLessThan(seen[5]! - 0.3);
    }
  });

  it('lies above the incumbent for much of what is kept: larger programs start slower', () => {
    for (const [name, race] of Object.entries({ curve, shortTrial })) {
      const kept = logs.flatMap((logged) => {
        const { by } = race(logged, 2)!;
        return logged.field.entrants.filter((e) => e.kept).map((e) => ({ ...e, seen: by(e) }));
      });
      const above = kept.filter(({ seen }) => seen > 0);
      const gains = [above, kept].map((list) => -total(list.map(({ effect }) => effect)));
      show(`${name}: ${above.length} of ${kept.length} above, ${gains.map((g) => g.toFixed(3))}`);
      expect(above.length).toBeGreaterThan(kept.length / 5);
    }
  });

  it('says more where a short trial is a whole one, at least on the built-in task', () => {
    for (const logged of logs) {
      const seen = [logged, late[logs.indexOf(logged)]!].map(({ field }) =>
        correlation(field, shortTrial(logged, 2)!.by),
      );
      show(`short trial | ${logged.study.task.name} | all, late: ${seen.map(times)}`);
      if (logged.study.task.name !== 'builtin') continue;
      expect(seen[0]).toBeGreaterThan(correlation(logged.field, curve(logged, 2)!.by) + 0.1);
    }
  });
});

describe('a study in its own order', () => {
  const inTime = (race: RaceIn, of: number) =>
    logs.map((logged) => inTheSameTime(logged.field, race(logged, of)!, LATE));

  it.each(Object.entries({ curve, shortTrial }))(
    'would not keep a tenth more in the same time, racing by %s',
    (name, race) => {
      for (const of of SIZES) {
        const found = inTime(race, of);
        logs.forEach((logged, i) => {
          const now = inItsOrder(logged.field, null);
          const raced = inItsOrder(logged.field, race(logged, of));
          show(
            `${name} of ${of}: kept ${raced.kept.toFixed(1)} of ${now.kept}, ${raced.gain.toFixed(3)} of ${now.gain.toFixed(3)} bpb, in ${times(raced.seconds / now.seconds)} of the time; in the same time ${times(found[i]!)}`,
          );
        });
        expect(total(found) / found.length).toBeLessThan(WORTH);
      }
    },
  );

  it('would lose nothing with races that knew how all would end, and has few ideas to gain by', () => {
    for (const of of SIZES) {
      const found = inTime(known, of);
      show(`of ${of}, if it knew: in the same time ${found.map(times).join(', ')}`);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('with ideas without end, all as good as those of the study', () => {
  const hourly = (which: readonly Logged[], race: RaceIn, of: number, restless: boolean) =>
    total(
      which.map((logged) => {
        const { kept, seconds } = endlessly(logged.field, logged.pool, race(logged, of), restless);
        return (3600 * kept) / seconds;
      }),
    );
  const ratio = (which: readonly Logged[], race: RaceIn, of: number, restless: boolean) =>
    hourly(which, race, of, restless) / hourly(which, none, of, restless);
  /** The middle 90% of what other candidates of the same kind would have said. */
  const interval = (which: readonly Logged[], race: RaceIn, of: number, restless: boolean) => {
    const drawn = Array.from({ length: 400 }, (_, i) =>
      ratio(
        which.map((logged, j) => again(logged, i, j)),
        race,
        of,
        restless,
      ),
    );
    const sorted = drawn.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    return [0.05, 0.95].map((share) => sorted[Math.floor(share * sorted.length)]!);
  };
  const shown = (name: string, which: readonly Logged[], race: RaceIn, of: number) =>
    [true, false].map((restless) => {
      const [least, most] = interval(which, race, of, restless);
      const found = ratio(which, race, of, restless);
      show(
        `${name} of ${of}, ${restless ? 'restless' : 'calm'}: ${times(found)} (${times(least!)} to ${times(most!)})`,
      );
      return { found, least: least! };
    });

  it('races by their curves are not surely better than none, and not on a calm machine', () => {
    for (const of of SIZES) {
      const [restless, calm] = shown('curve', logs, curve, of);
      expect(restless!.least).toBeLessThan(1);
      expect(calm!.found).toBeLessThan(WORTH);
    }
  });

  it('whole short trials are not surely better either, but may be once the first ideas are tried', () => {
    for (const of of SIZES) {
      for (const { least } of shown('short trial', logs, shortTrial, of)) {
        expect(least).toBeLessThan(1);
      }
      shown('curve, late', late, curve, of);
      expect(shown('short trial, late', late, shortTrial, of)[0]!.found).toBeGreaterThan(1);
    }
  });

  it('races that knew how all would end would be worth it: the estimate can tell', () => {
    for (const of of SIZES) {
      for (const restless of [true, false]) {
        const found = ratio(logs, known, of, restless);
        show(`of ${of}, if it knew, ${restless ? 'restless' : 'calm'}: ${times(found)}`);
        expect(found).toBeGreaterThan(WORTH);
      }
    }
  });

  /** As many candidates, drawn with replacement. */
  function again(logged: Logged, draw: number, which: number): Logged {
    const { pool } = logged;
    const drawn = pool.map((_, i) => pool[Math.floor(uniformAt(draw, which, i) * pool.length)]!);
    return { ...logged, pool: drawn };
  }
});
