/**
 * Text of programs, logs and researchers is data. In the document it stands in fences that nothing in it
 * can close: CommonMark closes a fence only by a run of at least as many backticks (0.31, section 4.5), and
 * each fence is longer than any run inside. Characters that could hide or turn around what is read are
 * written by their numbers.
 */

/** A fenced block of data. `label` says what it is, and is the lab's own word. */
export function fenced(label: string, text: string): string {
  return block(`data ${label}`, text);
}

/** The words of the person whose study it is: direction, and no more able to close their fence than data. */
export function spoken(label: string, text: string): string {
  return block(`person ${label}`, text);
}

function block(info: string, text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${info}\n${shown.replace(/\n$/, '')}\n${fence}`;
}

/** One line of data for a row of a fenced table: no line ends, no tabs, and no longer than asked. */
export function oneLine(text: string, longest = 300): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}...` : line;
}

/** Line ends are newlines; other control characters, and those that turn text around, by their numbers. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Controls, soft hyphen, zero-width and bidirectional marks, tags, lone surrogates. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;
