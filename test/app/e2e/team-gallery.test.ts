import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemberView } from '../../../src/agent/team/view';
import type { FakeLab } from '../fake-lab';
import { openBrowser, visit } from './browser';
import { type Site, servedSite } from './site';

const MINUTE = 60_000;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await servedSite();
  browser = await openBrowser({ gpu: false });
}, 2 * MINUTE);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

function onGallery(state: string, test: (page: Page) => Promise<void>) {
  return async () => {
    const { page, complaints, leave } = await visit(
      browser,
      `${site.url}/test/app/gallery/?state=${state}`,
    );
    page.setDefaultTimeout(MINUTE);
    try {
      await page.locator('.team-pane').waitFor();
      await test(page);
      expect(complaints).toEqual([]);
    } finally {
      await leave();
    }
  };
}

declare const lab: FakeLab;

/** What the page asked of the team, since it was opened. */
const asked = (page: Page) => page.evaluate(() => lab.team.calls);
const change = (page: Page, id: string, parts: Partial<MemberView>) =>
  page.evaluate(([id, parts]) => lab.team.change(id, parts), [id, parts] as const);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
/** Lines of a draft as they stand in the editor, or in the plain text. */
const draftText = (page: Page) =>
  page.locator('.code-frame').evaluate((frame) => frame.textContent!.replaceAll('\u00a0', ' '));

/** Replaces a passage of what a member has written. */
const rewrite = (page: Page, id: string, from: string, to: string) =>
  page.evaluate(
    ([id, from, to]) => {
      const { draft } = lab.team.getView().members.find((member) => member.id === id)!;
      const { program, parent } = draft!;
      if (!program.model.includes(from!)) throw new Error(`there is no ${from}`);
      const model = program.model.replace(from!, to!);
      lab.team.change(id!, { draft: { program: { ...program, model }, parent } });
    },
    [id, from, to],
  );

describe('a visitor without a key', () => {
  it(
    'sees one line, and all of it on request',
    { timeout: 2 * MINUTE },
    onGallery('team-local', async (page) => {
      const line = page.locator('.member-line');
      expect(await line.textContent()).toContain('experiment 11 trains');
      expect(await line.textContent()).toContain('3 kept of 11');
      expect((await line.boundingBox())!.height).toBeLessThan(60);
      expect(await page.getByRole('heading', { name: 'Next trials' }).count()).toBe(0);
      await button(page, 'Show more').click();
      await page.getByRole('checkbox', { name: 'Ask me before each trial' }).check();
      await page.getByRole('heading', { name: 'Researchers' }).waitFor();
      expect(await asked(page)).toEqual([['setApproval', true]]);
      // What asks for a person stays in sight.
      expect(await button(page, 'Show less').count()).toBe(0);
      await page.getByRole('checkbox', { name: 'Ask me before each trial' }).uncheck();
      await button(page, 'Show less').click();
      await line.waitFor();
    }),
  );

  it(
    'is told which lines of the brief its researcher passes over',
    { timeout: 2 * MINUTE },
    onGallery('team-local', async (page) => {
      await page.getByText('Local search passes over 3 lines of it').click();
      await page.locator('.brief-passed-over li').nth(2).waitFor();
      expect(await page.locator('.brief-passed-over li').last().textContent()).toContain(
        'Leave the tokenizer alone.',
      );
      // And what it would understand.
      expect(await page.locator('.brief-passed-over').textContent()).toContain('avoid: size');
    }),
  );
});

