/**
 * What every source owes: the same interactions give the same data, whatever they come from. A new source gets a row in
 * `SOURCES`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Reporter } from '../../core/reporter.js';
import { type DataConfig, type DataConfigInput, parseDataConfig } from '../data-config.js';
import type { FeatureEntities } from '../features/feature-entities.js';
import { InteractionCollector } from '../interaction-collector.js';
import { PARTS, type PartName } from '../interaction-log.js';
import { EVENT_CODES, type EventName, type InteractionSet } from '../interaction-set.js';
import { loadDataset, splitInteractionSet, splitSource } from '../load-dataset.js';
import { Vocabulary } from '../vocabulary.js';
import type { InteractionSource } from './interaction-source.js';
import { openSource } from './open-source.js';
import { interactionSetFromRows } from './rows.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-sources-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;

interface Row {
  readonly user: string;
  readonly item: string;
  readonly timestamp: number;
  readonly weight: number;
  readonly event: EventName;
}

/** Some users and items fall below a rating of 2 altogether; pairs repeat. */
const ROWS: readonly Row[] = Array.from({ length: 3000 }, (_, i) => ({
  user: `u${(i * 7919) % 211}`,
  item: `i${(i * 104729) % 97}`,
  timestamp: 1_600_000_000 + ((i * 31) % 997),
  weight: (i * 104729) % 97 === 5 ? 1 : 1 + (i % 5),
  event: i % 17 === 3 ? 'exposed' : 'positive',
}));
const GENRES: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 97 }, (_, i) => [`i${i}`, `genre ${i % 4}`]),
);

function csvFolder(): string {
  const folder = join(scratch, `set${made++}`);
  mkdirSync(folder);
  const lines = ROWS.map((row) => [row.user, row.item, row.timestamp, row.weight, row.event].join());
  writeFileSync(join(folder, 'log.csv'), ['user,item,timestamp,rating,event', ...lines, ''].join('\n'));
  const items = Object.entries(GENRES).map((cells) => cells.join());
  writeFileSync(join(folder, 'items.csv'), ['item,genre', ...items].join('\n'));
  return folder;
}

function inMemory() {
  const set = interactionSetFromRows(ROWS);
  const values = [...new Set(set.items.ids.map((id) => GENRES[id]))].sort();
  const codes = Int32Array.from(set.items.ids, (id) => values.indexOf(GENRES[id]));
  return {
    ...set,
    itemFeatures: { numRows: set.items.size, columns: { genre: { kind: 'categorical', codes, values } as const } },
  };
}

/** As a database would be: rows in pieces that have to be waited for, columns of which some may be missing. */
class PiecewiseSource implements InteractionSource {
  readonly kind = 'pieces';
  readonly name = 'pieces';
  readonly place = 'pieces';

  constructor(
    private readonly config: DataConfig,
    private readonly pieces: readonly (readonly [PartName, readonly Row[]])[],
  ) {}

  async collect(): Promise<InteractionCollector> {
    const collector = new InteractionCollector(this.config);
    for (const [part, rows] of this.pieces) {
      await Promise.resolve();
      collector.beginPart(PARTS[part], { timestamp: true, weight: true }, this.place);
      collector.addAll({
        count: rows.length,
        userIndex: Int32Array.from(rows, ({ user }) => collector.users.ofText(user)),
        itemIndex: Int32Array.from(rows, ({ item }) => collector.items.ofText(item)),
        timestamp: Float64Array.from(rows, ({ timestamp }) => timestamp),
        weight: Float64Array.from(rows, ({ weight }) => weight),
        event: Uint8Array.from(rows, ({ event }) => EVENT_CODES[event]),
      });
    }
    return collector;
  }

  async features(side: 'user' | 'item', { vocabulary }: FeatureEntities) {
    if (side === 'user') return undefined;
    const values = [...new Set(Object.values(GENRES))].sort();
    const codes = Int32Array.from(vocabulary.ids, (id) => values.indexOf(GENRES[id]));
    return { numRows: vocabulary.size, columns: { genre: { kind: 'categorical', codes, values } as const } };
  }

  findings() {
    return { description: { table: 'log' }, warnings: ['a warning'], notes: ['a note'] };
  }
}

type Opener = (config: DataConfig, reporter: Reporter) => InteractionSource;
const SOURCES: Readonly<Record<string, Opener>> = {
  files: (config, reporter) => openSource(csvFolder(), { config, reporter }),
  'in memory': (config, reporter) => openSource(inMemory(), { config, reporter }),
  'piece by piece': (config) =>
    new PiecewiseSource(config, [
      ['train', ROWS.slice(0, 1000)],
      ['train', ROWS.slice(1000, 2990)],
      ['train', ROWS.slice(2990)],
    ]),
};

async function load(open: Opener, input: DataConfigInput) {
  const told: string[] = [];
  const tell = (sentence: string): void => {
    told.push(sentence);
  };
  const reporter: Reporter = { info: tell, warn: tell, progress: () => ({ update() {}, finish() {} }) };
  const config = parseDataConfig(input);
  return { told, data: await splitSource(open(config, reporter), config, reporter) };
}

