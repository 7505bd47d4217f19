import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { ClaudeDesk } from '../../../../src/app/claude/desk';
import { DEFAULT_SETTINGS, keepSettings } from '../../../../src/app/claude/settings';
import type { Activity } from '../../../../src/app/lab/lab';
import { ClaudeLine } from '../../../../src/app/panes/claude/claude-line';
import { ClaudeContext } from '../../../../src/app/use-claude';
import { LabContext } from '../../../../src/app/use-lab';
import { shelf } from '../../claude/shelf';
import { FakeLab, study } from '../../fake-lab';

/** What is said after a reload without the key, while the lab does this. */
function saidWhile(activity: Activity): string {
  const device = shelf();
  keepSettings(device, { ...DEFAULT_SETTINGS, brought: true });
  const lab = new FakeLab({ activity, study: study() });
  const desk = new ClaudeDesk({ lab, shelf: device });
  return renderToStaticMarkup(
    <LabContext value={lab}>
      <ClaudeContext value={desk}>
        <ClaudeLine />
      </ClaudeContext>
    </LabContext>,
  );
}

it('offers the local search while Claude waits for its key', () => {
  const said = saidWhile('idle');
  expect(said).toContain('Claude waits for its key');
  expect(said).toContain('Go on with the local search</button>');
});

it('says that the local search is at work once the study was started without the key', () => {
  const said = saidWhile('running');
  expect(said).toContain('The local search is at work');
  expect(said).toContain('Bring Claude');
  expect(said).not.toContain('waits for its key');
  expect(said).not.toContain('<button');
});

it('offers no search that would end the follow-up, or the replay, under way', () => {
  for (const activity of ['following', 'replaying'] as const) {
    expect(saidWhile(activity)).not.toContain('<button');
  }
});
