import { describe, expect, it } from 'vitest';
import type { TeamView } from '../../../src/agent/team/view';
import { shownProgram, type Watched } from '../../../src/app/lab/shown-program';
import { study } from '../fake-lab';
import { DRAFT, member, TEAMS, team } from '../fake-team';

const whole = study();
const experiment = whole.experiments.at(-1)!;
const shown = (
  team: TeamView | null,
  watched: Watched = 'auto',
  { picked = false, last = null as string | null } = {},
) => shownProgram({ study: whole, experiment, picked, team }, watched, last);

const one = member('claude-1', { title: 'Claude 1', doing: 'working', draft: DRAFT });
const two = member('claude-2', { title: 'Claude 2', doing: 'working', draft: DRAFT });

describe('the program that is shown', () => {
  it('is the experiment in view while nobody writes', () => {
    for (const nobody of [null, TEAMS.local]) {
      const { id, before, writer } = shown(nobody);
      expect(id).toBe('e11');
      expect(before).toBe(whole.experiments[0]!.program);
      expect(writer).toBeNull();
    }
  });

  it('is the draft of whoever writes, against the experiment that it edits', () => {
    const { program, before, writer, caption } = shown(TEAMS.three);
    expect(program).toBe(DRAFT.program);
    expect(before).toBe(whole.experiments[8]!.program);
    expect(writer?.title).toBe('Claude 1');
    expect(caption).toContain('experiment 8');
  });

  it('edits the baseline where the draft names no experiment', () => {
    const draft = { ...DRAFT, parent: null };
    expect(shown(team({ members: [{ ...one, draft }] })).before).toBe(
      whole.experiments[0]!.program,
    );
  });

  it('does not jump from one who writes to another', () => {
    expect(shown(team({ members: [one, two] })).writer?.id).toBe('claude-1');
    const last = 'draft claude-2';
    expect(shown(team({ members: [one, two] }), 'auto', { last }).writer?.id).toBe('claude-2');
    const gone = { ...two, draft: null };
    expect(shown(team({ members: [one, gone] }), 'auto', { last }).writer?.id).toBe('claude-1');
  });

  it('follows whom a person chose, and nobody where that was asked', () => {
    expect(shown(team({ members: [one, two] }), { member: 'claude-2' }).writer?.id).toBe(
      'claude-2',
    );
    expect(shown(team({ members: [one, two] }), 'trial').id).toBe('e11');
  });

  it('is the experiment that was picked, unless a draft was asked for since', () => {
    expect(shown(team({ members: [one] }), 'auto', { picked: true }).id).toBe('e11');
    const asked = shown(team({ members: [one] }), { member: 'claude-1' }, { picked: true });
    expect(asked.writer?.id).toBe('claude-1');
  });

  it('is a proposal that waits, for as long as it does', () => {
    const { program, before, caption } = shown(TEAMS.three, { proposal: 'p2' });
    expect(program).toBe(TEAMS.three.waiting[1]!.proposal.program);
    expect(before).toBe(whole.experiments[8]!.program);
    expect(caption).toContain('Claude 1 proposes: warm-up over 2% of the budget');
    expect(shown(team({ members: [one] }), { proposal: 'p2' }).writer?.id).toBe('claude-1');
  });

  it('leaves alone what one who ended had begun', () => {
    expect(shown(team({ members: [{ ...one, doing: 'ended' }] })).id).toBe('e11');
  });
});
