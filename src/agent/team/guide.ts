import type { Direction } from './view';

/** Characters of one direction, and directions of one list, at most. */
const LONGEST = 2000;
const MOST = 50;

/**
 * What members are asked to pursue: a person's pinned directions before the director's, each in turn to
 * whoever begins a thought.
 */
export class Guide {
  #list: readonly Direction[] = [];
  #dealt = new Map<string, number>();

  get list(): readonly Direction[] {
    return this.#list;
  }

  /** Takes over what a log holds. */
  adopt(list: readonly Direction[]): void {
    this.#list = list;
    this.#dealt.clear();
  }

  pin(text: string): void {
    const said = cut(text);
    if (said === '') return;
    const others = this.#list.filter((each) => each.text !== said);
    const pinned: Direction = { id: this.#freshId(), text: said, author: 'human', pinned: true };
    this.adopt(inOrder([...others, pinned]));
  }

  unpin(id: string): void {
    this.adopt(this.#list.filter((each) => each.id !== id || !each.pinned));
  }

  /** The director has drawn up a new list; what is pinned stays. */
  renew(texts: readonly string[]): void {
    const pinned = this.#list.filter((each) => each.pinned);
    this.#list = pinned;
    for (const text of texts.map(cut)) {
      if (text === '' || this.#list.some((each) => each.text === text)) continue;
      const id = this.#freshId();
      this.#list = [...this.#list, { id, text, author: 'claude', pinned: false }];
    }
    this.adopt(inOrder(this.#list));
  }

  /** The direction that was given out least often, the first of them in the list; null where there is none. */
  deal(): string | null {
    const often = (each: Direction) => this.#dealt.get(each.id) ?? 0;
    const least = Math.min(...this.#list.map(often));
    const next = this.#list.find((each) => often(each) === least);
    if (!next) return null;
    this.#dealt.set(next.id, least + 1);
    return next.text;
  }

  #freshId(): string {
    const taken = new Set(this.#list.map(({ id }) => id));
    let number = 1;
    while (taken.has(`direction-${number}`)) number++;
    return `direction-${number}`;
  }
}

function inOrder(list: readonly Direction[]): Direction[] {
  const pinned = list.filter((each) => each.pinned);
  return [...pinned, ...list.filter((each) => !each.pinned)].slice(0, MOST);
}

const cut = (text: string): string => text.trim().slice(0, LONGEST);
