import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, think } from '../../standin/reply';
import { type StandIn, startStandIn } from '../../standin/server';
import { bringClaude } from './bring-claude';
import { openBrowser, storedEvents, visit } from './browser';
import { Puppet, wordsOf } from './puppet';
import { builtSite, type Site } from './site';

const MINUTE = 60_000;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await builtSite();
  browser = await openBrowser({ gpu: false });
}, 5 * MINUTE);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A page in which Claude, led by the test, is about to work on a study that has just begun. */
function withClaude(
  choices: { readonly experiments: number; readonly remember?: boolean },
  test: (page: Page, model: Puppet, standIn: StandIn) => Promise<void>,
) {
  return async () => {
    const model = new Puppet();
    const standIn = await startStandIn({ script: model.script });
    const { page, complaints, leave } = await visit(browser, 'about:blank');
    page.setDefaultTimeout(2 * MINUTE);
    try {
      await bringClaude(page, `${site.url}/?autostart=0&steps=6`, standIn.url, choices);
      await page.getByRole('button', { name: 'Start' }).click();
      await test(page, model, standIn);
      expect(standIn.violations).toEqual([]);
      expect(standIn.scriptErrors).toEqual([]);
      expect(complaints).toEqual([]);
    } catch (error) {
      // What the page showed says more than what was waited for.
      console.log(await page.locator('.page').innerText());
      throw error;
    } finally {
      await leave();
      await standIn.close();
    }
  };
}

const card = (page: Page) => page.getByRole('article', { name: 'Claude 1' });
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const diff = (page: Page) => page.locator('.monaco-diff-editor');
const change = (from: string, to: string) =>
  call('replace', { file: 'model.ts', old: from, new: to });
const propose = (title: string) =>
  call('propose', { title, hypothesis: 'Smaller weights begin calmer.', kind: 'init' });

describe('a person and Claude', () => {
  it(
    'watch, speak, pause, take over, hand back, veto and approve, up to the cap',
    { timeout: 8 * MINUTE },
    withClaude({ experiments: 1 }, async (page, model) => {
      // Its edits arrive in the editor's comparison, as it makes them.
      await model.says(
        think('I look at the weights first.'),
        change('initStd: 0.08', 'initStd: 0.05'),
      );
      await card(page).getByText('I look at the weights first.').waitFor();
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      await page.locator('.program-pane').scrollIntoViewIfNeeded();
      await diff(page).getByText('initStd: 0.05').waitFor();
      await diff(page).evaluate((node) => Object.assign(node, { first: true }));

      // What is said to it is in its next request.
      const second = await model.asked();
      await page.getByRole('textbox', { name: 'A message to Claude 1' }).fill('Mind the width.');
      await page.keyboard.press('Enter');
      await card(page).getByText('Mind the width.').waitFor();
      second.answer(change('initStd: 0.05', 'initStd: 0.04'));
      await diff(page).getByText('initStd: 0.04').waitFor();
      expect(await diff(page).evaluate((node) => (node as { first?: true }).first)).toBe(true);
      const third = await model.asked();
      expect(wordsOf(third.request)).toContain('Mind the width.');

      // Paused in mid-thought, it asks again when it may go on.
      await button(page, 'Pause: Claude 1').click();
      await card(page).getByText('paused').waitFor();
      await button(page, 'Resume: Claude 1').click();
      const again = await model.asked();
      expect(again.request.turn).toBe(third.request.turn);

      // A person writes in its place, and hands back what it then goes on with.
      await button(page, 'Take the keyboard: Claude 1').click();
      const editor = page.locator('.monaco-frame.editing');
      await editor.locator('.view-line').first().click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.insertText('// by hand\n');
      await button(page, 'Hand back').click();
      await diff(page).getByText('// by hand').waitFor();
      const back = await model.asked();
      expect(wordsOf(back.request)).toContain('// by hand');

      // Its proposal waits for a word; the first is vetoed, the second runs.
      await page.getByRole('checkbox', { name: 'Ask me before each trial' }).check();
      back.answer(propose('initial weights of 0.04'));
      await page.getByText('waits for your word', { exact: true }).waitFor();
      await button(page, 'Veto: initial weights of 0.04').click();
      await page.getByRole('textbox', { name: /^Why not/ }).fill('Go further.');
      await page.keyboard.press('Enter');
      const vetoed = await model.asked();
      expect(wordsOf(vetoed.request)).toContain('Go further.');
      vetoed.answer(change('initStd: 0.04', 'initStd: 0.02'));
      await model.says(propose('initial weights of 0.02'));
      await button(page, 'Approve: initial weights of 0.02').click();
      const row = page.locator('.experiment').filter({ hasText: 'initial weights of 0.02' });
      await row.getByText('by claude').waitFor();
      await page
        .getByText(/the cap of 1 experiments is reached/)
        .first()
        .waitFor();

      const proposals = (await storedEvents(page)).flatMap((event) => {
        const { type, proposal } = event as {
          type: string;
          proposal: { program: { model: string } };
        };
        return type === 'experiment-proposed' ? [proposal.program.model] : [];
      });
      expect(proposals).toHaveLength(2);
      expect(proposals[1]!.startsWith('// by hand\n')).toBe(true);
      expect(proposals[1]).toContain('initStd: 0.02');

      // With nobody left, the researcher without a key offers to go on.
      await card(page).getByText('ended', { exact: true }).waitFor();
      await card(page).getByText('kept of 1').waitFor();
      await page.getByRole('checkbox', { name: 'Ask me before each trial' }).uncheck();
      await button(page, 'Let it take over').click();
      await page.locator('.experiment').nth(2).waitFor();
    }),
  );

  it(
    'go on after a reload in mid-thought, with the key that was remembered',
    { timeout: 6 * MINUTE },
    withClaude({ experiments: 1, remember: true }, async (page, model) => {
      await model.says(change('initStd: 0.08', 'initStd: 0.05'));
      const before = await model.asked();
      expect(before.request.turn).toBe(1);
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      // A person takes over and writes: the page keeps that too, and whether trials wait for a word.
      await page.getByRole('checkbox', { name: 'Ask me before each trial' }).check();
      await button(page, 'Take the keyboard: Claude 1').click();
      const editor = page.locator('.monaco-frame.editing');
      await editor.locator('.view-line').first().click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.insertText('// by hand\n');
      const expects = page.getByRole('textbox', { name: /^To run it as yours/ });
      await expects.fill('It begins calmer.');
      await page.reload({ waitUntil: 'commit' });
      // The link says not to begin by itself; Claude is here again nonetheless.
      await card(page).waitFor();
      await button(page, 'Start').click();
      const after = await model.asked();
      expect(after.request.turn).toBe(1);
      expect(wordsOf(after.request)).toContain('initStd: 0.05');
      await page.locator('.program-pane').scrollIntoViewIfNeeded();
      await editor.getByText('// by hand').waitFor();
      expect(await expects.inputValue()).toBe('It begins calmer.');
      await page.getByText('which went on since').waitFor();
      await button(page, 'Hand back').click();
      await diff(page).getByText('// by hand').waitFor();
      const back = await model.asked();
      expect(wordsOf(back.request)).toContain('// by hand');
      back.answer(change('initStd: 0.05', 'initStd: 0.03'));
      await diff(page).getByText('initStd: 0.03').waitFor();
      await model.says(propose('initial weights of 0.03'));
      await button(page, 'Approve: initial weights of 0.03').click();
      await page.locator('.experiment').filter({ hasText: 'initial weights of 0.03' }).waitFor();
      await page
        .getByText(/the cap of 1 experiments is reached/)
        .first()
        .waitFor();
    }),
  );
});
