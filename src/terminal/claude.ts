import type { ParseArgsConfig } from 'node:util';
import { visible } from '../agent/document/fence';
import {
  type ClaudeEvent,
  type ClaudeOptions,
  createClaudeResearcher,
  type DeskStore,
  PRICES_DATE,
  type Spent,
} from '../agent/researchers/claude';
import { positive, UsageError } from './options';

export const CLAUDE_OPTIONS = {
  'base-url': { type: 'string' },
  model: { type: 'string' },
  'max-cost': { type: 'string' },
  'max-tokens': { type: 'string' },
  'max-hours': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const CLAUDE_HELP = `                          claude takes its key from ANTHROPIC_API_KEY, and:
  --base-url URL          another server that speaks the Messages API
  --model ID              default: chosen from what the server lists
  --max-cost DOLLARS, --max-tokens N, --max-hours N
                          caps that end the study gently`;

type Values = { readonly [K in keyof typeof CLAUDE_OPTIONS]?: string | undefined };

export function claudeOptionsOf(values: Values): ClaudeOptions {
  const key = process.env.ANTHROPIC_API_KEY ?? '';
  const baseURL = values['base-url'];
  if (key === '' && baseURL === undefined) {
    throw new UsageError(
      'the claude researcher needs a key: set ANTHROPIC_API_KEY, or name a server of your own with --base-url',
    );
  }
  if (baseURL !== undefined && !URL.canParse(baseURL)) {
    throw new UsageError('--base-url needs a URL, such as https://api.anthropic.com');
  }
  const cap = (name: 'max-cost' | 'max-tokens' | 'max-hours') => {
    const said = values[name];
    return said === undefined ? undefined : positive(name, said);
  };
  const [dollars, tokens, hours] = [cap('max-cost'), cap('max-tokens'), cap('max-hours')];
  return {
    // A server at home may take any key, and the SDK does not go without.
    key: key === '' ? 'none' : key,
    ...(baseURL !== undefined && { baseURL }),
    ...(values.model !== undefined && { model: values.model }),
    caps: {
      ...(dollars !== undefined && { dollars }),
      ...(tokens !== undefined && { tokens }),
      ...(hours !== undefined && { hours }),
    },
  };
}

export function claudeResearcher(
  options: ClaudeOptions,
  instruments: NonNullable<ClaudeOptions['instruments']>,
  store: DeskStore,
) {
  const tell = createTeller();
  return createClaudeResearcher({
    ...options,
    instruments,
    store,
    tell: (event) => tell(event, 'claude'),
  });
}

/** One line for each thing done, with who did it; of a wait, one when it begins. */
export function createTeller(): (event: ClaudeEvent, member: string) => void {
  const waits = new Map<string, string>();
  return (event, member) => {
    const say = (line: string) => console.log(visible(`   ${member}: ${line}`));
    if (event.type !== 'waiting') waits.delete(member);
    if (event.type === 'model') say(event.model);
    if (event.type === 'went-on') say(`goes on after ${event.replies} replies of an earlier run`);
    if (event.type === 'began-anew') say(`began anew: ${event.reason}`);
    if (event.type === 'not-kept') say(`not kept: ${event.reason}`);
    if (event.type === 'asked-again') say(`asked again: ${event.reason}`);
    if (event.type === 'tool-answered') say(`${event.tool}${event.ok ? '' : ': turned down'}`);
    if (event.type === 'waiting' && waits.get(member) !== event.reason) {
      waits.set(member, event.reason);
      say(`waiting ${event.secondsLeft} s: ${event.reason}`);
    }
  };
}

export function spentInWords({ requests, tokens, dollars, models }: Spent): string {
  const { input, output, cacheRead, cacheWrite, cacheWriteHour } = tokens;
  const prompt = input + cacheRead + cacheWrite + cacheWriteHour;
  const cached = prompt === 0 ? 0 : Math.round((100 * cacheRead) / prompt);
  const unknown = models.filter((each) => each.dollars === null).map(({ model }) => model);
  const money =
    unknown.length > 0
      ? `the price of ${unknown.join(', ')} is not known`
      : `$${dollars.toFixed(4)} by the prices of ${PRICES_DATE}`;
  return `claude: ${requests} replies, ${prompt} tokens sent (${cached}% read from the cache), ${output} received; ${money}`;
}
