/** Sources that draw for one query: against naive oracles over the log, the features, the ranking. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { useBackend } from '../backend/index.js';
import { Rng } from '../core/rng.js';
import { EVENT_CODES, type EventName } from '../data/interaction-set.js';
import { Vocabulary } from '../data/vocabulary.js';
import { edgeUsers, itemDegrees } from '../graph/bipartite-csr.js';
import { createSource, NO_ITEM, negativeSourceSchema, type OwnSource, type SourceContext } from './index.js';

const graph = randomGraph(12, 30, 0.2, 'own-sources');
const batch = { userIndex: edgeUsers(graph), itemIndex: graph.userNeighbors };
const rows: [number, number, EventName][] = [
  [0, 3, 'exposed'],
  [0, 4, 'exposed'],
  [0, 5, 'rejected'],
  [1, 6, 'filteredOut'],
  [1, 7, 'cutByCoarse'],
  [1, 8, 'cutByFine'],
  [2, 8, 'cutByFine'],
  [5, 3, 'exposed'],
];
const otherEvents = {
  userIndex: Int32Array.from(rows, ([user]) => user),
  itemIndex: Int32Array.from(rows, ([, item]) => item),
  event: Uint8Array.from(rows, ([, , event]) => EVENT_CODES[event]),
};
const city = Int32Array.from({ length: 30 }, (_, item) => (item === 0 ? -1 : item === 1 ? 9 : item % 4));
const tagLists = Array.from({ length: 30 }, (_, item) => [item % 3, 3 + (item % 5)]);
const itemFeatures = {
  numRows: 30,
  columns: {
    city: { kind: 'categorical' as const, codes: city, values: Array.from({ length: 10 }, (_, i) => `city${i}`) },
    tags: {
      kind: 'multi-valued' as const,
      offsets: Int32Array.from({ length: 31 }, (_, i) => 2 * i),
      codes: Int32Array.from(tagLists.flat()),
      values: Array.from({ length: 8 }, (_, i) => `tag${i}`),
    },
    price: { kind: 'numeric' as const, numbers: new Float64Array(30) },
  },
};
/** What sources warned of. */
const said: string[] = [];
const context: SourceContext = {
  graph,
  itemDegrees: itemDegrees(graph),
  seed: 1,
  otherEvents,
  itemFeatures,
  users: Vocabulary.from(Array.from({ length: 12 }, (_, i) => `u${i}`)),
  items: Vocabulary.from(Array.from({ length: 30 }, (_, i) => `i${i}`)),
  warn: (message) => void said.push(message),
};

