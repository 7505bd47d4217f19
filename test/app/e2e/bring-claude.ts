import type { Page } from 'playwright';
import { ENDPOINT_ENTRY } from '../../../src/app/claude/endpoint-entry';
import { STAND_IN_KEY } from '../../standin/server';

export interface Choices {
  /** After how many of them the study ends. */
  readonly experiments: number;
  readonly remember?: boolean;
}

/** Opens a page that may reach this server, and brings Claude from there through the dialog, as a visitor would. */
export async function bringClaude(
  page: Page,
  address: string,
  server: string,
  { experiments, remember = false }: Choices,
): Promise<void> {
  await page.addInitScript(([entry, url]) => localStorage.setItem(entry!, url!), [
    ENDPOINT_ENTRY,
    server,
  ] as const);
  await page.goto(address, { waitUntil: 'commit' });
  await page.getByText('Ready to begin').waitFor();
  await page.getByRole('button', { name: 'Bring Claude' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Bring Claude' });
  await dialog.getByLabel('Server').fill(server);
  await dialog.getByLabel(/^Key/).fill(STAND_IN_KEY);
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await dialog.getByText(/It lists \d+ models/).waitFor();
  await dialog.getByLabel('Model', { exact: true }).selectOption('claude-sonnet-5-5');
  await dialog.getByLabel('Experiments').fill(String(experiments));
  if (remember) await dialog.getByLabel('Remember the key').check();
  await dialog.getByRole('button', { name: 'Bring Claude' }).click();
  await page.getByRole('button', { name: 'Claude', exact: true }).waitFor();
}
