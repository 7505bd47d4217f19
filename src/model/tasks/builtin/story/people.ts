import { fixed, oneOf, ranked } from './chance';
import { inventedName } from './inventions';
import { changed, type Role, type StoryRule } from './state';
import { ANIMALS, BOYS, GIRLS, NATURES } from './words';

/** `clever fox named Oscar`: who someone is. A girl has a girl's name, a boy a boy's, an animal any. */
export const someone = (role: Role): StoryRule => {
  const rest = [kindOf(role), naming, nameOf(role)];
  return oneOf(NATURES, (nature) => ({ text: `${nature} `, next: rest }));
};

const kindOf = (role: Role): StoryRule => {
  const named = (kind: string, weight: number) => ({
    weight,
    text: kind,
    set: (story: Parameters<StoryRule>[0]) => changed(story, role, { kind }),
  });
  return fixed(() => [
    named('girl', 3),
    named('boy', 3),
    ...ANIMALS.map(({ one }) => named(one, 0.5)),
  ]);
};

const naming: StoryRule = fixed(() => [
  { weight: 3, text: ' named ' },
  { weight: 1, text: ' called ' },
]);

const nameOf = (role: Role): StoryRule => {
  const from = (names: readonly string[], female: boolean) =>
    ranked(names, (name) => ({
      text: name,
      set: (story) => changed(story, role, { name, female }),
    }));
  const girls = from(GIRLS, true);
  const boys = from(BOYS, false);
  return (story) =>
    [
      ...(story[role].kind === 'boy' ? [] : girls),
      ...(story[role].kind === 'girl' ? [] : boys),
    ].filter(({ text }) => text !== story.hero.name);
};

/** `Ramoki`: the village that someone is from. */
export const villageOf = (role: Role, after: string): StoryRule =>
  inventedName({ set: (story, village) => changed(story, role, { village }), after });
