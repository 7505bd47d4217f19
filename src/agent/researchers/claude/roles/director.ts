import { type Brief, readBrief } from '../../../brief';
import { fenced, oneLine } from '../../../document/fence';
import type { Study } from '../../../study';
import type { Director } from '../../../team/director';
import type { Meter } from '../meter';
import { choice, list, object, text } from '../schema';
import { DIRECTOR_BRIEF } from './director-brief';
import { type AnswerTool, Role, type RoleOptions } from './role';
import { FAMILIES, type Planned, ruledOut } from './ruled-out';
import { shownStudy } from './shown';

const FEWEST = 2;
const MOST = 6;

interface Plan {
  readonly directions: readonly Planned[];
}

const setDirections: AnswerTool<Plan> = {
  name: 'set_directions',
  description: `Sets what the researchers pursue from now on: ${FEWEST} to ${MOST} directions, in place of the earlier ones.`,
  input: object<Plan>({
    directions: list(
      `${FEWEST} to ${MOST} directions, the most promising first.`,
      object<Planned>({
        direction: text('One sentence that one researcher can pursue.', 300),
        family: choice('What it changes.', ...FAMILIES),
      }),
      MOST,
    ),
  }),
};

/**
 * Claude as the director: turns the brief and the history into a few directions that the brief allows. Rejects
 * where it has no answer: the directions that it gave last stay.
 */
export function createClaudeDirector(options: RoleOptions): Director & { readonly meter: Meter } {
  return new ClaudeDirector(options);
}

class ClaudeDirector implements Director {
  readonly #role: Role;
  readonly #entropyBpb: number | null;

  constructor(options: RoleOptions) {
    this.#role = new Role(options, DIRECTOR_BRIEF, [setDirections]);
    this.#entropyBpb = options.entropyBpb ?? null;
  }

  get meter() {
    return this.#role.meter;
  }

  async direct(study: Study, signal: AbortSignal): Promise<readonly string[]> {
    const brief = readBrief(study.brief);
    const question = askedOf(study);
    const { directions } = await this.#role.ask(
      study.id,
      {
        content: shownStudy(study, { entropyBpb: this.#entropyBpb }, question),
        tool: setDirections,
        wrong: (plan) => outsideTheBrief(plan, brief),
      },
      signal,
    );
    return directions.map(({ direction }) => direction.trim());
  }
}

function askedOf({ directions = [] }: Study): string {
  const listed = (pinned: boolean) =>
    directions.filter((each) => each.pinned === pinned).map(({ text }) => oneLine(text, 600));
  const [own, pinned] = [listed(false), listed(true)];
  return [
    own.length === 0
      ? 'You set no directions yet.'
      : `Your directions until now, of which you keep what still holds:\n\n${fenced('directions', own.join('\n'))}`,
    pinned.length === 0
      ? ''
      : `The person pinned these, and they are pursued beside yours: do not repeat them.\n\n${fenced('pinned', pinned.join('\n'))}`,
    'What should the researchers pursue next? Answer by one call of set_directions.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What the brief rules out is no direction: told by the family of a change and by the names in its words. */
function outsideTheBrief({ directions }: Plan, brief: Brief): string | null {
  if (directions.length < FEWEST) {
    return `${directions.length === 1 ? 'one direction is' : 'no directions are'} too few; give ${FEWEST} to ${MOST}.`;
  }
  const sentences = new Set(directions.map(({ direction }) => direction.trim().toLowerCase()));
  if (sentences.size < directions.length)
    return 'two directions are the same; each must lie apart.';
  const problems = directions.flatMap((planned, i) => {
    const why = ruledOut(planned, brief);
    return why === null ? [] : [`direction ${i + 1} ${why}`];
  });
  return problems.length === 0 ? null : `${problems.join('; ')}. Put others in their place.`;
}
