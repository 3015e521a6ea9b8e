/** Folders of vectors: what is in them, by the names that files may have, and what is refused. The command: tests/cli-towers.test.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeRun } from '../../../tests/fake-run.js';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { sha256OfFile } from '../../core/atomic-file.js';
import { SILENT } from '../../core/reporter.js';
import type { FieldEncoding } from '../../data/index.js';
import { ContentEncoder, encodeItems, type Servable } from '../../retrieval/index.js';
import { embedFiles, VECTOR_FORMAT_NAMES } from '../index.js';

const DIM = 8;
/** A column may be called anything. */
const FIELDS: FieldEncoding[] = [
  { kind: 'categorical', name: '__proto__', values: ['red', 'blue'] },
  { kind: 'multi-valued', name: 'tags', values: ['a', 'b'], separator: ';', weighted: true, pooling: 'sum' },
];

const work = mkdtempSync(join(tmpdir(), 'twinlight-embed-'));
let model: Servable;
beforeAll(() => {
  const form = { embeddingDim: DIM, fieldDim: DIM, join: 'sum', senet: false, layers: [], fields: FIELDS } as const;
  const arrays = Object.fromEntries(
    FIELDS.map(({ name }) => [`fields/${name}`, { shape: [4, DIM], values: randomMatrix(4, DIM, name) }]),
  );
  const options = { ...form, layers: [], activation: 'relu', normEpsilon: null } as const;
  const tower = { encoder: new ContentEncoder({ ...options, layers: [...options.layers] }, arrays), ownShare: 0.5 };
  const { serving } = fakeRun({ folder: work });
  model = { serving: { ...serving, towers: { item: async () => tower } } };
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(work, name), text);
  return join(work, name);
};
const ROWS = '{"id": "ü, \\"1\\"", "__proto__": "red", "tags": ["a:2", "b"]}\n{"id": "i3", "__proto__": "blue"}\n';

it('holds the vectors of every row under its id, in every format, with their sums', async () => {
  const out = join(work, 'all');
  const result = await embedFiles(model, { items: file('rows.jsonl', ROWS) }, { out, formats: VECTOR_FORMAT_NAMES });
  const { space, items } = model.serving;
  const expected = [
    await encodeItems(model, [JSON.parse('{"__proto__": "red", "tags": "a:2;b"}')]),
    space!.rowOf('item', items.indexOf('i3')!),
  ];
  expect(Math.hypot(...expected[0])).toBeCloseTo(1, 5);
  const parquet = await parquetReadObjects({ file: await asyncBufferFromFile(join(out, 'embeddings.parquet')) });
  expect(parquet.map(({ id }) => id)).toEqual(['ü, "1"', 'i3']);
  for (const [row, { vector }] of parquet.entries()) expect(Float32Array.from(vector)).toEqual(expected[row]);
  const csv = readFileSync(join(out, 'items.csv'), 'utf8').split('\n');
  expect(csv[1]).toMatch(/^"ü, ""1""",/);
  expect(result).toMatchObject({
    items: { rows: 2, hot: 1, unseen: 0, unknown: 0, missingColumns: [], unusedColumns: [] },
    embeddingDim: DIM,
  });
  const { files } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
  for (const [name, { sha256 }] of Object.entries<{ sha256: string }>(files))
    expect(await sha256OfFile(join(out, name))).toBe(sha256);
});

it('writes lists of ids only beside files that have none, and rows of nothing', async () => {
  const items = file('none.csv', 'id,tags\n');
  const none = await embedFiles(model, { items }, { out: join(work, 'none'), formats: ['csv', 'parquet'] });
  expect(none.files.sort()).toEqual(['embeddings.parquet', 'items.csv', 'manifest.json']);
  expect(none.items).toMatchObject({ rows: 0, missingColumns: ['__proto__'] });
});

it('names the line of weights that are none, or counts them', async () => {
  const items = file('weights.csv', 'id,tags\nx,a:1\ny,a:-1;b\n');
  const out = join(work, 'weights');
  await expect(embedFiles(model, { items }, { out })).rejects.toThrow(
    /weights\.csv:3: expected a positive weight after the colon, got "a:-1" in column "tags"/,
  );
  const told: string[] = [];
  const reporter = { ...SILENT, warn: (text: string) => void told.push(text) };
  await embedFiles(model, { items }, { out, onBadRow: 'skip', reporter });
  expect(told).toEqual([expect.stringMatching(/1 cells of "tags" count as missing \(line 3: /)]);
});

it('refuses no format and no file', async () => {
  const out = join(work, 'refused');
  await expect(embedFiles(model, {}, { out })).rejects.toMatchObject({ code: 'EMBED_NOTHING' });
  const items = file('rows.jsonl', ROWS);
  await expect(embedFiles(model, { items }, { out, formats: [] })).rejects.toMatchObject({ code: 'VECTOR_FORMAT' });
});
