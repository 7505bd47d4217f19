import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyEvent } from '../../../src/agent/study';
import { RECORDINGS } from '../../../src/app/replay/recordings';
import { openBrowser, storedEvents, type Visit, visit } from './browser';
import { builtSite, type Site } from './site';

const MINUTE = 60_000;
const [RECORDING] = RECORDINGS;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await builtSite();
  browser = await openBrowser({ gpu: false });
}, 4 * MINUTE);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** Runs a test on a fresh visit that begins nothing by itself, and holds it to a silent console. */
function onPage(
  query: string,
  test: (page: Page, seen: Visit) => Promise<void>,
  reducedMotion: 'reduce' | 'no-preference' = 'reduce',
) {
  return async () => {
    const seen = await visit(browser, `${site.url}/${query}`, { reducedMotion });
    seen.page.setDefaultTimeout(2 * MINUTE);
    try {
      await test(seen.page, seen);
      expect(seen.complaints).toEqual([]);
    } finally {
      await seen.leave();
    }
  };
}

const player = (page: Page) => page.getByRole('region', { name: 'Player of a recorded study' });
const slider = (page: Page) => page.getByRole('slider', { name: 'Time of the study' });
const press = (page: Page, name: string) => player(page).getByRole('button', { name }).click();
const rows = (page: Page) => page.locator('.experiment');
const decided = (page: Page) => page.locator('.experiment .mark:not(.running)').count();
const time = async (page: Page) => Number(await slider(page).inputValue());
const where = (page: Page) => page.locator('.player-where').textContent();
const events = async (page: Page) => (await storedEvents(page)) as StudyEvent[];

async function openRecording(page: Page): Promise<void> {
  await page.getByText('Ready to begin').waitFor();
  const offer = `See a recorded study of ${RECORDING.experiments} experiments`;
  await page.getByRole('button', { name: offer }).click();
  await player(page).waitFor();
}

