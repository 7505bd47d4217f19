import type { Product } from './matmul.tilings';

/** A binding of a product's kernel, by the name that it has there. */
export type Side = 'a' | 'b' | 'out';

/**
 * The bindings whose elements lie in fours that begin at multiples of four, since their inner axis is one: the whole
 * matrices before one of a stack are then as well, and every binding begins at a multiple of 256 bytes.
 */
export function sidesInFours({ M, K, N, transposeA, transposeB }: Product): readonly Side[] {
  const inner = { a: transposeA ? M : K, b: transposeB ? K : N, out: N };
  return (['a', 'b', 'out'] as const).filter((side) => inner[side] % 4 === 0);
}

/**
 * A kernel's text with these bindings declared as arrays of fours. It names elements of them in a few ways only:
 * four at once, at the places `at`, of which fours need the first; and one by its number `i`.
 */
export function inFours(text: string, sides: readonly Side[]): string {
  return sides.reduce((changed, side) => {
    const at = ['x', 'y', 'z', 'w'].map((n) => `${side}[at.${n}]`).join(', ');
    return changed
      .replace(new RegExp(`\\b${side}: array<f32, ([^>]+)>;`), `${side}: array<vec4f, ($1) / 4u>;`)
      .replace(`vec4f(${at})`, `${side}[at.x / 4u]`)
      .replace(`${side}[i] = value;`, `${side}[i / 4u][i % 4u] = value;`)
      .replace(/(fn store_four\([^)]*\)) \{[^}]*\}/, (whole, head: string) =>
        side === 'out' ? `${head} {\n  out[at / 4u] = four;\n}` : whole,
      );
  }, text);
}
