/**
 * A hand-made set small enough to read: 12 people and 15 things in three kinds. Everyone has one favourite kind, takes
 * most of their things from it and a few from the others, one a day. For examples, and the toy graph in `graphs/`.
 */
import { Rng } from '../core/rng.js';
import type { InteractionSet } from '../data/interaction-set.js';
import { Vocabulary } from '../data/vocabulary.js';

const PEOPLE = ['ada', 'ben', 'cleo', 'dan', 'eva', 'finn', 'gina', 'hugo', 'ida', 'jon', 'kim', 'leo'];

const THINGS: Readonly<Record<string, readonly string[]>> = {
  outdoors: ['Tent', 'Rope', 'Compass', 'Hiking boots', 'Gas stove'],
  kitchen: ['Wok', 'Rolling pin', 'Bread tin', 'Whisk', 'Pepper mill'],
  music: ['Ukulele', 'Metronome', 'Drum sticks', 'Tuning fork', 'Music stand'],
};

const FAVOURITES = 4;
const OTHERS = 2;
const FIRST_DAY = Date.UTC(2024, 0, 1) / 1000;

/** 72 interactions with timestamps; items have the features `title` (text) and `kind` (categorical). */
export function toyInteractions(seed = 1): InteractionSet {
  const kinds = Object.keys(THINGS);
  const items = kinds.flatMap((kind, code) => THINGS[kind].map((title) => ({ title, code })));
  const userIndex: number[] = [];
  const itemIndex: number[] = [];
  const timestamp: number[] = [];
  for (let user = 0; user < PEOPLE.length; user++) {
    const rng = Rng.of(seed, 'toy', user);
    const order = Array.from(rng.permutation(items.length));
    const isFavourite = (item: number): boolean => items[item].code === user % kinds.length;
    const chosen = [
      ...order.filter(isFavourite).slice(0, FAVOURITES),
      ...order.filter((item) => !isFavourite(item)).slice(0, OTHERS),
    ];
    for (const [day, position] of rng.permutation(chosen.length).entries()) {
      userIndex.push(user);
      itemIndex.push(chosen[position]);
      timestamp.push(FIRST_DAY + 86_400 * day + 3_600 * user);
    }
  }
  return {
    users: Vocabulary.from(PEOPLE),
    items: Vocabulary.from(items.map(({ title }) => title.toLowerCase().replace(' ', '-'))),
    userIndex: Int32Array.from(userIndex),
    itemIndex: Int32Array.from(itemIndex),
    timestamp: Float64Array.from(timestamp),
    itemFeatures: {
      numRows: items.length,
      columns: {
        title: { kind: 'text', texts: items.map(({ title }) => title) },
        kind: { kind: 'categorical', codes: Int32Array.from(items, ({ code }) => code), values: kinds },
      },
    },
  };
}
