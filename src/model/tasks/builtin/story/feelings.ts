import { type Mood, ranked, type StoryRule } from './state';

const WORDS: Readonly<Record<Mood, readonly string[]>> = {
  glad: ['happy', 'glad', 'proud', 'lucky', 'strong', 'merry'],
  sad: ['sad', 'lonely', 'upset', 'gloomy', 'tired', 'cross'],
};

/** How the subject feels: mostly in keeping with what happened to them last. */
export const feeling: StoryRule = ({ mood, subject }) => {
  const of = (kind: Mood, weight: number) =>
    ranked(WORDS[kind], (text) => ({ text })).map((way) => ({
      ...way,
      weight: way.weight * weight,
    }));
  const current = mood[subject];
  return [...of('glad', current === 'sad' ? 1 : 9), ...of('sad', current === 'glad' ? 1 : 9)];
};