describe('the player in a browser', () => {
  it(
    'fetches a recording when it is asked for, plays it at speed and goes through it',
    { timeout: 8 * MINUTE },
    onPage('?autostart=0&device=wasm', async (page) => {
      const fetched: string[] = [];
      page.on('request', (request) => fetched.push(request.url()));
      await page.getByText('Ready to begin').waitFor();
      expect(fetched.filter((url) => url.includes('recorded/'))).toEqual([]);
      await openRecording(page);
      expect(fetched.filter((url) => url.includes('recorded/'))).toHaveLength(1);
      await page.locator('.task-line').getByText('Recorded').waitFor();
      expect(await player(page).textContent()).toContain(RECORDING.device);

      // Whoever asked for less motion presses Play.
      expect(await time(page)).toBe(0);
      await press(page, '10 times');
      await player(page).getByRole('button', { name: 'Play', exact: true }).click();
      await page.getByText(/training, \d+% of the budget/).waitFor();
      const before = await time(page);
      await expect.poll(() => time(page), { timeout: MINUTE }).toBeGreaterThan(before + 10_000);
      await press(page, 'Pause');
      const paused = await time(page);
      await page.waitForTimeout(400);
      expect(await time(page)).toBe(paused);

      await press(page, 'as fast as it goes');
      await player(page).getByRole('button', { name: 'Play', exact: true }).click();
      await expect.poll(() => rows(page).count(), { timeout: 2 * MINUTE }).toBeGreaterThan(4);
      await press(page, 'Pause');

      // With the keyboard: to the end, to the beginning, and from verdict to verdict.
      await slider(page).focus();
      await page.keyboard.press('End');
      await expect.poll(() => where(page)).toMatch(/finished: all 60 experiments are done/);
      await page.getByRole('button', { name: 'Show all 61 experiments' }).waitFor();
      await page.keyboard.press('Home');
      await expect.poll(() => time(page)).toBe(0);
      for (const count of [1, 2, 3]) {
        await page.keyboard.press('n');
        await expect.poll(() => decided(page)).toBe(count);
      }
      await page.keyboard.press('PageUp');
      await expect.poll(() => decided(page)).toBe(2);
      const stood = await time(page);
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => time(page)).toBeGreaterThan(stood);
      await page.keyboard.press(' ');
      await player(page).getByRole('button', { name: 'Pause' }).waitFor();
      await page.keyboard.press('k');
      await player(page).getByRole('button', { name: 'Play', exact: true }).waitFor();

      // Nothing was trained, nothing written, and nothing of it can be changed.
      expect(await events(page)).toEqual([]);
      for (const name of ['Start', 'Edit', 'Write a brief', 'Note an insight']) {
        expect(await page.getByRole('button', { name, exact: true }).count(), name).toBe(0);
      }
      await press(page, 'Leave the replay');
      await page.getByText('Ready to begin').waitFor();
      expect(await player(page).count()).toBe(0);
    }),
  );

  it(
    'plays by itself where motion is welcome, and goes on live from the recording',
    { timeout: 8 * MINUTE },
    onPage(
      '?autostart=0&device=wasm&experiments=1',
      async (page) => {
        await openRecording(page);
        await player(page).getByRole('button', { name: 'Pause' }).waitFor();
        for (let i = 0; i < 3; i++) await press(page, 'Next verdict');
        expect(await player(page).textContent()).toContain('from the program of experiment 2');
        await press(page, 'Go on from here');
        // A live trial of the visitor's own machine.
        await page.getByText(/training, \d+% of the budget/).waitFor();
        expect(await player(page).count()).toBe(0);
        const [created, note, resumed] = await events(page);
        expect(created).toMatchObject({
          type: 'study-created',
          origin: { device: RECORDING.device, experiment: '2' },
        });
        expect(note).toMatchObject({ type: 'insight', author: 'replay' });
        expect(resumed).toMatchObject({ type: 'study-resumed' });
        await page.getByRole('button', { name: 'Stop' }).click();
        await page.getByRole('button', { name: 'Start' }).waitFor();
      },
      'no-preference',
    ),
  );

  it(
    'goes on from the middle of a study of this browser, with its experiments',
    { timeout: 8 * MINUTE },
    onPage('?steps=12&experiments=2&device=wasm', async (page) => {
      await page.getByText('The study ended: ').waitFor({ timeout: 4 * MINUTE });
      const whole = await events(page);
      await page.getByRole('button', { name: 'Studies' }).click();
      await page.getByRole('button', { name: /^Replay / }).click();
      await player(page).waitFor();
      await press(page, 'Next verdict');
      await press(page, 'Next verdict');
      expect(await decided(page)).toBe(2);
      expect(await player(page).textContent()).toContain('with these experiments');
      expect(await events(page)).toEqual(whole);
      await press(page, 'Go on from here');
      await page.getByText('The study ended: ').waitFor({ timeout: 4 * MINUTE });
      const all = await events(page);
      const ids = all.flatMap((e) => (e.type === 'study-created' ? [e.study] : []));
      expect(ids).toHaveLength(2);
      // Two logs, one after the other by their ids: the same verdicts in both.
      const at = all.findLastIndex((e) => e.type === 'study-created');
      const verdicts = (log: readonly StudyEvent[]) =>
        log.flatMap((e) => (e.type === 'verdict' ? [[e.experiment, e.verdict]] : []));
      expect(verdicts(all.slice(0, at))).toHaveLength(3);
      expect(verdicts(all.slice(at))).toEqual(verdicts(all.slice(0, at)));
    }),
  );

  it('says what is wrong with a recording, and the lab goes on', {
    timeout: 4 * MINUTE,
  }, async () => {
    const seen = await visit(browser, 'about:blank');
    let answer: { body?: string; status?: number } = { body: '{"format":"png"}' };
    const { page } = seen;
    page.setDefaultTimeout(2 * MINUTE);
    try {
      // Before the page is loaded: a route that is laid meanwhile does not always take.
      await page.route('**/recorded/**', (route) => route.fulfill(answer));
      await page.goto(`${site.url}/?autostart=0&device=wasm`);
      await page.getByText('Ready to begin').waitFor();
      await page.getByRole('button', { name: /See a recorded study/ }).click();
      await page
        .getByText('This study cannot be replayed: study.format must be one of loopy-study')
        .waitFor();
      answer = { status: 404 };
      await page.getByRole('button', { name: /See a recorded study/ }).click();
      await page.getByText(/did not come: the server answered 404/).waitFor();
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByText(/training, \d+% of the budget/).waitFor();
    } finally {
      await seen.leave();
    }
  });
});
