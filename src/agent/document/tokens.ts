/**
 * Tokens that a language model will count in a text, estimated so that the truth is rarely more: tokenizers
 * differ and are not here. A run of letters counts one for every 3 begun, digits one for every 2 begun,
 * a run of spaces one for every 8 beyond its first, each line end and each other ASCII sign one, and
 * whatever is not ASCII one for each of its UTF-8 bytes.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [run] of text.matchAll(/[A-Za-z]+|[0-9]+|[ \t]+|[^ -~\t\n\r]+|[\s\S]/g)) {
    tokens += costOf(run);
  }
  return tokens;
}

const encoder = new TextEncoder();

function costOf(run: string): number {
  if (/[A-Za-z]/.test(run)) return Math.ceil(run.length / 3);
  if (/[0-9]/.test(run)) return Math.ceil(run.length / 2);
  if (/[ \t]/.test(run)) return Math.floor((run.length + 6) / 8);
  return encoder.encode(run).length;
}
