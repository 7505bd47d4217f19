import type { Caps } from '../../../agent/researchers/claude/caps';
import type { Spent, Tokens } from '../../../agent/researchers/claude/spent';

/** Tokens of every kind together. */
export function tokensOf({ input, output, cacheWrite, cacheWriteHour, cacheRead }: Tokens): number {
  return input + output + cacheWrite + cacheWriteHour + cacheRead;
}

/** How many per cent of what was sent were read from the cache. */
export function shareRead({ tokens }: Spent): number {
  const sent = tokensOf(tokens) - tokens.output;
  return sent === 0 ? 0 : Math.round((100 * tokens.cacheRead) / sent);
}

/** What is left until each cap, in words. */
export function leftOf(caps: Caps, spent: Spent, hours: number): string[] {
  const left = (most: number, used: number) => Math.max(0, most - used);
  return [
    ...(caps.dollars === undefined
      ? []
      : [`$${left(caps.dollars, spent.dollars).toFixed(2)} of $${caps.dollars} left`]),
    ...(caps.tokens === undefined
      ? []
      : [
          `${left(caps.tokens, tokensOf(spent.tokens)).toLocaleString('en')} of ${caps.tokens.toLocaleString('en')} tokens left`,
        ]),
    ...(caps.experiments === undefined ? [] : [`ends after ${caps.experiments} experiments`]),
    ...(caps.hours === undefined
      ? []
      : [`${left(caps.hours, hours).toFixed(1)} of ${caps.hours} hours left`]),
  ];
}
