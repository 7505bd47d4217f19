import type Anthropic from '@anthropic-ai/sdk';
import { estimateTokens } from '../../document/tokens';

/** Tokens of requests by part, by the lab's own estimate; a part that a request has not counts as none. */
export interface PromptSizes {
  readonly requests: number;
  readonly parts: readonly PartSize[];
  /** Of a whole request. */
  readonly mean: number;
  readonly largest: number;
}

export interface PartSize {
  /** Such as `system: rules`, `tools`, `document: History` or `conversation: answers of tools`. */
  readonly part: string;
  readonly mean: number;
  readonly largest: number;
  /** Of all that was sent. */
  readonly share: number;
}

type Body = Pick<Anthropic.MessageCreateParams, 'system' | 'tools' | 'messages'>;

/** How large the prompts of a study are, and of what they are made; parts in the order in which they were first met. */
export function promptSizes(bodies: readonly Body[]): PromptSizes {
  const requests = bodies.map(sizesOf);
  const names = [...new Set(requests.flatMap((sizes) => [...sizes.keys()]))];
  const totals = requests.map((sizes) => sum([...sizes.values()]));
  const all = sum(totals);
  const parts = names.map((part) => {
    const each = requests.map((sizes) => sizes.get(part) ?? 0);
    const { length } = each;
    return { part, mean: sum(each) / length, largest: Math.max(...each), share: sum(each) / all };
  });
  return {
    requests: bodies.length,
    parts,
    mean: bodies.length === 0 ? 0 : all / bodies.length,
    largest: Math.max(0, ...totals),
  };
}

function sizesOf({ system, tools, messages }: Body): Map<string, number> {
  const sizes = new Map<string, number>();
  const add = (part: string, text: string) =>
    sizes.set(part, (sizes.get(part) ?? 0) + estimateTokens(text));
  add('tools', tools ? JSON.stringify(tools) : '');
  for (const [part, text] of systemParts(textOfSystem(system))) add(part, text);
  for (const [at, { role, content }] of messages.entries()) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    for (const [i, block] of blocks.entries()) {
      if (at === 0 && i === 0 && 'text' in block) {
        for (const [section, text] of sectionsOf(block.text)) add(`document: ${section}`, text);
      } else if (role === 'assistant') {
        add('conversation: replies', JSON.stringify(block));
      } else if (block.type === 'tool_result') {
        add('conversation: answers of tools', JSON.stringify(block));
      } else {
        add('conversation: words', 'text' in block ? block.text : JSON.stringify(block));
      }
    }
  }
  return sizes;
}

function textOfSystem(system: Body['system']): string {
  if (system === undefined || typeof system === 'string') return system ?? '';
  return system.map(({ text }) => text).join('\n');
}

/** The reference of the API is the one block of code in a system prompt. */
function systemParts(text: string): [part: string, text: string][] {
  const [, before, reference, after] = /^(.*?)(```ts\n.*?\n```)(.*)$/s.exec(text) ?? [];
  if (reference === undefined) return [['system: rules', text]];
  return [
    ['system: rules', `${before}${after}`],
    ['system: API reference', reference],
  ];
}

/** By the headings that stand in no fence. */
function sectionsOf(document: string): [section: string, text: string][] {
  const sections: [string, string][] = [['Preamble', '']];
  let fence = '';
  for (const line of document.split('\n')) {
    const run = /^`{3,}/.exec(line)?.[0] ?? '';
    if (fence === '') fence = run;
    else if (line === fence) fence = '';
    const heading = fence === '' ? /^## (.*)$/.exec(line)?.[1] : undefined;
    if (heading !== undefined) sections.push([heading, '']);
    sections.at(-1)![1] += `${line}\n`;
  }
  return sections;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
