/**
 * `; did you mean 'wpe'?`, from the names that exist, for a name that does not. Empty when none is close.
 */
export function didYouMean(wrong: string, names: readonly string[]): string {
  const reach = wrong.length <= 3 ? 1 : Math.max(2, Math.floor(wrong.length / 3));
  const close = names
    .slice(0, 1000)
    .map((name) => ({ name, edits: editDistance(wrong, name) }))
    .filter(({ edits }) => edits <= reach);
  const least = Math.min(...close.map(({ edits }) => edits));
  const nearest = close.filter(({ edits }) => edits === least).slice(0, 3);
  const quoted = nearest.map(({ name }) => `'${name}'`);
  return quoted.length > 0 ? `; did you mean ${quoted.join(' or ')}?` : '';
}

/** Insertions, removals and substitutions that turn one name into the other (Levenshtein, 1965). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 40 || a.length > 100 || b.length > 100) return 100;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
