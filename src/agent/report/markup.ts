import { visible } from '../document/fence';

/** Text that is HTML already; everything else is escaped where it is put into a template. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes: nothing at all for null and false, lists one after another. */
export type Part = Html | string | number | null | false | readonly Part[];

/**
 * A template whose values are escaped, so that text of programs and logs can never become markup. Values may
 * stand between tags and in quoted attributes; nowhere else.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const texts = values.map(textOf);
  return new Html(strings.map((string, i) => `${string}${texts[i] ?? ''}`).join(''));
}

function textOf(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(textOf).join('');
}

const NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (sign) => NAMES[sign]!);
}

/** Text within a line of Markdown: one line, and every sign that could mean something is escaped. */
export function inline(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>|~&!$^=]/g, '\\$&')
    .replace(/^([-+]|#+)(?=\s|$)|^(\d+)([.)])(?=\s|$)/, (_, sign, number, end) =>
      sign ? `\\${sign}` : `${number}\\${end}`,
    )
    .replaceAll('://', '\\://')
    .replace(/\bwww\./gi, (start) => start.replace('.', '\\.'))
    .replaceAll('@', '\\@');
}
