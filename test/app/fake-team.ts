import type { Spent, Tokens } from '../../src/agent/researchers/claude/meter';
import type { TeamCommands } from '../../src/agent/team/commands';
import type { Draft, Member } from '../../src/agent/team/member';
import type { MemberView, TeamView } from '../../src/agent/team/view';
import { Store } from '../../src/app/lab/store';
import { PRESETS } from '../../src/model/programs';

/** A team in which nobody thinks: it shows what it was given, and does the least of what it is asked. */
export class FakeTeam implements TeamCommands {
  readonly calls: unknown[][] = [];
  readonly #store: Store<TeamView>;

  constructor(view: TeamView) {
    this.#store = new Store(view);
  }

  subscribe = (listener: () => void) => this.#store.subscribe(listener);
  getView = () => this.#store.get();
  show = (parts: Partial<TeamView>) => this.#store.patch(parts);
  change(id: string, parts: Partial<MemberView>): void {
    const members = this.getView().members.map((each) =>
      each.id === id ? { ...each, ...parts } : each,
    );
    this.show({ members });
  }

  hire: TeamCommands['hire'] = (member) => this.#call('hire', member.id);
  seat = (members: readonly Member[], anew: boolean) =>
    this.#call(
      'seat',
      members.map(({ id }) => id),
      anew,
    );
  appoint: TeamCommands['appoint'] = (roles) => this.#call('appoint', roles);
  accept = () => {
    this.#call('accept');
    this.show({ offer: null });
  };
  dismiss = (id: string) => {
    this.#call('dismiss', id);
    const { members, waiting } = this.getView();
    this.show({
      members: members.filter((each) => each.id !== id),
      waiting: waiting.filter((each) => each.member !== id),
    });
  };
  pause = (id: string) => {
    this.#call('pause', id);
    this.change(id, { doing: 'paused' });
  };
  resume = (id: string) => {
    this.#call('resume', id);
    this.change(id, { doing: 'thinking' });
  };
  tell = (id: string, text: string) => {
    this.#call('tell', id, text);
    const stream = this.getView().members.find((each) => each.id === id)?.stream ?? [];
    this.change(id, { stream: [...stream, { kind: 'told', text }] });
  };
  veto = (id: string, reason: string) => {
    this.#call('veto', id, reason);
    this.show({ waiting: this.getView().waiting.filter((each) => each.id !== id) });
  };
  approve = (id: string) => {
    this.#call('approve', id);
    const waiting = this.getView().waiting.map((each) =>
      each.id === id ? { ...each, stage: 'device' as const } : each,
    );
    this.show({ waiting });
  };
  setApproval = (approval: boolean) => {
    this.#call('setApproval', approval);
    this.show({ approval });
  };
  pin = (text: string) => {
    this.#call('pin', text);
    const { directions } = this.getView();
    const id = `pinned-${directions.length}`;
    const rest = directions.filter((each) => each.text !== text);
    this.show({ directions: [...rest, { id, text, author: 'human', pinned: true }] });
  };
  unpin = (id: string) => {
    this.#call('unpin', id);
    this.show({ directions: this.getView().directions.filter((each) => each.id !== id) });
  };
  takeKeyboard = (id: string): Draft | null => {
    this.#call('takeKeyboard', id);
    const draft = this.getView().members.find((each) => each.id === id)?.draft ?? null;
    if (draft) this.change(id, { doing: 'held' });
    return draft;
  };
  handBack: TeamCommands['handBack'] = (id, program) => {
    this.#call('handBack', id, program);
    this.change(id, { doing: 'thinking' });
  };

  #call(...call: unknown[]): void {
    this.calls.push(call);
  }
}

const NOTHING: Tokens = { input: 0, output: 0, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 0 };

export function spent(model: string, tokens: Partial<Tokens>, dollars: number | null): Spent {
  const all = { ...NOTHING, ...tokens };
  return {
    requests: 12,
    tokens: all,
    dollars: dollars ?? 0,
    models: [{ model, tokens: all, dollars }],
  };
}

export function member(id: string, parts: Partial<MemberView> = {}): MemberView {
  return {
    id,
    title: id,
    researcher: 'claude',
    doing: 'resting',
    wait: null,
    experiment: null,
    model: null,
    direction: null,
    stream: [],
    draft: null,
    spent: null,
    tried: 0,
    kept: 0,
    idle: 0,
    ending: null,
    ...parts,
  };
}

export function team(parts: Partial<TeamView> = {}): TeamView {
  return {
    members: [],
    waiting: [],
    directions: [],
    approval: false,
    deviceBusy: 0,
    offer: null,
    ...parts,
  };
}

const base = PRESETS[0].source;
/** An edit under way: a wider MLP, and another rate in the other file. */
export const DRAFT: Draft = {
  program: { ...base, model: base.model.replace('mlp: 4', 'mlp: 8') },
  parent: 'e8',
};

