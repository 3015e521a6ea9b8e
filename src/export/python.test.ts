/**
 * The files as Python opens them. Needs a Python with faiss and numpy (Debian: apt-get install python3-faiss), named by
 * TWINLIGHT_PYTHON or found; skipped otherwise.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeRun } from '../../tests/fake-run.js';
import { loadFaissNode } from '../retrieval/faiss/faiss-backend.js';
import { encodeFlatIndex, wrapInIdMap } from '../retrieval/faiss/faiss-format.js';
import { encodeHistory } from '../retrieval/history-vectors.js';
import { exportRun } from './export-run.js';
import { historyOfBundle } from './history-file.js';
import { decodeNpy, encodeNpy } from './npy.js';
import { openBundle } from './read-bundle.js';

const candidates = [process.env.TWINLIGHT_PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
const python = candidates.find((name) => spawnSync(name, ['-c', 'import faiss, numpy']).status === 0);
if (python === undefined) {
  console.warn('no python3 with faiss and numpy: skipped (Debian: apt-get install python3-faiss python3-numpy)');
}
const hasFaiss = loadFaissNode() !== undefined;

/** Threads that wait for each other take longer than these small searches. */
const ONE_THREAD = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-python-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in `folder` and parses the one JSON document that it prints. */
function run(script: string): unknown {
  const { stdout, stderr, status } = spawnSync(python as string, ['-c', `import faiss, json, numpy\n${script}`], {
    cwd: folder,
    encoding: 'utf8',
    env: ONE_THREAD,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const valuesOf = (bundle: string): Float32Array =>
  decodeNpy(readFileSync(join(bundle, 'item_history.npy')), 'item_history.npy').values as Float32Array;

const READ_IDS = `
def read_ids(path):
    with open(path, encoding="utf-8", newline="\\n") as file:
        return file.read().split("\\n")[:-1]
`;

describe.skipIf(python === undefined)('in Python', () => {
  it('FAISS and NumPy write the very bytes that we write', () => {
    const vectors = Float32Array.from({ length: 15 }, (_, i) => Math.fround(Math.sin(i)));
    const ids = BigInt64Array.of(7n, -3n, 2n ** 40n, 0n, 1n);
    run(`
v = numpy.array(${JSON.stringify([...vectors])}, dtype="float32").reshape(5, 3)
ids = numpy.array([7, -3, 2**40, 0, 1])
for name, kind in (("product", faiss.IndexFlatIP), ("distance", faiss.IndexFlatL2)):
    index = faiss.IndexIDMap(kind(3))
    index.add_with_ids(v, ids)
    faiss.write_index(index, name + ".faiss")
    flat = kind(3)
    flat.add(v)
    faiss.write_index(flat, name + "-flat.faiss")
numpy.save("v.npy", v)
numpy.save("ids.npy", ids)
print("{}")`);
    const theirs = (name: string) => readFileSync(join(folder, name));
    for (const [name, metric] of [
      ['product', 'inner-product'],
      ['distance', 'l2'],
    ] as const) {
      const flat = encodeFlatIndex(vectors, 3, metric);
      expect(theirs(`${name}-flat.faiss`).equals(flat)).toBe(true);
      expect(theirs(`${name}.faiss`).equals(wrapInIdMap(flat, ids, { embeddingDim: 3, metric }))).toBe(true);
    }
    expect(theirs('v.npy').equals(encodeNpy(vectors, [5, 3]))).toBe(true);
    expect(theirs('ids.npy').equals(encodeNpy(ids, [5]))).toBe(true);
  });

  it('a bundle opens and recommends the same items', async () => {
    const { bundle: path } = await exportRun(fakeRun({ folder: join(folder, 'flat') }));
    const bundle = await openBundle(path);
    const answers = run(`${READ_IDS}
index = faiss.read_index("flat/export/items.faiss")
users, items = numpy.load("flat/export/users.npy"), numpy.load("flat/export/items.npy")
item_ids, user_ids = read_ids("flat/export/item_ids.txt"), read_ids("flat/export/user_ids.txt")
assert index.metric_type == faiss.METRIC_INNER_PRODUCT and index.ntotal == len(item_ids) == len(items)
assert len(user_ids) == len(users) and users.dtype == items.dtype == numpy.float32
scores, rows = index.search(users, 10)
print(json.dumps({user: [item_ids[r] for r in row] for user, row in zip(user_ids, rows)}))`) as Record<
      string,
      string[]
    >;
    for (const [user, found] of Object.entries(answers)) {
      const ours = await bundle.recommend(user, { k: 10 });
      const written = ours.map(({ id }) => id.replaceAll('\\', '\\\\').replaceAll('\n', '\\n'));
      expect(found).toEqual(written);
    }
    expect(Object.keys(answers)).toHaveLength(30);
  });

  it.skipIf(!hasFaiss)('the settings and ids that we put into an index are the ones that FAISS reads', async () => {
    const trained = fakeRun({ folder: join(folder, 'others'), numItems: 700 });
    const cases: { index: string; nprobe?: number; efSearch?: number }[] = [
      { index: 'IVF8,Flat', nprobe: 5 },
      { index: 'IVF4,PQ4x4', nprobe: 3 },
      { index: 'HNSW16', efSearch: 77 },
      { index: 'PQ4x4' },
    ];
    const bundles = cases.map(({ index }) => join(folder, 'others', index));
    for (const [i, options] of cases.entries()) await exportRun(trained, { ...options, out: bundles[i] });
    const answers = run(`
answers = []
for bundle in ${JSON.stringify(bundles)}:
    index = faiss.read_index(bundle + "/items.faiss")
    inner = faiss.downcast_index(index.index)
    scores, rows = index.search(numpy.load(bundle + "/users.npy"), 5)
    answers.append({
        "kind": type(index).__name__, "ids": faiss.vector_to_array(index.id_map).tolist(), "rows": rows.tolist(),
        "nprobe": getattr(inner, "nprobe", None), "efSearch": inner.hnsw.efSearch if hasattr(inner, "hnsw") else None,
    })
print(json.dumps(answers))`) as { ids: number[]; rows: number[][] }[];
    for (const [i, { index, nprobe = null, efSearch = null }] of cases.entries()) {
      expect(answers[i]).toMatchObject({ kind: 'IndexIDMap', nprobe, efSearch });
      expect(answers[i].ids).toEqual([...Array(700).keys()]);
      const ours = await (await openBundle(bundles[i])).index.search(trained.embeddings.users, 5);
      // codes of few bits make many equal scores, whose order is open
      if (!index.includes('PQ')) expect([...ours.ids]).toEqual(answers[i].rows.flat());
    }
  });

  it('the lines of the README work', async () => {
    const { bundle: path } = await exportRun(fakeRun({ folder: join(folder, 'readme') }));
    const readme = readFileSync(join(path, 'README.md'), 'utf8');
    const code = /```python\n(.*?)```/s.exec(readme)?.[1].replace('SOME USER ID', 'u4') as string;
    writeFileSync(join(path, 'try.py'), code);
    const { stdout, stderr } = spawnSync(python as string, ['try.py'], {
      cwd: path,
      encoding: 'utf8',
      env: ONE_THREAD,
    });
    expect(stderr).toBe('');
    const first = (await (await openBundle(path)).recommend('u4', { k: 1 }))[0];
    expect(stdout).toContain(first.id.replaceAll('\n', '\\n'));
  });

  it.each(['none', 'tanh'] as const)('the lines of the README for new users work (activation %s)', async (history) => {
    const { bundle: path } = await exportRun(fakeRun({ folder: join(folder, `new-${history}`), history }));
    const blocks = [...readFileSync(join(path, 'README.md'), 'utf8').matchAll(/```python\n(.*?)```/gs)];
    const [, ours] = blocks.map(([, code]) => code.replace('SOME ITEM ID', 'i1').replace('ANOTHER', 'i5'));
    const code = `${blocks[0][1].replace('SOME USER ID', 'u4')}\n${ours}\nprint("new", item_ids[rows[0][0]], scores[0][0])`;
    writeFileSync(join(path, 'try.py'), code);
    const { stdout, stderr } = spawnSync(python as string, ['try.py'], {
      cwd: path,
      encoding: 'utf8',
      env: ONE_THREAD,
    });
    expect(stderr).toBe('');
    const bundle = await openBundle(path);
    // i5 says nothing, i1 alone makes the user
    const [{ id, score }] = await bundle.search(
      encodeHistory(historyOfBundle(bundle.manifest, valuesOf(path)), Int32Array.of(1)),
      { k: 1 },
    );
    const [, found, theirs] = /new (.*) (\S+)$/m.exec(stdout)!;
    expect(found).toBe(id.replaceAll('\n', '\\n'));
    expect(Number(theirs)).toBeCloseTo(score, 5);
  });
});
