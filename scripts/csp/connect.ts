import { ENDPOINT_ENTRY } from '../../src/app/claude/endpoint-entry.ts';
import { connections } from './policy.ts';

/**
 * The first script of the page, as text: it says where the page may connect to. A policy cannot be widened
 * once it holds, so the server that a visitor chose is read from this device before anything else runs. What
 * does not look like an origin is left out: nothing but one more origin can come into the policy this way.
 */
export function connectScript(): string {
  return `(() => {
  let chosen = '';
  try {
    chosen = localStorage.getItem(${JSON.stringify(ENDPOINT_ENTRY)}) ?? '';
  } catch {}
  if (!/^https?:\\/\\/[a-z0-9.-]+(:\\d{1,5})?$/.test(chosen)) chosen = '';
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = (${JSON.stringify(connections())} + ' ' + chosen).trim();
  document.head.append(meta);
})();`;
}