describe.each(Object.entries(SOURCES))('%s', (_, open) => {
  test.each<[string, DataConfigInput]>([
    ['as it is', {}],
    ['filtered', { minRating: 2, kCore: { user: 3, item: 3 }, from: 1_600_000_100 }],
    ['weighted, split at random', { useWeights: true, deduplicate: 'sum', split: { name: 'random' } }],
  ])('gives what the others give, %s', async (_title, config) => {
    const { data } = await load(open, config);
    const { data: other } = await load(SOURCES['in memory'], config);
    expect([data.users.ids, data.items.ids]).toEqual([other.users.ids, other.items.ids]);
    expect([data.train, data.valid, data.test]).toEqual([other.train, other.valid, other.test]);
    const genres = ({ itemFeatures, items }: typeof data) => {
      const { genre } = itemFeatures!.columns;
      if (genre.kind !== 'categorical') throw new Error(genre.kind);
      expect(itemFeatures!.numRows).toBe(items.size);
      return Array.from(genre.codes, (code) => genre.values[code]);
    };
    expect(genres(data)).toEqual(data.items.ids.map((id) => GENRES[id]));
    expect(genres(data)).toEqual(genres(other));
    expect(data.userFeatures).toBeUndefined();
  });

  test('tells the reporter what it has noted', async () => {
    const { data, told } = await load(open, { minRating: 2 });
    expect(data.notes.join()).toContain('rated below 2 and were left out');
    expect(told).toEqual(data.notes);
  });

  test('is described without its place', async () => {
    const config = parseDataConfig({});
    const source = open(config, { info() {}, warn() {}, progress: () => ({ update() {}, finish() {} }) });
    await source.collect();
    const description = JSON.stringify({ kind: source.kind, ...source.findings().description });
    expect(description).not.toContain(scratch);
    expect(source.kind).not.toBe('');
  });
});

test('pieces of one part are one log; pieces of several are a split', async () => {
  const config = parseDataConfig({});
  const split = async (names: readonly PartName[]) => {
    const pieces = names.map((name, i) => [name, ROWS.slice(i * 1000, (i + 1) * 1000)] as const);
    return (await load(() => new PiecewiseSource(config, pieces), {})).data.split.resolved.name;
  };
  expect(await split(['train', 'train', 'train'])).toBe('global-time');
  expect(await split(['train', 'train', 'test'])).toBe('given');
});

test('what a source has to say comes first', async () => {
  const { data } = await load(SOURCES['piece by piece'], { minRating: 2 });
  expect(data.notes.slice(0, 2)).toEqual(['a warning', 'a note']);
});

test('a file that says nothing of its place is described by its content', async () => {
  const { source } = await loadDataset(csvFolder());
  expect(source).toMatchObject({ format: 'csv', name: expect.stringMatching(/^set\d+$/) });
  expect(source.files.map(({ name, role }) => [name, role])).toEqual([
    ['log.csv', 'interactions'],
    ['items.csv', 'itemFeatures'],
  ]);
});

describe('interactions in memory', () => {
  const items = Vocabulary.from(['taken', 'cold', 'rare']);
  const genre = { kind: 'categorical', codes: Int32Array.of(0, 1, 0), values: ['a', 'b'] } as const;
  const emb = { kind: 'vector', dim: 2, numbers: Float32Array.of(1, 2, 3, 4, 5, 6) } as const;
  const since = { kind: 'time', seconds: Float64Array.of(1, 2, 3) } as const;
  const tags = {
    kind: 'multi-valued',
    offsets: Int32Array.of(0, 1, 3, 3),
    codes: Int32Array.of(0, 1, 0),
    weights: Float32Array.of(1, 2, 3),
    values: ['x', 'y'],
  } as const;
  const set: InteractionSet = {
    users: Vocabulary.from(['ann', 'bob']),
    items,
    userIndex: Int32Array.of(0, 1, 1),
    itemIndex: Int32Array.of(0, 0, 2),
    itemFeatures: { numRows: 3, columns: { genre, emb, since, tags } },
  };
  const filtered = { kCore: { item: 2 }, split: { name: 'random' } } as const;

  test('keep items without any where features are used, and what a filter took out stays out', () => {
    const kept = splitInteractionSet(set, { ...filtered, coldItems: 'keep' });
    expect(kept.items.ids).toEqual(['taken', 'cold']);
    expect(kept.itemFeatures!.columns).toEqual({
      genre: { ...genre, codes: Int32Array.of(0, 1) },
      emb: { ...emb, numbers: Float32Array.of(1, 2, 3, 4) },
      since: { ...since, seconds: Float64Array.of(1, 2) },
      tags: { ...tags, offsets: Int32Array.of(0, 1, 3) },
    });
    expect(splitInteractionSet(set, filtered).items.ids).toEqual(['taken']);
    expect(items.ids).toEqual(['taken', 'cold', 'rare']);
  });

  test('take the options of their columns from the configuration, and refuse other kinds', () => {
    const columns = { genre: { kind: 'categorical', minEntities: 2 }, emb: 'ignore', since: 'time' } as const;
    const { itemFeatures } = splitInteractionSet(set, { itemFeatures: { columns } });
    expect(Object.keys(itemFeatures!.columns)).toEqual(['genre', 'since', 'tags']);
    expect(itemFeatures!.columns.genre.options).toMatchObject({ minEntities: 2 });
    const refused = (name: string, kind: 'text'): unknown =>
      splitInteractionSet(set, { itemFeatures: { columns: { [name]: kind } } });
    expect(() => refused('gerne', 'text')).toThrow(/"gerne" is no column of them \(did you mean "genre"\?\)/);
    expect(() => refused('genre', 'text')).toThrow(/"genre" is categorical in memory, not text/);
  });
});