let folder = '';
beforeAll(async () => {
  await useBackend('cpu');
  folder = mkdtempSync(join(tmpdir(), 'twinlight-negatives-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const make = (options: object) => createSource(context, negativeSourceSchema.parse(options)) as OwnSource;

/** Items that `options` draws for each user over many draws. */
function drawnByUser(options: object): Map<number, Set<number>> {
  const byUser = new Map<number, Set<number>>();
  const ids = make(options).draw(batch, 40, Rng.of(1));
  for (const [slot, item] of ids.entries()) {
    const user = batch.userIndex[Math.floor(slot / 40)];
    if (item !== NO_ITEM) byUser.set(user, (byUser.get(user) ?? new Set()).add(item));
  }
  return byUser;
}

/** Distinct items of each user that have one of the events. */
function listed(...events: EventName[]): Map<number, Set<number>> {
  const lists = new Map<number, Set<number>>();
  for (const [user, item, event] of rows) {
    if (events.includes(event)) lists.set(user, (lists.get(user) ?? new Set()).add(item));
  }
  return lists;
}

describe('lists of events', () => {
  it.each<[object, EventName[]]>([
    [{ name: 'exposure' }, ['exposed']],
    [{ name: 'rejected' }, ['rejected']],
    [{ name: 'eliminated' }, ['filteredOut', 'cutByCoarse', 'cutByFine']],
    [{ name: 'eliminated', stage: 'coarse' }, ['cutByCoarse']],
    [{ name: 'eliminated', stage: 'fine' }, ['cutByFine']],
  ])('%j draws just what the log says', (options, events) => {
    expect(drawnByUser(options)).toEqual(listed(...events));
  });

  it('exposure of anyone draws by how often an item was shown or taken', () => {
    const source = createSource(context, negativeSourceSchema.parse({ name: 'exposure', of: 'anyone' }));
    if (source.kind !== 'shared') throw new Error('expected a shared source');
    const total = graph.numEdges + 3;
    expect(source.probability(3)).toBeCloseTo((context.itemDegrees[3] + 2) / total, 10);
    expect(source.probability(4)).toBeCloseTo((context.itemDegrees[4] + 1) / total, 10);
    expect(source.probability(9)).toBeCloseTo(context.itemDegrees[9] / total, 10);
  });

  it('says so when the log has no such events', () => {
    const without = { ...context, otherEvents: undefined };
    expect(() => createSource(without, negativeSourceSchema.parse({ name: 'rejected' }))).toThrow(
      /events of kind rejected/,
    );
  });
});

describe('attribute', () => {
  it.each(['city', 'tags'])('draws other items that share a value of %s, all of them in the long run', (attribute) => {
    const valuesOf = (item: number): number[] =>
      attribute === 'tags' ? tagLists[item] : city[item] < 0 ? [] : [city[item]];
    const ids = make({ name: 'attribute', attribute }).draw(batch, 300, Rng.of(2));
    for (let row = 0; row < batch.itemIndex.length; row++) {
      const positive = batch.itemIndex[row];
      const others = [...city.keys()].filter(
        (item) => item !== positive && valuesOf(item).some((value) => valuesOf(positive).includes(value)),
      );
      const seen = new Set(ids.subarray(row * 300, (row + 1) * 300));
      expect([...seen].sort((a, b) => a - b)).toEqual(others.length > 0 ? others : [NO_ITEM]);
    }
  });

  it('names the columns that would do', () => {
    expect(() => make({ name: 'attribute', attribute: 'price' })).toThrow(/"price" is no categorical.*are city, tags/);
  });
});

describe('labelled', () => {
  it('reads pairs by the ids of the logs and leaves out unknown ones', () => {
    const file = join(folder, 'bad.csv');
    writeFileSync(file, 'user,item\nu0,i7\nu3\ti9\nu0, i8\nnobody,i7\n');
    said.length = 0;
    expect(drawnByUser({ name: 'labelled', file })).toEqual(
      new Map([
        [0, new Set([7, 8])],
        [3, new Set([9])],
      ]),
    );
    // the header is not worth a word
    expect(said[0]).toMatch(/1 of 4 lines of .*bad\.csv are left out, the first line 5: no user "nobody"/);
  });

  it('reads quoted ids, with commas and quotes in them', () => {
    const file = join(folder, 'quoted.csv');
    writeFileSync(file, '"user","item"\n"u0", "i7"\r\n"u3",i9\n"u0\ti8\n"no ""one"", at all","i7"\nu0\t"i8"\n');
    said.length = 0;
    expect(drawnByUser({ name: 'labelled', file })).toEqual(
      new Map([
        [0, new Set([7, 8])],
        [3, new Set([9])],
      ]),
    );
    // an open quote is part of the id
    expect(said[0]).toMatch(/2 of 5 lines .* the first line 4: no user ""u0"/);
    writeFileSync(file, 'u0,i7\n"no ""one"", at all","i7"\n');
    said.length = 0;
    drawnByUser({ name: 'labelled', file });
    expect(said[0]).toMatch(/1 of 2 lines .* the first line 2: no user "no "one", at all"/);
  });

  it('refuses other lines, by number, and files without a known pair', () => {
    const file = join(folder, 'odd.csv');
    writeFileSync(file, 'u0,i7\nu0,i7,yes\n');
    expect(() => make({ name: 'labelled', file })).toThrow(/odd\.csv:2: expected a user and an item/);
    writeFileSync(file, 'a,b\n');
    expect(() => make({ name: 'labelled', file })).toThrow(/no pair of users and items/);
    expect(() => make({ name: 'labelled', file: join(folder, 'none.csv') })).toThrow(/can't read/);
  });
});
