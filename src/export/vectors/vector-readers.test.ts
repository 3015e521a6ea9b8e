/**
 * Vector files as those open them whom they are for: pyarrow, DuckDB, Polars, NumPy, safetensors, gensim. Needs
 * `npm run setup:targets`; skipped where these are not there. What TensorBoard's projector reads is held to its definition.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingParts, TARGETS_CACHE } from '../../../scripts/target-servers.mjs';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { encodeFvecs } from './fvecs.js';
import { encodeSafetensors } from './safetensors.js';
import { VECTOR_FORMAT_NAMES, writeVectors } from './vector-formats.js';

const DIM = 5;
const ITEM_IDS = [
  'i0',
  'two words',
  'tab\tand\nline',
  'back\\slash',
  'ünï 😀',
  '',
  '"quoted", \'too\'',
  'nbsp\u00a0',
  '7',
];
const USER_IDS = ['u0', 'u1'];
const items = randomMatrix(ITEM_IDS.length, DIM, 'readers items');
const users = randomMatrix(USER_IDS.length, DIM, 'readers users');
items[3] = 1e-30;
items[4] = -0;

const missing = missingParts('readers');
if (missing) console.warn(`Python's readers: skipped; ${missing}`);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-readers-'));
  const sides = [
    { side: 'item', ids: ITEM_IDS, vectors: items },
    { side: 'user', ids: USER_IDS, vectors: users },
  ] as const;
  await writeVectors(folder, { embeddingDim: DIM, sides, createdBy: 'a test' }, VECTOR_FORMAT_NAMES);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in the folder of the files and parses the JSON that it prints. */