describe('a person at the command centre', () => {
  it(
    'pauses, goes on, speaks to a member and dismisses it',
    { timeout: 2 * MINUTE },
    onGallery('team-three', async (page) => {
      await button(page, 'Pause: Claude 1').click();
      await button(page, 'Resume: Claude 1').click();
      await button(page, 'Pause: Claude 1').waitFor();
      await page
        .getByRole('textbox', { name: 'A message to Claude 2' })
        .fill('Try a window of 16.');
      await page.keyboard.press('Enter');
      const second = page.getByRole('article', { name: 'Claude 2' });
      await second.getByText('Try a window of 16.').waitFor();
      expect(await page.getByRole('textbox', { name: /message to Local/ }).count()).toBe(0);
      await button(page, 'Dismiss: Claude 2').click();
      await second.waitFor({ state: 'detached' });
      expect(await asked(page)).toEqual([
        ['pause', 'claude-1'],
        ['resume', 'claude-1'],
        ['tell', 'claude-2', 'Try a window of 16.'],
        ['dismiss', 'claude-2'],
      ]);
    }),
  );

  it(
    'approves one proposal after a look at it, and vetoes another with a reason',
    { timeout: 2 * MINUTE },
    onGallery('team-approval', async (page) => {
      await button(page, /^Show the change: RoPE base/).click();
      await page.locator('.program-header').getByText('Claude 1 proposes: RoPE base').waitFor();
      await expect.poll(() => draftText(page)).toContain('mlp: 6');
      expect(await button(page, /^Approve/).count()).toBe(1);
      await button(page, /^Approve: RoPE base/).click();
      await page.getByText('runs next').waitFor();
      await button(page, /^Veto: warm-up/).click();
      await page.getByRole('textbox', { name: /^Why not: warm-up/ }).fill('It was tried.');
      await button(page, 'Veto it').click();
      await page.getByText('the critic reads it').waitFor({ state: 'detached' });
      expect(await asked(page)).toEqual([
        ['approve', 'p1'],
        ['veto', 'p2', 'It was tried.'],
      ]);
    }),
  );

  it(
    'pins a direction, one of the director’s too, and takes one away',
    { timeout: 2 * MINUTE },
    onGallery('team-three', async (page) => {
      await page.getByRole('textbox', { name: 'A direction to pursue' }).fill('Weight tying.');
      await page.keyboard.press('Enter');
      await button(page, 'Take away: Weight tying.').waitFor();
      await button(page, /^Pin: Attention that knows/).click();
      await button(page, /^Take away: Attention that knows/).waitFor();
      await button(page, 'Take away: No more than 30,000 parameters.').click();
      expect((await asked(page)).map(([command]) => command)).toEqual(['pin', 'pin', 'unpin']);
    }),
  );

  it(
    'lets the local researcher take over when the others have ended',
    { timeout: 2 * MINUTE },
    onGallery('team-ended', async (page) => {
      const offer = page.locator('.team-offer');
      expect(await offer.textContent()).toContain('Local search can go on without a key');
      await button(page, 'Let it take over').click();
      await offer.waitFor({ state: 'detached' });
      expect(await asked(page)).toEqual([['accept']]);
      await button(page, 'Stop').waitFor();
    }),
  );

  it(
    'is told of decisions, and not of what streams by',
    { timeout: 2 * MINUTE },
    onGallery('team-three', async (page) => {
      const spoken = page.locator('.unseen[aria-live="polite"]').last();
      await change(page, 'claude-1', { stream: [{ kind: 'said', text: 'On I go.' }] });
      await page.getByText('On I go.').waitFor();
      expect(await spoken.textContent()).toBe('');
      expect(await page.locator('[role="log"]').count()).toBe(0);
      await change(page, 'claude-1', { doing: 'ended', ending: 'the key was refused' });
      await expect.poll(() => spoken.textContent()).toBe('Claude 1 ended: the key was refused.');
    }),
  );
});

