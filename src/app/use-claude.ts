import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ClaudeDesk, ClaudeState } from './claude/desk';

/** Null where there is no Claude to be had, as in a page that only shows something. */
export const ClaudeContext = createContext<ClaudeDesk | null>(null);

/** How it stands with Claude, and whom to ask for it; null where there is none to be had. */
export function useClaude(): { readonly desk: ClaudeDesk; readonly state: ClaudeState } | null {
  const desk = useContext(ClaudeContext);
  const get = () => desk?.getState() ?? null;
  const state = useSyncExternalStore(desk?.subscribe ?? never, get, get);
  return desk && state ? { desk, state } : null;
}

const never = () => () => {};
