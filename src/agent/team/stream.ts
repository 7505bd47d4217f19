import type { StreamItem } from './view';

/** Items of a member's stream that are kept, and characters of each. */
export const STREAM = { items: 200, characters: 4000, answer: 400 } as const;

/** What a member said and was told, where a reply that breaks off was never said. Inert. */
export interface Stream {
  /** Items that are void if the reply under way fails; null while none is. */
  readonly reply: readonly StreamItem[] | null;
  readonly settled: readonly StreamItem[];
}

/** As it is shown, oldest first. */
export function itemsOf({ reply, settled }: Stream): readonly StreamItem[] {
  return bounded(reply ? [...settled, ...reply] : settled);
}

/** What the reply under way has said stands. */
export function settled<S extends Stream>(stream: S): S {
  if (!stream.reply) return stream;
  return { ...stream, reply: null, settled: bounded([...stream.settled, ...stream.reply]) };
}

/** The reply under way was never said. */
export function voided<S extends Stream>(stream: S): S {
  return stream.reply ? { ...stream, reply: null } : stream;
}

/** Of somebody else, and so no part of the reply under way. */
export function told<S extends Stream>(stream: S, text: string): S {
  return { ...stream, settled: bounded([...stream.settled, { kind: 'told', text }]) };
}

/** One more item, or more of the last one where it is of the same kind and goes on. */
export function said<S extends Stream>(
  stream: S,
  kind: StreamItem['kind'],
  text: string,
  goesOn = false,
): S {
  const to = stream.reply ?? stream.settled;
  const last = to.at(-1);
  const joined = goesOn && last?.kind === kind;
  const item = { kind, text: `${joined ? last.text : ''}${text}`.slice(-STREAM.characters) };
  const items = bounded([...(joined ? to.slice(0, -1) : to), item]);
  return stream.reply ? { ...stream, reply: items } : { ...stream, settled: items };
}

export function shortened(text: string): string {
  return text.length > STREAM.answer ? `${text.slice(0, STREAM.answer)}...` : text;
}

const bounded = (items: readonly StreamItem[]) => items.slice(-STREAM.items);
