import type { ParseArgsConfig } from 'node:util';
import { visible } from '../agent/document/fence';
import { type ClaudeOptions, createClaudeResearcher, Meter } from '../agent/researchers/claude';
import { createClaudeCritic, createClaudeDirector } from '../agent/researchers/claude/roles';
import { createLocalResearcher } from '../agent/researchers/local';
import type { Note } from '../agent/study';
import type { Member } from '../agent/team/member';
import type { Team } from '../agent/team/options';
import { createTeam } from '../agent/team/team';
import { createTeller } from './claude';
import { positive, UsageError } from './options';

export const TEAM_OPTIONS = {
  researchers: { type: 'string' },
  'with-local': { type: 'boolean', default: false },
  critic: { type: 'boolean', default: false },
  director: { type: 'boolean', default: false },
  'roles-model': { type: 'string' },
  fallback: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const TEAM_HELP = `                          several at once, while trials queue for the device:
  --researchers N         so many of claude, who share one count of money and its caps
  --with-local            the local researcher too, whenever nothing of the others waits
  --critic                claude reads each proposal before its trial, and its evidence after it
  --director              claude draws up the directions that the others pursue
  --roles-model ID        a cheaper model for these two; default: the researchers'
  --fallback local        the local researcher takes over when all others have ended`;

/** What is asked for besides claude itself. */
export interface TeamChoice {
  readonly researchers: number;
  readonly local: boolean;
  readonly critic: boolean;
  readonly director: boolean;
  /** Of critic and director; null: the same as the researchers'. */
  readonly rolesModel: string | null;
  readonly fallback: boolean;
}

const MOST = 16;

type Values = {
  readonly researcher: string;
  readonly researchers?: string | undefined;
  readonly 'with-local': boolean;
  readonly critic: boolean;
  readonly director: boolean;
  readonly 'roles-model'?: string | undefined;
  readonly fallback?: string | undefined;
};

/** The team that the options ask for; null where they ask for none. Throws UsageError. */
export function teamChoiceOf(values: Values, named: boolean): TeamChoice | null {
  const { researchers, critic, director, fallback, 'with-local': local } = values;
  const asked =
    researchers !== undefined ||
    local ||
    critic ||
    director ||
    fallback !== undefined ||
    values['roles-model'] !== undefined;
  if (!asked) return null;
  if (named && values.researcher !== 'claude') {
    throw new UsageError(
      `a team is made of claude: leave out --researcher ${values.researcher}, or the options of a team`,
    );
  }
  if (fallback !== undefined && fallback !== 'local') {
    throw new UsageError(`--fallback knows local alone, not ${JSON.stringify(fallback)}`);
  }
  const count = Math.floor(positive('researchers', researchers ?? '1'));
  if (count < 1 || count > MOST) throw new UsageError(`--researchers takes 1 to ${MOST}`);
  const rolesModel = values['roles-model'] ?? null;
  if (rolesModel !== null && !critic && !director) {
    throw new UsageError('--roles-model is for a critic or a director: add --critic or --director');
  }
  const rest = { rolesModel, fallback: fallback !== undefined };
  return { researchers: count, local, critic, director, ...rest };
}

export interface TeamParts {
  readonly instruments: NonNullable<ClaudeOptions['instruments']>;
  readonly store: NonNullable<ClaudeOptions['store']>;
  readonly note: (note: Note) => Promise<void>;
}

/** The team, and the one meter that all of its requests are counted by. */
export function terminalTeam(
  { researchers, local, critic, director, rolesModel, fallback }: TeamChoice,
  options: ClaudeOptions,
  { instruments, store, note }: TeamParts,
): { readonly team: Team; readonly meter: Meter } {
  const meter = options.meter ?? new Meter(options.prices);
  const shared = { ...options, meter, store, tell: createTeller() };
  const claudes = Array.from({ length: researchers }, (_, i) =>
    createClaudeResearcher({ ...shared, instruments, id: `claude-${i + 1}` }),
  );
  const { inspect } = instruments;
  const role = (name: string) => {
    const tell = createTeller();
    const model = rolesModel === null ? {} : { model: rolesModel };
    return { ...shared, ...model, tell: (event: Parameters<typeof tell>[0]) => tell(event, name) };
  };
  const team = createTeam({
    members: [...claudes, ...(local ? [localMember()] : [])],
    ...(critic && {
      critic: createClaudeCritic({ ...role('critic'), ...(inspect && { inspect }), note }),
    }),
    ...(director && { director: createClaudeDirector(role('director')) }),
    ...(fallback && { fallback: { member: localMember(), byItself: true } }),
    note,
  });
  team.subscribe(teamTeller(team));
  return { team, meter };
}

function localMember(): Member {
  return { ...createLocalResearcher(), id: 'local', title: 'Local search', instant: true };
}

/** A line for each proposal that was objected to, and for each member that ended. */
function teamTeller({ getView }: Team): () => void {
  const said = new Set<string>();
  const once = (line: string) => {
    if (!said.has(line)) console.log(visible(line));
    said.add(line);
  };
  return () => {
    const { members, waiting } = getView();
    for (const { id, ending, stream } of members) {
      const last = stream.findLast(({ kind }) => kind === 'told')?.text;
      if (last?.startsWith('Turned down')) once(`   ${id}: ${oneLine(last)}`);
      if (ending !== null) once(`   ${id} ended: ${oneLine(ending)}`);
    }
    for (const { id, member, proposal, critique } of waiting) {
      if (critique !== null)
        once(`   critic on ${member}'s ${id} (${proposal.title}): ${critique}`);
    }
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
