import {
  BAG,
  type Belonging,
  changed,
  MOST,
  other,
  type Person,
  type Role,
  type Story,
} from './state';
import { NUMBERS } from './words';

/** `red balls`, or `red ball` where there is one. */
export const named = ({ count, colour, noun }: Belonging): string =>
  `${colour} ${count === 1 ? noun.one : noun.many}`;

/** `three red balls`, `one red ball`. */
export const counted = (item: Belonging): string => `${NUMBERS[item.count]} ${named(item)}`;

/** `three red balls and one blue hat`, or `nothing`. */
export const bagOf = ({ bag }: Person): string => bag.map(counted).join(' and ') || 'nothing';

export const sameKind = (a: Belonging, b: Belonging): boolean =>
  a.colour === b.colour && a.noun === b.noun;

/** Whether someone can take `count` of these. */
export function hasRoom({ bag }: Person, item: Belonging, count: number): boolean {
  const own = bag.find((held) => sameKind(held, item));
  return own ? own.count + count <= MOST : bag.length < BAG;
}

/** What of one's bag `giver` can part with: each item, and how many of it the other can take. */
export const givable = (story: Story, giver: Role): readonly Belonging[] =>
  story[giver].bag.flatMap((item) => {
    let count = item.count;
    while (count > 0 && !hasRoom(story[other(giver)], item, count)) count--;
    return count > 0 ? [{ ...item, count }] : [];
  });

/** Someone gains what the next sentence may sum up. */
export const gain = (story: Story, role: Role, item: Belonging, count: number): Partial<Story> => ({
  ...changed(story, role, { bag: withMore(story[role].bag, item, count), mood: 'glad' }),
  echo: { kind: 'bag', of: [role] },
});

export const lose = (story: Story, role: Role, item: Belonging, count: number): Partial<Story> => ({
  ...changed(story, role, { bag: withMore(story[role].bag, item, -count), mood: 'sad' }),
  echo: { kind: 'bag', of: [role] },
});

/** Things change hands: the receiver is glad, the giver feels as before. */
export const handOver = (
  story: Story,
  giver: Role,
  item: Belonging,
  count: number,
): Partial<Story> => ({
  ...changed(story, giver, { bag: withMore(story[giver].bag, item, -count) }),
  ...gain(story, other(giver), item, count),
  echo: { kind: 'bag', of: [giver, other(giver)] },
});

function withMore(bag: readonly Belonging[], item: Belonging, change: number) {
  const held = bag.some((own) => sameKind(own, item)) ? bag : [...bag, { ...item, count: 0 }];
  return held
    .map((own) => (sameKind(own, item) ? { ...own, count: own.count + change } : own))
    .filter(({ count }) => count > 0);
}
