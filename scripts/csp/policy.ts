/** Where the API of the researcher Claude is, unless the visitor chose another server. */
const API = 'https://api.anthropic.com';

/** Where the texts of the catalogue (src/model/tasks/catalogue.ts) come from, and what those hosts send a browser on to. */
const CORPORA = [
  'https://raw.githubusercontent.com',
  'https://huggingface.co',
  'https://*.huggingface.co',
  'https://*.hf.co',
];

/**
 * What the page may load and run: its own scripts, and inline ones of these hashes alone. Styles may stand
 * inline, since the editor writes its own. Workers are made from blobs, so that this policy holds in them.
 * Where the page may connect to is said by the script of connect.ts, which this leaves room for.
 */
export function contentPolicy(inline: readonly string[]): string {
  return policyOf({
    'default-src': ["'self'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'", ...inline.map((hash) => `'${hash}'`)],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'", 'data:'],
    'worker-src': ["'self'", 'blob:'],
    'connect-src': ['*'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  });
}

/** Where the page may connect to, besides the server that the visitor chose. */
export function connections(): string {
  return policyOf({ 'connect-src': ["'self'", API, ...CORPORA] });
}

function policyOf(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
}
