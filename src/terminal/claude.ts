import type { ParseArgsConfig } from 'node:util';
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
  return createClaudeResearcher({ ...options, instruments, store, tell: createTeller() });
}

/** One line for each thing done; of a wait, one when it begins. */
function createTeller(): (event: ClaudeEvent) => void {
  let waiting = '';
  return (event) => {
    if (event.type !== 'waiting') waiting = '';
    if (event.type === 'model') console.log(`   claude: ${event.model}`);
    if (event.type === 'went-on') {
      console.log(`   claude: goes on after ${event.replies} replies of an earlier run`);
    }
    if (event.type === 'began-anew') console.log(`   claude: began anew: ${event.reason}`);
    if (event.type === 'not-kept') console.log(`   claude: not kept: ${event.reason}`);
    if (event.type === 'asked-again') console.log(`   claude: asked again: ${event.reason}`);
    if (event.type === 'tool-answered') {
      console.log(`   claude: ${event.tool}${event.ok ? '' : ': turned down'}`);
    }
    if (event.type === 'waiting' && waiting !== event.reason) {
      waiting = event.reason;
      console.log(`   claude: waiting ${event.secondsLeft} s: ${event.reason}`);
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
