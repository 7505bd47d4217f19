import { priceOf } from '../../../agent/researchers/claude/prices';
import type { ClaudeSettings } from '../../claude/settings';

/** Models that would work here and whose price nobody told. */
export function unpriced({ model, roleModel, critic, director, prices }: ClaudeSettings): string[] {
  const roles = critic || director ? [roleModel || model] : [];
  return [...new Set([model, ...roles])].filter((id) => id !== '' && !priceOf(id, prices));
}
