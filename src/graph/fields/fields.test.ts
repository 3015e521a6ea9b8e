import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256Of } from '../../core/atomic-file.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { fieldOptionsSchema } from '../../data/fields/field-options.js';
import type { SplitInteractions } from '../../data/interaction-set.js';
import { Vocabulary } from '../../data/vocabulary.js';
import { assembleGraph } from '../assemble-graph.js';
import { loadGraph, saveGraph } from '../graph-store.js';
import { mergeHeldOut } from '../merge-held-out.js';
import { contentHash, sealGraph } from '../seal-graph.js';
import type { StoredGraph } from '../stored-graph.js';
import { encodedFields } from './encoded-fields.js';
import { fieldInformationOf } from './field-information.js';
import { fieldsOf } from './fields-of.js';

const root = mkdtempSync(join(tmpdir(), 'twinlight-graph-fields-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

const rows = (userIndex: number[], itemIndex: number[], timestamp: number[]) => ({
  userIndex: Int32Array.from(userIndex),
  itemIndex: Int32Array.from(itemIndex),
  timestamp: Float64Array.from(timestamp),
});

const DAY = 86_400;
const LATEST = 20_000 * DAY;
const missing = Number.NaN;

/** Every kind of column; the last item has no training edge. */
const itemFeatures: FeatureTable = {
  numRows: 3,
  columns: {
    brand: { kind: 'categorical', codes: Int32Array.of(0, -1, 1), values: ['acme', 'cold'] },
    tags: {
      kind: 'multi-valued',
      offsets: Int32Array.of(0, 2, 2, 3),
      codes: Int32Array.of(0, 1, 2),
      values: ['a', 'b', 'c'],
      weights: Float32Array.of(3, 1, 2),
      options: fieldOptionsSchema.parse({ kind: 'multi-valued', weighted: true }) as never,
    },
    price: { kind: 'numeric', numbers: Float64Array.of(1, 2, 300) },
    title: { kind: 'text', texts: ['red tea', 'red jam', 'cold'] },
    emb: { kind: 'vector', dim: 2, numbers: Float32Array.of(1, 2, missing, missing, 3, 4) },
    since: { kind: 'time', seconds: Float64Array.of(LATEST - 3 * DAY, LATEST, missing) },
  },
};

const split: SplitInteractions = {
  users: Vocabulary.from(['ann', 'bob']),
  items: Vocabulary.from(['tea', 'jam', 'rye']),
  train: rows([0, 1], [0, 1], [LATEST - DAY, LATEST]),
  valid: rows([0], [1], [LATEST + DAY]),
  test: rows([1], [2], [LATEST + 2 * DAY]),
  itemFeatures,
};

const origin = { name: 'shop', split: 'given', source: {}, data: {}, notes: [] };
const build = (): StoredGraph => sealGraph(assembleGraph(split), origin);
const stored = (): Promise<StoredGraph> => saveGraph(build(), join(root, `set${made++}`));

describe('fields of a graph', () => {
  it('are fitted on the entities with a training edge, ages counted back from the latest training interaction', () => {
    const { user, item } = build().fields!;
    expect(user).toEqual([]);
    expect(item).toMatchObject([
      { name: 'brand', values: ['acme'] },
      { name: 'tags', values: ['a', 'b'], weighted: true },
      { name: 'price', bounds: [2] },
      { name: 'title', terms: ['red'] },
      { name: 'emb', dim: 2 },
      { name: 'since', referenceTime: LATEST, bounds: [2] },
    ]);
  });

  it('come back from the folder with every column, and are no part of the hash', async () => {
    const { folder, manifest, fields, fieldInformation } = await stored();
    const loaded = await loadGraph(folder!);
    expect(loaded.fields).toEqual(fields);
    expect(loaded.fieldInformation).toEqual(fieldInformation);
    expect(loaded.itemFeatures).toEqual(itemFeatures);
    expect(Object.keys(manifest.derived!)).toEqual(['item_field_information.f64', 'item_fields.json']);
    expect(contentHash(manifest.files)).toBe(manifest.hash);
  });

  it('of a graph that has none are fitted when asked for, once', () => {
    const { fields, fieldInformation, ...bare } = build();
    expect(fieldsOf(bare)).toEqual(fields);
    expect(fieldsOf(bare)).toBe(fieldsOf(bare));
    expect(fieldInformationOf(bare)).toEqual(fieldInformation);
    expect(fieldInformationOf(bare)).toBe(fieldInformationOf(bare));
    const { itemFeatures: _, ...without } = bare;
    expect(fieldsOf(without)).toEqual({ user: [], item: [] });
    expect(sealGraph(assembleGraph({ ...split, itemFeatures: undefined }), origin).manifest.derived).toBeUndefined();
  });

  it('stay as they are where held-out pairs become edges, also those that were never stored', async () => {
    const { fields, fieldInformation, ...bare } = build();
    for (const graph of [build(), bare]) {
      const merged = mergeHeldOut(graph, 'test');
      expect(fieldsOf(merged)).toEqual(fields);
      const { folder } = await saveGraph(merged, join(root, `set${made++}`));
      expect(await loadGraph(folder!)).toMatchObject({ fields, fieldInformation });
    }
  });

  it('are encoded as they were stored, else as they are fitted, a row an entity', () => {
    const { fields, ...bare } = build();
    const { user, item } = encodedFields({ ...bare, fields }, bare.train);
    expect(user).toEqual([]);
    expect(item.map(({ name, offsets }) => [name, offsets.length])).toEqual(
      Object.keys(itemFeatures.columns).map((name) => [name, 4]),
    );
    expect(encodedFields(bare, bare.train)).toEqual({ user, item });
    const others = { user: [], item: fields!.item.slice(0, 1) };
    expect(encodedFields({ ...bare, fields: others }, bare.train).item).toEqual(item.slice(0, 1));
  });

  it('know of one another what the entities with a training edge show', () => {
    const { user, item } = build().fieldInformation!;
    expect(user.names).toEqual([]);
    expect(item.names).toEqual(Object.keys(itemFeatures.columns));
    const bit = Math.log(2);
    // of tea and jam: brand is there or not, as emb is; both have a title
    const table = Array.from({ length: 6 }, (_, i) => Array.from(item.nats.subarray(6 * i, 6 * i + 6)));
    expect([table[0][0], table[0][2], table[0][4], table[0][3], table[3][3]]).toEqual([bit, bit, bit, 0, 0]);
  });

  it('that were changed are not stored', async () => {
    const graph = { ...build(), fields: { user: [], item: [] } };
    await expect(saveGraph(graph, root)).rejects.toMatchObject({ code: 'GRAPH_CHANGED' });
  });
});

/** Changes a file of a stored graph, with sums that fit. */
async function forged(list: 'files' | 'derived', name: string, change: (bytes: Buffer) => Buffer | string) {
  const { folder, manifest } = await stored();
  const bytes = change(readFileSync(join(folder!, name)));
  writeFileSync(join(folder!, name), bytes);
  const changed = { ...manifest, [list]: { ...manifest[list], [name]: sha256Of(bytes) } };
  const text = JSON.stringify({ ...changed, hash: contentHash(changed.files) });
  writeFileSync(join(folder!, 'manifest.json'), text);
  writeFileSync(join(folder!, 'manifest.sha256'), `${sha256Of(text)}  manifest.json\n`);
  return loadGraph(folder!);
}

describe('a graph is refused', () => {
  const replaced = (from: string, to: string) => (bytes: Buffer) => {
    const text = bytes.toString('utf8');
    if (!text.includes(from)) throw new Error(`there is no ${from} in ${text}`);
    return text.replace(from, to);
  };
  const noEncodings = /item_fields\.json: expected encodings of features/;
  const otherColumns = /item_fields\.json: expected the encodings of brand \(categorical\), tags \(multi-valued\)/;

  it.each<[string, (bytes: Buffer) => Buffer | string, RegExp]>([
    ['no list', () => '{}', noEncodings],
    ['a kind that does not exist', replaced('"kind":"time"', '"kind":"toString"'), noEncodings],
    ['a value twice', replaced('["a","b"]', '["a","a"]'), noEncodings],
    ['bounds that fall', replaced('"bounds":[2]', '"bounds":[2,1]'), noEncodings],
    ['terms without idf', replaced('"terms":["red"]', '"terms":[]'), noEncodings],
    ['a key of a later release', replaced('"dim":2', '"dim":2,"centre":1'), noEncodings],
    ['another column', replaced('"name":"brand"', '"name":"band"'), otherColumns],
    ['a column less', (bytes) => JSON.stringify(JSON.parse(bytes.toString()).slice(1)), otherColumns],
    ['other vectors', replaced('"dim":2', '"dim":3'), otherColumns],
  ])('whose encodings have %s', async (_title, change, message) => {
    const load = forged('derived', 'item_fields.json', change);
    await expect(load).rejects.toMatchObject({ code: 'GRAPH_DAMAGED' });
    await expect(load).rejects.toThrow(message);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['of another size', (bytes) => bytes.subarray(8)],
    ['that is not symmetric', (bytes) => Buffer.from(new Float64Array(36).map((_, at) => at).buffer, 0, bytes.length)],
    ['with negative numbers', () => Buffer.from(new Float64Array(36).fill(-1).buffer)],
    ['without numbers', () => Buffer.from(new Float64Array(36).fill(Number.NaN).buffer)],
  ])('whose information is a table %s', async (_title, change) => {
    const load = forged('derived', 'item_field_information.f64', change);
    await expect(load).rejects.toThrow(/item_field_information\.f64: expected a symmetric table of 6 × 6 numbers/);
  });

  const float = (value: number, at: number) => (bytes: Buffer) => {
    bytes.writeFloatLE(value, 4 * at);
    return bytes;
  };
  it.each<[string, (bytes: Buffer) => Buffer | string, RegExp]>([
    ['item_features.1.weights.f32', float(0, 1), /column "tags": its weights are not those of its codes/],
    ['item_features.1.weights.f32', (bytes) => bytes.subarray(4), /its weights are not those/],
    ['item_features.4.vectors.f32', float(Number.NaN, 1), /column "emb": they are not vectors of 2 numbers/],
    ['item_features.4.vectors.f32', float(1, 3), /not vectors of 2 numbers/],
    ['item_features.4.vectors.f32', (bytes) => bytes.subarray(4), /not vectors of 2 numbers/],
    ['item_features.4.vectors.f32', (bytes) => bytes.subarray(8), /column "emb": expected 3 rows, got 2/],
    [
      'item_features.5.seconds.f64',
      () => Buffer.from(Float64Array.of(0, 0, Number.POSITIVE_INFINITY).buffer),
      /column "since": an instant is infinite/,
    ],
    [
      'item_features.json',
      replaced('"options":{"kind":"multi-valued"', '"options":{"kind":"time"'),
      /expected rows and/,
    ],
    [
      'item_features.json',
      replaced('"name":"price","kind":"numeric"', '"name":"price","kind":"numeric","options":{"kind":"time"}'),
      /column "price": it is numeric, and its options are of time/,
    ],
  ])('whose %s does not fit', async (name, change, message) => {
    const load = forged('files', name, change);
    await expect(load).rejects.toMatchObject({ code: 'GRAPH_DAMAGED' });
    await expect(load).rejects.toThrow(message);
  });
});