describe('a draft as it is written', () => {
  it(
    'changes in the editor’s comparison, which stays the same editor, and comes into view',
    { timeout: 3 * MINUTE },
    onGallery('team-three', async (page) => {
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      await page.locator('.program-pane').scrollIntoViewIfNeeded();
      const editor = page.locator('.monaco-diff-editor');
      await editor.locator('.view-line').first().waitFor();
      await page.locator('.plain-code').waitFor({ state: 'detached' });
      await editor.evaluate((node) => Object.assign(node, { first: true }));
      const frames = await page.locator('.code-frame').evaluate((frame) => {
        const seen = { plain: 0 };
        new MutationObserver(() => {
          if (frame.querySelector('.plain-code')) seen.plain++;
        }).observe(frame, { childList: true, subtree: true });
        Object.assign(window, { seen });
        return frame.children.length;
      });
      expect(frames).toBe(1);

      await rewrite(page, 'claude-1', 'mlp: 8', 'mlp: 64');
      await expect.poll(() => draftText(page)).toContain('mlp: 64');
      // Far from the first change, and long: what was written last is what one sees.
      const lines = Array.from({ length: 60 }, (_, i) => `// line ${i} of a long thought`);
      await rewrite(
        page,
        'claude-1',
        'export function forward',
        `${lines.join('\n')}\nexport function forward`,
      );
      await editor.getByText('line 59 of a long thought').waitFor();
      await rewrite(page, 'claude-1', 'mlp: 64', 'mlp: 48');
      await editor.getByText('mlp: 48').waitFor();
      await rewrite(page, 'claude-1', 'line 59 of', 'the last line of');
      await editor.getByText('the last line of a long thought').waitFor();

      expect(await editor.evaluate((node) => (node as unknown as { first?: true }).first)).toBe(
        true,
      );
      expect(await page.evaluate(() => (window as unknown as { seen: object }).seen)).toEqual({
        plain: 0,
      });
      expect(await page.getByRole('tab', { name: /^model\.ts \+/ }).count()).toBe(1);
    }),
  );

  it(
    'is shown in the file that was written last, and may be left and followed again',
    { timeout: 2 * MINUTE },
    onGallery('team-three', async (page) => {
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      await page.evaluate(() => {
        const { draft } = lab.team.getView().members[0]!;
        const program = { ...draft!.program, optimizer: `// slower\n${draft!.program.optimizer}` };
        lab.team.change('claude-1', { draft: { ...draft!, program } });
      });
      await page.getByRole('tab', { name: /^optimizer\.ts/, selected: true }).waitFor();
      await expect.poll(() => draftText(page)).toContain('// slower');

      await button(page, 'Stop following').click();
      await page.getByRole('heading', { name: 'Program', exact: true }).waitFor();
      await button(page, 'Watch it write: Claude 1').click();
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      await button(page, 'Experiment 11').click();
      await page.getByRole('heading', { name: 'Program', exact: true }).waitFor();
      await button(page, 'Claude 1 writes').click();
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      // An experiment that is picked is what one wants to see.
      await page.locator('.experiment > button').nth(3).click();
      await page.getByText('Experiment 8, compared with').waitFor();
    }),
  );

  it('is shown plainly where the editor cannot be had', { timeout: 2 * MINUTE }, async () => {
    const { page, leave } = await visit(browser, 'about:blank');
    try {
      await page.route(/editor\/monaco\.ts/, (route) => route.abort());
      await page.goto(`${site.url}/test/app/gallery/?state=team-three`);
      await page.locator('.program-pane').scrollIntoViewIfNeeded();
      const plain = page.locator('.plain-code');
      await plain.getByText('mlp: 8').waitFor({ timeout: MINUTE });
      const lines = Array.from({ length: 60 }, (_, i) => `// line ${i} of a long thought`);
      await rewrite(
        page,
        'claude-1',
        'export function forward',
        `${lines.join('\n')}\nexport function forward`,
      );
      const last = plain.getByText('line 59 of a long thought');
      await last.waitFor();
      const [inner, outer] = await Promise.all([last.boundingBox(), plain.boundingBox()]);
      expect(inner!.y).toBeGreaterThanOrEqual(outer!.y);
      expect(inner!.y + inner!.height).toBeLessThanOrEqual(outer!.y + outer!.height + 1);
    } finally {
      await leave();
    }
  });
});

