import { expect, it } from 'vitest';
import type { TypeProblem } from '../../../src/agent/researchers/claude/types/problem';
import { presetNamed } from '../../../src/model/programs';
import type { ProgramSource } from '../../../src/model/programs/program';
import { openBrowser, visit } from './browser';
import { servedSite } from './site';

/** Runs in the page, as text: the page's own modules are imported there, and not the test's. */
const inPage = (programs: readonly ProgramSource[]) => `(async () => {
  const { typesInPage } = await import('/src/app/lab/types-in-page.ts');
  const check = typesInPage();
  const found = [];
  const times = [];
  // Ticks of the page's own thread while the worker loads the compiler and checks.
  let ticks = 0;
  const clock = setInterval(() => ticks++, 10);
  for (const program of ${JSON.stringify(programs)}) {
    const began = performance.now();
    found.push(await check(program, new AbortController().signal));
    times.push(performance.now() - began);
  }
  clearInterval(clock);
  return { found, times, ticks };
})()`;

interface Seen {
  readonly found: readonly (readonly TypeProblem[])[];
  readonly times: readonly number[];
  readonly ticks: number;
}

it('checks types in a worker of the page, which goes on meanwhile', {
  timeout: 240_000,
}, async () => {
  const site = await servedSite();
  const browser = await openBrowser({ gpu: false });
  try {
    const { page } = await visit(browser, site.url);
    await page.waitForLoadState('load');
    const { source } = presetNamed('gpt')!;
    const wrong = { ...source, model: `${source.model}\nconst n: number = 'three';\n` };
    const { found, times, ticks } = await page.evaluate<Seen>(inPage([source, wrong, source]));
    console.log(
      `types in the page: ${times.map((time) => `${time.toFixed(0)} ms`).join(', ')}; ${ticks} ticks of 10 ms meanwhile`,
    );
    expect(found).toEqual([
      [],
      [expect.objectContaining({ file: 'model.ts', code: 2322, column: 7 })],
      [],
    ]);
    expect(ticks).toBeGreaterThan(3);
  } finally {
    await browser.close();
    await site.close();
  }
});
