// The words of the stories. In each list the first words are the most frequent, and no word begins
// another (a grammar's alternatives must be told apart from left to right).

export interface Noun {
  readonly one: string;
  readonly many: string;
}

export const GIRLS = words(
  'Lily Mia Anna Rosa Ella Ruby Nora Clara Ivy Zoe Lucy Alma Jane Flora Emma Kate Molly Grace Tess Vera Olga Uma Daisy Wanda Greta Paula Sonia Hazel',
);
export const BOYS = words(
  'Tom Ben Max Sam Leo Jack Finn Oscar Hugo Rolf Eric Noah Adam Felix Karl Peter Luke Ralph Walter Ivan Boris Victor Dan Gus Nick Yuri Zack Milo',
);

export interface Animal extends Noun {
  readonly sound: string;
}

export const ANIMALS: readonly Animal[] = [
  { one: 'cat', many: 'cats', sound: 'Meow' },
  { one: 'dog', many: 'dogs', sound: 'Woof' },
  { one: 'fox', many: 'foxes', sound: 'Yip' },
  { one: 'bear', many: 'bears', sound: 'Grr' },
  { one: 'mouse', many: 'mice', sound: 'Squeak' },
  { one: 'frog', many: 'frogs', sound: 'Ribbit' },
  { one: 'duck', many: 'ducks', sound: 'Quack' },
  { one: 'goat', many: 'goats', sound: 'Maa' },
  { one: 'pig', many: 'pigs', sound: 'Oink' },
  { one: 'hen', many: 'hens', sound: 'Cluck' },
  { one: 'lion', many: 'lions', sound: 'Roar' },
  { one: 'sheep', many: 'sheep', sound: 'Baa' },
  { one: 'cow', many: 'cows', sound: 'Moo' },
  { one: 'wolf', many: 'wolves', sound: 'Howl' },
  { one: 'bee', many: 'bees', sound: 'Buzz' },
  { one: 'goose', many: 'geese', sound: 'Honk' },
  { one: 'crow', many: 'crows', sound: 'Caw' },
  { one: 'pony', many: 'ponies', sound: 'Neigh' },
  { one: 'snake', many: 'snakes', sound: 'Hiss' },
];

/** What people and animals are like. None begins with a vowel: `a` comes before them. */
export const NATURES = words(
  'little kind happy brave shy clever quiet funny lazy gentle proud small curious young merry lonely polite hungry careful bold wise strange noisy tiny fair pretty sleepy grumpy calm jolly nice tall',
);

export const COLOURS = words(
  'red blue green yellow white black pink brown golden purple gray silver shiny striped tiny huge rusty soft wet round',
);

export const THINGS: readonly Noun[] = words(
  'ball shell apple stone flower coin book cake button feather pear egg key nut hat kite drum cup bead card ring plum candle ribbon marble pebble acorn lamp spoon doll bell seed rope mask shoe melon bowl jar map lemon stick nail broom flag carrot sock violin crown onion fork letter mirror pillow turnip whistle zipper quilt',
).map((one) => ({ one, many: `${one}s` }));

/** What dwellings are like, of which only the last needs `an`. */
export const SIZES = words(
  'big small dark quiet sunny cold tall pretty lonely misty muddy deep warm crooked secret old',
);

export const HOMES = words(
  'house hut cottage cabin tent castle cave barn tower nest mill palace van lodge',
);

export const PLACES = words(
  'forest river park lake garden farm beach market school bridge hill barn mill cave tower field pond castle meadow village island orchard bakery library shop well harbor valley station temple museum zoo desert jungle canyon ruin inn quarry circus swamp',
);

export const PLACE_NATURES = words(
  'old big dark green little quiet sunny cold wide misty busy tall muddy lonely windy rocky sandy secret shady famous pretty empty hidden noisy frozen golden ancient narrow upper lower',
);

export const SPOTS = words(
  'tree rock bench bush log gate wall table hedge cart fence door bucket ladder basket chair stump oven rug window shelf path haystack pump kettle statue',
);

export const PLEASURES = words(
  'sing dance read paint swim run jump climb cook draw sleep fish bake whistle skate dream hide juggle knit garden',
);

export const MANNERS = words(
  'slowly quickly quietly happily softly bravely gladly calmly kindly proudly silently suddenly boldly eagerly finally gently loudly wisely lazily shyly rarely nicely',
);

/** The sounds of invented words, and how they begin when they are names. */
export const CONSONANTS = words('m t k s n r l b d p v z g f h j');
export const VOWELS = words('a o i u e');

export const NUMBERS = words('no one two three four five six seven eight nine ten eleven twelve');

function words(list: string): readonly string[] {
  return list.split(' ');
}