describe('a person with the keyboard', () => {
  /** Opens the draft and puts a line before all others. */
  async function takeAndType(page: Page, line: string): Promise<void> {
    await button(page, 'Take the keyboard: Claude 1').click();
    await page.getByText('You have its keyboard, and it waits.').waitFor();
    const editor = page.locator('.monaco-frame.editing');
    await editor.locator('.view-line').first().click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText(line);
  }

  it(
    'hands back what it changed',
    { timeout: 3 * MINUTE },
    onGallery('team-three', async (page) => {
      await takeAndType(page, '// by hand\n');
      expect(await page.locator('.member.held').count()).toBe(1);
      await button(page, 'Hand back').click();
      await page.getByRole('heading', { name: 'The draft of Claude 1' }).waitFor();
      const calls = await asked(page);
      expect(calls.map(([command]) => command)).toEqual(['takeKeyboard', 'handBack']);
      const [, member, program] = calls[1] as [string, string, { model: string }];
      expect(member).toBe('claude-1');
      expect(program.model.startsWith('// by hand\n')).toBe(true);
      expect(program.model).toContain('mlp: 8');
    }),
  );

  it(
    'runs it as an experiment of its own, and the author keeps its draft',
    { timeout: 3 * MINUTE },
    onGallery('team-three', async (page) => {
      await takeAndType(page, '// by hand\n');
      expect(await button(page, 'Run as my experiment').isDisabled()).toBe(true);
      await page.getByLabel('To run it as yours').fill('A comment costs nothing.');
      await button(page, 'Run as my experiment').click();
      await page.getByText('Your edit waits for its turn: A comment costs nothing.').waitFor();
      expect(await asked(page)).toEqual([
        ['takeKeyboard', 'claude-1'],
        ['handBack', 'claude-1', null],
      ]);
      const [edit] = await page.evaluate(() => lab.getSnapshot().queued);
      expect(edit!.parent).toBe('e8');
      expect(edit!.program.model.startsWith('// by hand\n')).toBe(true);
    }),
  );

  it(
    'discards what it wrote, and keeps it where the author has ended',
    { timeout: 3 * MINUTE },
    onGallery('team-three', async (page) => {
      await takeAndType(page, '// by hand\n');
      await page.getByRole('button', { name: 'Discard', exact: true }).click();
      expect((await asked(page)).at(-1)).toEqual(['handBack', 'claude-1', null]);
      await takeAndType(page, '// once more\n');
      await change(page, 'claude-1', { doing: 'ended', ending: 'the key was refused' });
      await page.getByText('Claude 1 has ended; this is still yours to run.').waitFor();
      expect(await button(page, 'Hand back').isDisabled()).toBe(true);
      await page.getByLabel('To run it as yours').fill('Still worth a trial.');
      expect(await button(page, 'Run as my experiment').isDisabled()).toBe(false);
    }),
  );
});

it(
  'is drawn ten times a second at most, however fast the words come',
  { timeout: 2 * MINUTE },
  onGallery('team-three', async (page) => {
    const { pictures, seconds, last } = await page.evaluate(async () => {
      let pictures = 0;
      const pane = document.querySelector('.team-pane')!;
      new MutationObserver(() => pictures++).observe(pane, {
        childList: true,
        characterData: true,
        subtree: true,
      });
      const began = performance.now();
      let text = '';
      for (let words = 0; words < 2000; words++) {
        text += `w${words} `;
        lab.team.change('claude-1', { stream: [{ kind: 'thought', text }] });
        if (words % 4 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      const seconds = (performance.now() - began) / 1000;
      await new Promise((resolve) => setTimeout(resolve, 500));
      const last = document.querySelector('.member-stream')!.textContent!.endsWith('w1999 ');
      return { pictures, seconds, last };
    });
    expect(last).toBe(true);
    expect(seconds).toBeGreaterThan(0.5);
    expect(pictures).toBeLessThanOrEqual(seconds * 10 + 3);
    expect(pictures).toBeGreaterThan(1);
  }),
);
