/** `embed`, and `recommend` and `similar` by features: of a run and of its bundle, as processes. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeIdList, decodeNpy, openBundle } from '../src/export/index.js';
import { encodeItems, type FeatureRow, openIndex } from '../src/retrieval/index.js';
import { buildOnce, runCli, runJson } from './run-cli.js';

const TINY = [
  'encoder.rows={name: tower, users: history+tower}',
  'encoder.propagation={name: none}',
  'encoder.embeddingDim=8',
  'training.epochs=2',
  'training.batchSize=256',
].flatMap((key) => ['--set', key]);
let folder = '';
beforeAll(async () => {
  buildOnce();
  folder = mkdtempSync(join(tmpdir(), 'twinlight-cli-towers-'));
  const size = ['--users', '120', '--items', '100', '--mean-interactions', '15', '--seed', '3'];
  await json(['sample', '--out', 'world', ...size]);
  const graph = (await json(['build', 'world'])).folder;
  await json(['train', graph, '--preset', 'two-tower', '--run', 'checkpoints/tower', ...TINY]);
  await json(['train', graph, '--preset', 'popularity', '--run', 'checkpoints/popular']);
  await json(['export', 'tower', '--out', 'bundle']);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: readonly string[]) => runCli(args, { cwd: folder });
const json = (args: readonly string[], code = 0) => runJson(args, { cwd: folder }, code);
const file = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text);
const idsOf = (answer: { items: { id: string }[] }): string[] => answer.items.map(({ id }) => id);

const NEW_ITEMS = `id,genre,price,title,colour
n1,genre1,12.5,Item n1 (genre1),red
n2,unheard,,,blue
"n,3",genre2,3,Item of genre2,
i05,genre1,1,Item i05,red
n4,,,,
`;

describe('recommend', () => {
  it('answers alike by a run and by its bundle, by features, history, both, and nothing', async () => {
    const features = '{"segment": "segment1", "age": 30}';
    for (const args of [
      ['--features', 'segment=segment1,age=30'],
      ['--history', 'i01,i02'],
      ['--history', 'i01,i02', '--features', features],
      [],
      ['--window', '30'],
    ]) {
      const [ofRun, ofBundle] = await Promise.all(
        ['tower', 'bundle'].map((model) => json(['recommend', model, ...args, '--k', '5'])),
      );
      expect(ofRun.items).toHaveLength(5);
      expect(ofRun.route).toBe(args.includes('--features') || args.includes('--history') ? 'warm' : 'cold');
      expect(idsOf(ofBundle)).toEqual(idsOf(ofRun));
      const { items: _, ...told } = ofRun;
      expect(ofBundle).toMatchObject(told);
    }
    const pairs = await json(['recommend', 'tower', '--features', 'segment=segment1,age=30']);
    expect(pairs.features).toEqual(['segment', 'age']);
    expect(await json(['recommend', 'tower', '--features', features])).toEqual(pairs);
  });

  it('says which way the answer came, and what it could not use', async () => {
    const hot = await run(['recommend', 'bundle', '--user', 'u001', '--features', 'age=3']);
    expect(hot.stdout).toMatch(/^hot: user u001 by the vector/);
    expect(hot.stderr).toContain('user u001 has a vector of its own');
    const warm = await run(['recommend', 'tower', '--user', 'U001', '--features', 'segment=none,age=30']);
    expect(warm.stdout).toMatch(/^warm: a user made of age\n/);
    expect(warm.stderr).toContain('the model has no user U001 (did you mean "u001"?)');
    expect(warm.stderr).toContain('training did not see the value of segment');
    const cold = await run(['recommend', 'tower', '--window', '7']);
    expect(cold.stdout).toMatch(
      /^cold: nothing is known to go by; what most users had in the last 7 days of training\n/,
    );
  });

  it.each([
    [['tower', '--no-fallback'], 2, 'NOTHING_KNOWN', 'neither a user nor a history nor features'],
    [['tower', '--user', 'U001', '--no-fallback'], 2, 'UNKNOWN_ID', '(did you mean "u001"?)'],
    [
      ['tower', '--features', 'agee=3'],
      2,
      'UNKNOWN_COLUMN',
      'there is no column "agee" (did you mean "age"?); the tower reads',
    ],
    [['tower', '--features', 'age=old'], 3, 'DATA_FEATURE_CELL', 'feature "age", row 0: expected a number, got "old"'],
    [['tower', '--features', '{"age": {}}'], 3, 'DATA_FEATURE_CELL', 'expected a text, a number'],
    [['tower', '--features', '{"age"'], 2, 'USAGE_FEATURES', 'or a JSON object'],
    [['tower', '--features', 'age=3,age=4'], 2, 'USAGE_FEATURES', '"age" twice'],
    [
      ['popular', '--features', 'age=3'],
      2,
      'NO_TOWER',
      'run popular (preset popularity) has no tower that reads features of users',
    ],
    [['popular', '--history', 'i01'], 2, 'NO_HISTORY', 'has no way to make a user of items'],
    [['bundle', '--window', '8'], 2, 'NO_POPULARITY', 'no list of the last 8 days'],
  ])('%j is refused', async (args, exitCode, code, message) => {
    const { error } = await json(['recommend', ...args], exitCode);
    expect(error).toMatchObject({ code, exitCode });
    expect(error.message).toContain(message);
  });
});

describe('similar', () => {
  it('finds what is like an item, or like features, by a run and by its bundle', async () => {
    for (const args of [
      ['--item', 'i05'],
      ['--features', 'genre=genre1,price=12'],
    ]) {
      const [ofRun, ofBundle] = await Promise.all(
        ['tower', 'bundle'].map((model) => json(['similar', model, ...args, '--k', '5'])),
      );
      expect(ofRun.items).toHaveLength(5);
      expect(idsOf(ofBundle)).toEqual(idsOf(ofRun));
    }
    expect((await run(['similar', 'bundle', '--item', 'i05'])).stdout).toMatch(/cosine/);
    const refused = await json(['similar', 'bundle', '--features', 'genre=unheard'], 2);
    expect(refused.error).toMatchObject({ code: 'NOTHING_KNOWN' });
  });
});

describe('embed', () => {
  it('writes ids and vectors in every format, keeps the model’s own, and counts what it could not use', async () => {
    file('new.csv', NEW_ITEMS);
    file(
      'new-users.jsonl',
      '{"user": "x1", "segment": "segment1", "interests": ["interest1"]}\n{"user": "u001", "age": 3}\n',
    );
    const args = ['--items', 'new.csv', '--users', 'new-users.jsonl', '--format', 'npy,parquet,csv,jsonl,faiss'];
    const result = await json(['embed', 'bundle', ...args, '--out', 'vectors']);
    expect(result).toMatchObject({
      embeddingDim: 8,
      items: { rows: 5, hot: 1, unseen: 1, unknown: 2, missingColumns: ['tags'], unusedColumns: ['colour'] },
      users: { rows: 2, hot: 1, unseen: 0, unknown: 0, unusedColumns: [] },
    });
    const read = (name: string) => readFileSync(join(folder, 'vectors', name));
    expect(readdirSync(join(folder, 'vectors')).sort()).toEqual([...result.files].sort());
    const ids = decodeIdList(read('item_ids.txt').toString(), 'x');
    expect(ids).toEqual(['n1', 'n2', 'n,3', 'i05', 'n4']);

    const bundle = await openBundle(join(folder, 'bundle'));
    const rows: FeatureRow[] = [
      { genre: 'genre1', price: 12.5, title: 'Item n1 (genre1)' },
      { genre: 'unheard' },
      { genre: 'genre2', price: 3, title: 'Item of genre2' },
      {},
      {},
    ];
    const expected = await encodeItems(bundle, rows);
    expected.set(bundle.serving.space!.rowOf('item', bundle.items.indexOf('i05')!), 3 * 8);
    const vectors = decodeNpy(read('items.npy'), 'x');
    expect(vectors).toEqual({ shape: [5, 8], values: expected });

    const [header, ...lines] = read('items.csv').toString().trimEnd().split('\n');
    expect(header).toBe('id,v0,v1,v2,v3,v4,v5,v6,v7');
    expect(lines[2]).toMatch(/^"n,3",/);
    expect(Float32Array.from(lines[0].split(',').slice(1), Number)).toEqual(expected.slice(0, 8));
    const objects = read('items.jsonl')
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects.map(({ id }) => id)).toEqual(ids);
    expect(Float32Array.from(objects.flatMap(({ vector }) => vector))).toEqual(expected);
    const top = await openIndex(join(folder, 'vectors', 'items.faiss')).search(expected.slice(16, 24), 1);
    expect(top.ids[0]).toBe(2);
    const manifest = JSON.parse(read('manifest.json').toString());
    expect(manifest).toMatchObject({ kind: 'twinlight-vectors', normalized: true, counts: { items: { hot: 1 } } });
    expect(Object.keys(manifest.files)).toHaveLength(result.files.length - 1);
  });

  it('reads gzip and RecBole tables, and gives a run the vectors of its bundle', async () => {
    const [header, ...rows] = NEW_ITEMS.trimEnd().split('\n');
    expect(header).toBe('id,genre,price,title,colour');
    file('new.csv.gz', gzipSync(NEW_ITEMS));
    const cells = rows.filter((row) => !row.includes('"')).map((row) => row.split(',').slice(0, 3).join('\t'));
    file('new.item', `item_id:token\tgenre:token\tprice:float\n${cells.join('\n')}\n`);
    await json(['embed', 'tower', '--items', 'new.csv.gz', '--out', 'of-run']);
    await json(['embed', 'bundle', '--items', 'new.csv', '--out', 'of-bundle']);
    const bytes = (name: string) => readFileSync(join(folder, name, 'items.npy'));
    expect(bytes('of-run').equals(bytes('of-bundle'))).toBe(true);
    const result = await json(['embed', 'tower', '--items', 'new.item', '--out', 'of-recbole']);
    expect(result.items).toMatchObject({ rows: 4, missingColumns: expect.arrayContaining(['title', 'tags']) });
  });

  it('leaves what is there alone, and nothing half done', async () => {
    file('good.csv', 'id,genre\nn1,genre1\n');
    const args = ['embed', 'tower', '--items', 'good.csv', '--out'];
    await json([...args, 'again']);
    expect((await json([...args, 'again'], 2)).error).toMatchObject({ code: 'EXPORT_TAKEN' });
    await json([...args, 'again', '--overwrite']);
    file('again/mine.txt', 'x');
    expect((await json([...args, 'again', '--overwrite'], 2)).error.message).toContain('holds more than vectors');
    expect((await json([...args, 'world', '--overwrite'], 2)).error.message).toContain('no folder of vectors');
    file('bad.csv', 'id,price\nn1,cheap\n');
    const refused = await json(['embed', 'tower', '--items', 'bad.csv', '--out', 'bad'], 3);
    expect(refused.error.message).toMatch(/bad\.csv:2: expected a number, got "cheap" in column "price"/);
    expect(existsSync(join(folder, 'bad'))).toBe(false);
    const skipped = await run(['embed', 'tower', '--items', 'bad.csv', '--out', 'bad', '--on-bad-row', 'skip']);
    expect(skipped.stderr).toContain('1 cells of "price" count as missing (line 2: expected a number, got "cheap")');
  });

  it.each([
    [['tower', '--items', 'none.csv'], 3, 'DATA_MISSING_FILE', 'none.csv'],
    [['tower', '--items', 'other.csv'], 2, 'UNKNOWN_COLUMN', '"gnre" (did you mean "genre"?)'],
    [['tower', '--items', 'new.csv', '--format', 'npz'], 2, 'VECTOR_FORMAT', '"npz" (did you mean "npy"?)'],
    [['popular', '--items', 'new.csv'], 2, 'NO_TOWER', 'no tower that reads features of items'],
    [['tower', '--items', 'new.csv', '--item-id', 'sku'], 3, 'DATA_NO_COLUMN', '"sku"'],
  ])('%j is refused', async (args, exitCode, code, message) => {
    file('other.csv', 'id,gnre\nn1,x\n');
    file('new.csv', NEW_ITEMS);
    const { error } = await json(['embed', ...args, '--out', 'refused'], exitCode);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});
