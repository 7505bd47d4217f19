import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutLabels, openBrowser, overflow, visit } from './browser';
import { faintTexts } from './contrast';
import { type Site, servedSite } from './site';

const STATES = [
  'opening',
  'preparing',
  'baseline',
  'first-score',
  'running',
  'selected',
  'following',
  'replaying',
  'crash',
  'team-local',
  'team-three',
  'team-approval',
  'team-held',
  'team-ended',
] as const;
const WIDTHS = [320, 390, 820, 1440];

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await servedSite();
  browser = await openBrowser({ gpu: false });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function gallery(state: string, test: (page: Page) => Promise<void>, colorScheme = 'light') {
  const { page, complaints, leave } = await visit(
    browser,
    `${site.url}/test/app/gallery/?state=${state}`,
    { colorScheme: colorScheme as 'light' | 'dark' },
  );
  try {
    await page.getByRole('heading', { name: 'Loopy Lab' }).waitFor({ timeout: 60_000 });
    await test(page);
    expect(complaints).toEqual([]);
  } finally {
    await leave();
  }
}

describe.each(STATES)('the page in state %s', (state) => {
  it('fits every width', { timeout: 120_000 }, () =>
    gallery(state, async (page) => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(100);
        expect(await overflow(page), `${width} pixels`).toBe(0);
        expect(await cutLabels(page), `${width} pixels`).toEqual([]);
      }
    }),
  );

  it.each(['light', 'dark'])('can be read on %s paper', { timeout: 120_000 }, (scheme) =>
    gallery(
      state,
      async (page) => {
        expect(await faintTexts(page, 4.5)).toEqual([]);
      },
      scheme,
    ),
  );

  it('names everything that can be pressed or filled in', { timeout: 120_000 }, () =>
    gallery(state, async (page) => {
      await expect.poll(() => nameless(page), { timeout: 10_000 }).toEqual([]);
    }),
  );
});

/** The beginnings of elements that a screen reader would have no name for. */
async function nameless(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const role of ['button', 'textbox', 'slider', 'tab', 'progressbar', 'img'] as const) {
    found.push(
      ...(await page.getByRole(role).evaluateAll((nodes) =>
        nodes
          // What the editor draws for itself between two texts is not ours to name.
          .filter((node) => !node.matches('.monaco-editor svg, .monaco-diff-editor svg'))
          .filter((node) => {
            const label = (node as HTMLInputElement).labels?.[0]?.textContent;
            const title = node.getAttribute('title');
            return !(
              node.getAttribute('aria-label') ??
              label ??
              (node.textContent || title)
            )?.trim();
          })
          .map((node) => node.outerHTML.slice(0, 120)),
      )),
    );
  }
  return found;
}

describe('by keyboard alone', () => {
  it(
    'opens an experiment in the list, and picks another one in the chart',
    { timeout: 120_000 },
    () =>
      gallery('running', async (page) => {
        await page.locator('.experiment > button').nth(3).focus();
        await page.keyboard.press('Enter');
        expect(await page.locator('.experiment.open').count()).toBe(1);
        expect(await page.locator('.focus-kicker').textContent()).toContain('Experiment 8');
        await page.locator('.staircase-dot').nth(1).focus();
        await page.keyboard.press('Space');
        expect(await page.locator('.focus-kicker').textContent()).toContain('Experiment 1');
        await page.getByRole('button', { name: 'Back to the live trial' }).press('Enter');
        expect(await page.locator('.focus-kicker').textContent()).toContain('Experiment 11');
      }),
  );

  it('opens and leaves the dialog of a new study', { timeout: 120_000 }, () =>
    gallery('running', async (page) => {
      await page.getByRole('button', { name: 'New study' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'New study' });
      await dialog.waitFor();
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await overflow(page)).toBe(0);
      expect(await faintTexts(page, 4.5)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }),
  );

  it('writes the brief, and notes an insight on an experiment', { timeout: 120_000 }, () =>
    gallery('selected', async (page) => {
      await page.getByRole('button', { name: 'Edit the brief' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Brief' });
      await dialog.waitFor();
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await overflow(page)).toBe(0);
      expect(await faintTexts(page, 4.5)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Note an insight' }).press('Enter');
      await page.getByRole('textbox', { name: /What does it show/ }).fill('It pays early.');
      expect(await overflow(page)).toBe(0);
      expect(await faintTexts(page, 4.5)).toEqual([]);
      await page.getByRole('button', { name: 'Keep it' }).press('Enter');
      await page.getByRole('button', { name: 'Note an insight' }).waitFor();
    }),
  );

  it('switches between the files of a program with the arrow keys', { timeout: 120_000 }, () =>
    gallery('selected', async (page) => {
      const model = page.getByRole('tab', { name: /^model\.ts/ });
      await model.focus();
      await page.keyboard.press('ArrowRight');
      const optimizer = page.getByRole('tab', { name: /^optimizer\.ts/ });
      expect(await optimizer.getAttribute('aria-selected')).toBe('true');
      expect(await optimizer.evaluate((node) => node === document.activeElement)).toBe(true);
    }),
  );
});

it('holds still for those who asked for less motion', { timeout: 120_000 }, async () => {
  const { page, leave } = await visit(browser, `${site.url}/test/app/gallery/?state=running`, {
    reducedMotion: 'reduce',
  });
  try {
    await page.locator('.mark-shape.running').first().waitFor({ timeout: 60_000 });
    // Polled: served unbuilt, the page gets its styles one after the other.
    const moving = () =>
      page.evaluate(() =>
        document
          .getAnimations()
          .filter((animation) => Number(animation.effect?.getComputedTiming().activeDuration) > 0),
      );
    await expect.poll(moving, { timeout: 10_000 }).toEqual([]);
  } finally {
    await leave();
  }
});
