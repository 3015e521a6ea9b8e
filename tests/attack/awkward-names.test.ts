/**
 * Names that JavaScript's objects already have, given from outside at every entry: columns, keys of rows, events, ids,
 * attributes, names of metrics and presets, configuration keys. They mean what any other name there means.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { didYouMean } from '../../src/core/nearest-name.js';
import { metricByName } from '../../src/evaluation/metrics/registry.js';
import {
  buildGraph,
  ConfigError,
  describeGraph,
  explain,
  exportRun,
  interactionSetFromRows,
  loadGraph,
  loadRun,
  openBundle,
  presetOf,
  recommendForUser,
  resolveConfig,
  toGraphology,
  train,
  useBackend,
} from '../../src/index.js';

const NAMES = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'prototype'];
const work = mkdtempSync(join(tmpdir(), 'twinlight-names-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const write = (name: string, lines: readonly string[]): string => {
  writeFileSync(join(work, name), `${lines.join('\n')}\n`);
  return join(work, name);
};

const PAIRS = Array.from({ length: 60 }, (_, i) => [i % 12, (i * 5 + Math.floor(i / 12)) % 10] as const);
const data = { split: { name: 'random' } } as const;

describe('columns of feature files', () => {
  const log = write('log.csv', ['user,item', ...PAIRS.map(([user, item]) => `u${user},i${item}`)]);
  const cells = (item: number) => NAMES.map((_, n) => `v${(item + n) % 3}`);
  const csv = write('items.csv', [
    ['item', ...NAMES].join(','),
    ...Array.from({ length: 10 }, (_, item) => [`i${item}`, ...cells(item)].join(',')),
  ]);
  const jsonl = write('items.jsonl', [
    ...Array.from({ length: 9 }, (_, item) => {
      const own = cells(item).map((cell, n) => `${JSON.stringify(NAMES[n])}: ${JSON.stringify(cell)}`);
      return `{"item": "i${item}", ${own.join(', ')}}`;
    }),
    '{"item": "i9"}',
  ]);

  it.each([csv, jsonl])('are read, kept, shown and used: %s', async (path) => {
    const graph = await buildGraph(log, {
      data: { ...data, itemFeatures: { path: basename(path) } },
      graphsDir: join(work, 'graphs'),
    });
    const again = await loadGraph(graph.folder!);
    expect(Object.keys(again.itemFeatures!.columns)).toEqual(NAMES);
    for (const name of NAMES) {
      expect(again.itemFeatures!.columns[name], name).toMatchObject({ kind: 'categorical' });
      const { values } = again.itemFeatures!.columns[name] as { values: readonly string[] };
      expect([...values].sort(), name).toEqual(['v0', 'v1', 'v2']);
    }
    expect(Object.keys(describeGraph(again).itemFeatures)).toEqual(NAMES);
    const set = ['training.epochs=1', 'encoder.embeddingDim=8', `encoder.attributes=${JSON.stringify(NAMES)}`];
    const run = join(work, `run-${path.endsWith('csv') ? 'csv' : 'jsonl'}`);
    await train({ source: again.folder, preset: 'lightgcn', run, set, backend: 'cpu' });
    expect(await recommendForUser(await loadRun(run), 'u0', { k: 3 })).toHaveLength(3);
    const { bundle } = await exportRun(await loadRun(run));
    expect((await openBundle(bundle)).items.size).toBe(10);
  });

  it('are not there where nobody put them', async () => {
    const graph = await buildGraph(log, { data: { ...data, itemFeatures: 'none' }, graphsDir: join(work, 'graphs') });
    for (const name of NAMES) {
      const set = ['negatives.sources=[{name: attribute, attribute: NAME, count: 2}]'.replace('NAME', name)];
      const training = train({ source: graph, preset: 'lightgcn-bpr', run: join(work, 'none'), set, backend: 'cpu' });
      await expect(training, name).rejects.toThrow(ConfigError);
    }
  });
});

it('keys of JSON rows that a later row lacks are empty there', async () => {
  const rows = PAIRS.map(([user, item], i) =>
    i === 0 ? `{"user": "u${user}", "item": "i${item}", "constructor": 3}` : `{"user": "u${user}", "item": "i${item}"}`,
  );
  const columns = { weight: 'constructor' };
  const config = { ...data, columns, useWeights: true, onBadRow: 'skip' };
  const graph = await buildGraph(write('rows.jsonl', rows), { data: config as never });
  const weights = [...(graph.train.weight ?? [])];
  expect(weights.every(Number.isFinite)).toBe(true);
});

describe('events', () => {
  const rows = PAIRS.map(([user, item], i) => `u${user},i${item},${i % 4 === 0 ? 'toString' : 'constructor'}`);
  const log = write('events.csv', ['user,item,event', ...rows]);

  it('are told apart by their own names', async () => {
    const events = { constructor: 'positive', toString: 'exposed' };
    const graph = await buildGraph(log, { data: { ...data, events } as never });
    expect(graph.otherEvents!.userIndex.length).toBe(15);
  });

  it('that the table does not have are bad rows', async () => {
    await expect(buildGraph(log, { data: { ...data, events: { click: 'positive' } } as never })).rejects.toThrow(
      'got "toString"',
    );
  });

  it('of rows in memory are checked', () => {
    for (const event of NAMES) {
      const row = { user: 'a', item: 'b', event: event as 'positive' };
      expect(() => interactionSetFromRows([row]), event).toThrow('event: expected one of');
    }
  });
});

it('ids stand for themselves', async () => {
  const ids = [...NAMES, 'a', 'b', 'c', 'd'];
  const rows = PAIRS.map(([user, item]) => `${ids[user % 10]},${ids[item]}`);
  const log = write('ids.csv', ['user,item', ...rows]);
  const graph = await buildGraph(log, { data, graphsDir: join(work, 'graphs') });
  expect([...graph.users.ids].sort()).toEqual([...ids].sort());
  expect(toGraphology(graph, { ego: { side: 'user', index: 0 } }).order).toBeGreaterThan(1);
  const run = join(work, 'ids');
  await train({ source: graph, preset: 'popularity', run, backend: 'cpu' });
  for (const id of NAMES) {
    const items = await recommendForUser(await loadRun(run), id, { k: 2, includeKnown: true });
    expect(
      items.every((item) => ids.includes(item.id)),
      id,
    ).toBe(true);
  }
});

describe.each(NAMES)('%s', (name) => {
  it('is no metric, preset, part or backend', async () => {
    expect(() => metricByName(name)).toThrow('unknown metric');
    expect(() => presetOf(name)).toThrow('is not known');
    expect(() => explain(name)).toThrow('is not known');
    await expect(useBackend(name)).rejects.toThrow('is not known');
    expect(typeof didYouMean(name, ['a'])).toBe('string');
  });

  it('is no configuration key, wherever it stands', () => {
    const sections = ['', 'training', 'encoder', 'losses', 'losses.main', 'data', 'data.columns', 'data.itemFeatures'];
    for (const section of sections) {
      const inner = JSON.parse(`{${JSON.stringify(name)}: 1}`);
      const keys = section.split('.').filter((key) => key !== '');
      const layer = keys.reduceRight<object>((below, key) => ({ [key]: below }), inner);
      expect(() => resolveConfig([layer as never], section), section).toThrow(ConfigError);
    }
  });

  it('is no value that is chosen by name', () => {
    const layers = [
      { losses: { main: { name } } },
      { encoder: { name } },
      { views: { first: { name } } },
      { ranker: { name } },
      { data: { split: { name }, format: name } },
      { negatives: { sources: [{ name }] } },
      { training: { monitor: name } },
    ];
    for (const layer of layers) expect(() => resolveConfig([layer as never], 'x')).toThrow(ConfigError);
  });
});

it('a table of free names refuses the one that would be lost', () => {
  const events = JSON.parse('{"__proto__": "positive", "click": "positive"}');
  expect(() => resolveConfig([{ data: { events } }], 'x')).toThrow("data.events.__proto__: a key can't be called so");
});
