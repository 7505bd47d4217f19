// The words of the stories. In each list the first words are the most frequent, and no word begins
// another (a grammar's alternatives must be told apart from left to right).

export interface Noun {
  readonly one: string;
  readonly many: string;
}

const noun = (one: string, many = `${one}s`): Noun => ({ one, many });

export const GIRLS = words(
  'Lily Mia Anna Rosa Ella Ruby Nora Clara Ivy Zoe Lucy Alma Jane Flora Emma Kate Molly Grace Tess Vera',
);
export const BOYS = words(
  'Tom Ben Max Sam Leo Jack Finn Oscar Hugo Paul Eric Noah Adam Felix Karl Peter Luke Ralph Walter Ivan',
);

/** Animals, and what they say. */
export const SOUNDS: Readonly<Record<string, string>> = {
  cat: 'Meow',
  dog: 'Woof',
  fox: 'Yip',
  bear: 'Grr',
  mouse: 'Squeak',
  frog: 'Ribbit',
  duck: 'Quack',
  goat: 'Baa',
  pig: 'Oink',
  owl: 'Hoot',
  hen: 'Cluck',
  lion: 'Roar',
};
export const ANIMALS = Object.keys(SOUNDS);

export const NATURES = words(
  'little kind happy brave shy clever quiet funny lazy gentle proud small curious young merry lonely polite hungry careful bold',
);

export const COLOURS = words(
  'red blue green yellow white black pink brown golden purple gray silver',
);

export const THINGS: readonly Noun[] = [
  ...['ball', 'shell', 'apple', 'stone', 'flower', 'coin', 'book', 'cake', 'button', 'feather'],
  ...['pear', 'egg', 'key', 'nut', 'hat', 'kite', 'drum', 'cup', 'bead', 'card', 'ring', 'plum'],
  ...['candle', 'ribbon', 'marble', 'pebble', 'acorn', 'lamp', 'spoon', 'doll', 'bell', 'seed'],
].map((one) => noun(one));

export const SIZES = words(
  'big small old dark quiet sunny cold tall pretty lonely misty muddy deep',
);

export const PLACES = words(
  'forest river park lake garden farm beach market school bridge hill barn mill cave tower field pond castle meadow village island orchard bakery library shop well harbor valley station temple',
);

export const PLACE_NATURES = words(
  'old big dark green little quiet sunny cold wide misty busy tall muddy lonely windy rocky sandy secret shady famous pretty empty',
);

export const HOMES = words('house hut cottage cabin tent castle cave barn tower nest');

export const SPOTS = words(
  'tree rock bench bush log gate wall table hedge cart fence door bucket tent basket chair stump box',
);

export const PLEASURES = words(
  'sing dance read paint swim run jump climb cook draw sleep fish bake whistle skate dream',
);

export const SECRETS = words(
  'moonbeam pumpkin thunder biscuit rainbow dragon velvet whisper copper snowflake lantern emerald jellyfish wizard tulip zigzag',
);

export const NUMBERS = words('no one two three four five six seven eight nine ten eleven twelve');

function words(list: string): readonly string[] {
  return list.split(' ');
}
