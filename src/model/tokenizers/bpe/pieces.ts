/**
 * Cuts text into the pieces that no merge crosses: a word or a number with the space before it, a run of
 * other signs, a run of newlines, other blanks. As in GPT-2, this keeps `dog` and `dog.` from becoming
 * two tokens, and makes both training and encoding a matter of the few different pieces there are.
 *
 * Letters are ASCII letters and everything past ASCII: Unicode's own classes change with the version an
 * engine was built with, and the same task must give the same tokens everywhere. Lengths are bounded, so
 * that a file without a single space costs no more than any other.
 */
const PIECE = new RegExp(
  [
    ' ?[A-Za-z\\u{80}-\\u{10ffff}]{1,32}',
    ' ?[0-9]{1,3}',
    ' ?[!-/:-@[-`{-~]{1,16}',
    '\\n{1,16}',
    // A run of blanks leaves its last one to the word that follows.
    '[\\0-\\t\\v- \\x7f]{1,16}(?![!-~\\u{80}-\\u{10ffff}])',
    '[\\0-\\t\\v- \\x7f]',
  ].join('|'),
  'gu',
);

/** The pieces in order; joined, they are the text again. */
export function pieces(text: string): readonly string[] {
  return text.match(PIECE) ?? [];
}
