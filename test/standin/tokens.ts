/**
 * How the stand-in counts tokens: bytes of the JSON of a block, divided by a fixed ratio. The real
 * tokenizer is not public; what tests need is a count that is the same for the same bytes and that
 * adds up block by block, so that a prefix always costs the sum of its blocks.
 */
export const BYTES_PER_TOKEN = 3.5;

export function tokensOfText(text: string): number {
  return text === '' ? 0 : Math.ceil(Buffer.byteLength(text, 'utf8') / BYTES_PER_TOKEN);
}

export function tokensOfBlock(block: unknown): number {
  return tokensOfText(canonical(block));
}

/** JSON with sorted keys and without cache marks: where a breakpoint stands is not part of what is cached. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'cache_control') return undefined;
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
