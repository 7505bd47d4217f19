import { ENDPOINT_ENTRY } from './endpoint-entry';

/**
 * Whether the page may connect to this server. Its policy was written before anything else ran (scripts/csp)
 * and cannot be widened: another server has to be allowed, and the page loaded again.
 */
export function mayReach(baseURL: string, page: Document = document): boolean {
  const origin = originOf(baseURL);
  const policy = page
    .querySelector('meta[http-equiv="Content-Security-Policy"][content^="connect-src"]')
    ?.getAttribute('content');
  // A page without the policy is held back by nothing.
  if (!policy || origin === page.defaultView?.location.origin) return true;
  return policy.split(/\s+/).includes(origin);
}

/** Lets the page reach this server from its next load on, and loads it. Throws in words where nothing is kept. */
export function allowAndReload(baseURL: string): void {
  const origin = originOf(baseURL);
  try {
    localStorage.setItem(ENDPOINT_ENTRY, origin);
  } catch {
    throw new Error(
      'This browser keeps nothing for this page, so that it cannot let the page reach another server.',
    );
  }
  location.reload();
}

/** The page may reach no server of the visitor's choosing from its next load on. */
export function forgetEndpoint(): void {
  try {
    localStorage.removeItem(ENDPOINT_ENTRY);
  } catch {
    // Nothing was kept.
  }
}

export function originOf(baseURL: string): string {
  return new URL(baseURL).origin;
}

/** What is wrong with the address of a server, in words; null where nothing is. */
export function addressProblem(baseURL: string): string | null {
  if (!URL.canParse(baseURL)) return 'An address looks like https://api.anthropic.com';
  const { protocol, hostname, username, password, search, hash } = new URL(baseURL);
  if (protocol !== 'https:' && protocol !== 'http:') return 'An address begins with https://';
  if (username || password || search || hash) {
    return 'An address has a host and perhaps a path, and nothing else.';
  }
  if (hostname.startsWith('[')) {
    return 'A host is a name or four numbers: no policy can name one with colons.';
  }
  return null;
}

/** Whether browsers keep a page like this one from a server like that, whoever allows it. */
export function isMixed(baseURL: string, page: Location = location): boolean {
  const { protocol, hostname } = new URL(baseURL);
  const own = /^(localhost|127(\.\d+){3})$/.test(hostname) || hostname.endsWith('.localhost');
  return page.protocol === 'https:' && protocol === 'http:' && !own;
}