const LOCAL = member('local', {
  title: 'Local search',
  researcher: 'local',
  doing: 'ready',
  experiment: 'e11',
  tried: 11,
  kept: 3,
});

const CLAUDE = member('claude-1', {
  title: 'Claude 1',
  doing: 'thinking',
  model: 'claude-opus-5-5',
  direction: 'Make the first two seconds count: warm-up, initial scale, batch size.',
  stream: [
    { kind: 'told', text: 'Leave the tokenizer alone, please.' },
    {
      kind: 'thought',
      text: 'Experiment 8 doubled the rate and was kept; 10 widened the batch and lost. So steps are worth more than steadiness here. A warm-up would let the rate go higher still.',
    },
    { kind: 'tool', text: 'read_program' },
    {
      kind: 'heard',
      text: '// model.ts\nexport const config = { layers: 1, heads: 4, width: 16, mlp: 4 };',
    },
    { kind: 'said', text: 'I widen the MLP first, because its products are cheap on this device.' },
    { kind: 'tool', text: 'replace' },
    {
      kind: 'trouble',
      text: 'model.ts, line 12: shapes [8, 64, 16] and [8, 64, 32] do not broadcast: 16 against 32',
    },
    { kind: 'thought', text: 'Of course: the projection back has to be as wide. I change' },
  ],
  draft: DRAFT,
  spent: spent('claude-opus-5-5', { input: 21_000, output: 9_400, cacheRead: 310_000 }, 0.87),
  tried: 5,
  kept: 2,
  idle: 4_200,
});

const SECOND = member('claude-2', {
  title: 'Claude 2',
  doing: 'waiting',
  wait: { reason: 'the API is overloaded (529)', secondsLeft: 14 },
  model: 'claude-sonnet-5-5',
  direction: 'Attention that knows how far back it looks.',
  stream: [
    { kind: 'said', text: 'RoPE was kept in experiment 5. I look at what a window would save.' },
    { kind: 'tool', text: 'read_experiment' },
  ],
  spent: spent('claude-sonnet-5-5', { input: 14_000, output: 3_100, cacheRead: 120_000 }, 0.09),
  tried: 3,
  kept: 1,
  idle: 61_000,
});

const PROPOSALS = [
  {
    id: 'p1',
    member: 'claude-2',
    stage: 'device' as const,
    critique:
      'Close to experiment 5, which kept RoPE; the base of the angles is new, so a trial is fair.',
    proposal: {
      title: 'RoPE base 10000 -> 500',
      hypothesis:
        'With 64 tokens of context the slowest angles never turn; a smaller base uses all of them.',
      kind: 'positions',
      program: { ...base, model: base.model.replace('mlp: 4', 'mlp: 6') },
      parent: 'e8',
      researcher: 'claude' as const,
    },
  },
  {
    id: 'p2',
    member: 'claude-1',
    stage: 'reading' as const,
    critique: null,
    proposal: {
      title: 'warm-up over 2% of the budget',
      hypothesis:
        'The first steps are the noisiest; a short ramp lets the rate that follows be higher.',
      kind: 'schedule',
      program: { ...base, optimizer: base.optimizer.replace('0.01', '0.03') },
      parent: 'e8',
      researcher: 'claude' as const,
    },
  },
];

const DIRECTIONS = [
  { id: 'd1', text: 'No more than 30,000 parameters.', author: 'human' as const, pinned: true },
  {
    id: 'd2',
    text: 'Make the first two seconds count: warm-up, initial scale, batch size.',
    author: 'claude' as const,
    pinned: false,
  },
  {
    id: 'd3',
    text: 'Attention that knows how far back it looks.',
    author: 'claude' as const,
    pinned: false,
  },
];

/** States of a team, as a person may find it. */
export const TEAMS = {
  local: team({ members: [LOCAL], deviceBusy: 0.94 }),
  three: team({
    members: [CLAUDE, SECOND, LOCAL],
    waiting: PROPOSALS,
    directions: DIRECTIONS,
    deviceBusy: 0.972,
  }),
  approval: team({
    members: [{ ...CLAUDE, doing: 'ready', draft: null }, LOCAL],
    waiting: [{ ...PROPOSALS[0]!, member: 'claude-1', stage: 'approval' }, PROPOSALS[1]!],
    approval: true,
    deviceBusy: 0.41,
  }),
  held: team({
    members: [
      { ...CLAUDE, doing: 'held' },
      { ...SECOND, doing: 'paused', wait: null },
    ],
    deviceBusy: 0.88,
  }),
  ended: team({
    members: [
      {
        ...CLAUDE,
        doing: 'ended',
        draft: null,
        ending: 'the cap of $0.80 is reached: $0.87 were spent',
      },
    ],
    offer: { title: 'Local search', reason: 'Claude 1 ended: the cap of $0.80 is reached' },
    deviceBusy: 0.9,
  }),
} as const;