function python(script: string): unknown {
  const program = join(TARGETS_CACHE, 'readers', 'bin', 'python');
  const { stdout, stderr, status } = spawnSync(program, ['-c', `import json\n${script}`], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const rowsOf = (vectors: Float32Array): number[][] =>
  Array.from({ length: vectors.length / DIM }, (_, row) => [...vectors.subarray(row * DIM, (row + 1) * DIM)]);
/** Texts have no -0. */
const positiveZeros = (rows: number[][]): number[][] => rows.map((row) => row.map((value) => value + 0));
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe.skipIf(missing !== undefined)('in Python', () => {
  it('tfrecord reads examples of ids and vectors', () => {
    const found = python(`
from tfrecord.reader import tfrecord_loader
rows = list(tfrecord_loader("items.tfrecord", None, {"id": "byte", "vector": "float"}))
print(json.dumps([[bytes(row["id"]).decode() for row in rows], [row["vector"].tolist() for row in rows]]))`);
    expect(found).toEqual([ITEM_IDS, rowsOf(items)]);
  });

  it('pyarrow opens an Arrow file with vectors of fixed size', () => {
    const found = python(`
import pyarrow as pa
table = pa.ipc.open_file("items.arrow").read_all()
table.validate(full=True)
print(json.dumps([str(table.schema.field("vector").type), str(table.schema.field("id").type), table["id"].to_pylist(), table["vector"].to_pylist()]))`);
    expect(found).toEqual([`fixed_size_list<element: float not null>[${DIM}]`, 'string', ITEM_IDS, rowsOf(items)]);
  });

  it('pyarrow opens embeddings.parquet with vectors of fixed size', () => {
    const found = python(`
import pyarrow.parquet as pq
table = pq.read_table("embeddings.parquet")
table.validate(full=True)
print(json.dumps([str(table.schema.field("vector").type), table["side"].to_pylist(), table["row"].to_pylist(), table["id"].to_pylist(), table["vector"].to_pylist()]))`);
    expect(found).toEqual([
      `fixed_size_list<element: float not null>[${DIM}]`,
      [...ITEM_IDS.map(() => 'item'), ...USER_IDS.map(() => 'user')],
      [...ITEM_IDS.keys(), ...USER_IDS.keys()],
      [...ITEM_IDS, ...USER_IDS],
      [...rowsOf(items), ...rowsOf(users)],
    ]);
  });

  it('Polars opens embeddings.parquet with arrays', () => {
    const found = python(`
import polars
frame = polars.read_parquet("embeddings.parquet")
print(json.dumps([str(frame.schema["vector"]), frame["id"].to_list(), frame["vector"].to_list()]))`);
    const rows = [...rowsOf(items), ...rowsOf(users)];
    expect(found).toEqual([`Array(Float32, shape=(${DIM},))`, [...ITEM_IDS, ...USER_IDS], rows]);
  });

  it('DuckDB searches embeddings.parquet by array functions', () => {
    const found = python(`
import duckdb
rows = duckdb.sql("""
SELECT id, array_inner_product(vector::FLOAT[${DIM}], (SELECT vector::FLOAT[${DIM}] FROM 'embeddings.parquet' WHERE id = 'u1')) AS score
FROM 'embeddings.parquet' WHERE side = 'item' ORDER BY score DESC""").fetchall()
print(json.dumps(rows))`) as [string, number][];
    const [, user] = rowsOf(users);
    const scores = rowsOf(items).map((row) => row.reduce((sum, value, d) => sum + value * user[d], 0));
    const order = [...ITEM_IDS.keys()].sort((a, b) => scores[b] - scores[a]);
    expect(found.map(([id]) => id)).toEqual(order.map((row) => ITEM_IDS[row]));
    for (const [at, row] of order.entries()) expect(found[at][1]).toBeCloseTo(scores[row], 5);
  });

  it('NumPy reads fvecs as their readers do', () => {
    const found = python(`
import numpy
raw = numpy.fromfile("items.fvecs", dtype="int32")
rows = raw.reshape(-1, raw[0] + 1)
assert (rows[:, 0] == raw[0]).all()
print(json.dumps(rows[:, 1:].copy().view("float32").tolist()))`);
    expect(found).toEqual(rowsOf(items));
  });

  it('safetensors opens its file', () => {
    const found = python(`
from safetensors import safe_open
with safe_open("embeddings.safetensors", "numpy") as file:
    print(json.dumps([{name: file.get_tensor(name).tolist() for name in sorted(file.keys())}, str(file.get_tensor("items").dtype), file.metadata()]))`);
    expect(found).toEqual([{ items: rowsOf(items), users: rowsOf(users) }, 'float32', { createdBy: 'a test' }]);
  });

  it('gensim opens the text format of word2vec', () => {
    const found = python(`
from gensim.models import KeyedVectors
model = KeyedVectors.load_word2vec_format("items.word2vec.txt", binary=False)
print(json.dumps([model.index_to_key, model.vectors.tolist(), model.vectors.shape[1]]))`) as [
      string[],
      number[][],
      number,
    ];
    expect(found[2]).toBe(DIM);
    expect(found[1]).toEqual(positiveZeros(rowsOf(items)));
    expect(found[0]).toEqual([
      'i0',
      'two\\u0020words',
      'tab\\u0009and\\u000aline',
      'back\\\\slash',
      'ünï\\u0020😀',
      '',
      '"quoted",\\u0020\'too\'',
      'nbsp\\u00a0',
      '7',
    ]);
  });
});

it('Arrow files come back in JavaScript', () => {
  const table = tableFromIPC(readFileSync(join(folder, 'users.arrow')));
  expect(table.toArray().map((row) => row.id)).toEqual(USER_IDS);
  expect(table.toArray().map((row) => [...row.vector])).toEqual(rowsOf(users));
});

it('the projector gets a line of numbers and a line of label for each row, without a header', () => {
  const vectors = text('items.vectors.tsv').split('\n');
  const labels = text('items.metadata.tsv').split('\n');
  expect([vectors.pop(), labels.pop()]).toEqual(['', '']);
  expect(vectors.map((line) => Float32Array.from(line.split('\t'), Number))).toEqual(
    positiveZeros(rowsOf(items)).map((row) => Float32Array.from(row)),
  );
  expect(labels).toEqual(
    ITEM_IDS.map((id) => id.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')),
  );
});

it('JSON lines come back, whatever the ids are', () => {
  const rows = text('items.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows.map(({ id }) => id)).toEqual(ITEM_IDS);
  expect(rows.map(({ vector }) => vector.map(Math.fround))).toEqual(positiveZeros(rowsOf(items)));
});

it('fvecs are their definition: a length and the numbers, little-endian', () => {
  const bytes = Buffer.from(encodeFvecs(Float32Array.of(1, -2, 0.5, 3), 2, 2));
  expect([0, 12].map((at) => bytes.readInt32LE(at))).toEqual([2, 2]);
  expect([4, 8, 16, 20].map((at) => bytes.readFloatLE(at))).toEqual([1, -2, 0.5, 3]);
  expect(() => encodeFvecs(Float32Array.of(1, 2, 3), 2, 2)).toThrow(/expected length 4, got 3/);
});

it('safetensors begin their numbers at a multiple of 8 bytes', () => {
  for (const createdBy of ['', 'a', 'ab', 'abc', 'é']) {
    const parts = encodeSafetensors([{ name: 'm', shape: [1, 2], values: Float32Array.of(1, 2) }], { createdBy });
    const bytes = Buffer.concat(parts);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    expect(header).toEqual({ __metadata__: { createdBy }, m: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } });
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, 2]);
    expect(bytes.length).toBe(16 + length);
  }
});
