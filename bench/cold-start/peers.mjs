/**
 * Models of others, trained in Python on the same split (`peers/*.py`), ranked by twinlight's evaluation. A peer gets the train pairs, the
 * validation pairs of cold items (to choose its epoch by), the words of content-kNN and LightGCN's vectors; it gives back a vector a user
 * and one an item, of any length.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  EmbeddingRecommender,
  edgeUsers,
  heldOutFor,
  itemDegrees,
  questionsOf,
  rankHeldOut,
  reportOfTask,
  userDegrees,
} from '../../dist/index.js';
import { itemContent } from '../../dist/runs/known-features.js';

const PEERS = join(dirname(fileURLToPath(import.meta.url)), 'peers');

/** Validation as the peer computed it and as twinlight does must agree: ties aside, both rank the same scores. */
const TOLERANCE = 2e-3;

/** Whether a Python has a package; slow packages are loaded for real, since some fail only then. */
export const hasPackage = (python, name) => spawnSync(python, ['-c', `import ${name}`]).status === 0;

/**
 * @param peer name of the file in `peers/`
 * @param graph the split
 * @param embeddings of the collaborative model, for a peer that is made from one
 * @param to { python, seed, set: name=value …, folder: where the vectors stay }; a folder that has them is not trained anew
 * @returns a recommender
 * @throws Error with the peer's own words where it fails, or where its validation figure is not twinlight's
 */
export async function peerRecommender(peer, graph, embeddings, { python, seed, set, folder }) {
  if (!existsSync(join(folder, 'result.json'))) trainPeer(peer, graph, embeddings, { python, seed, set, folder });
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
  const table = (side) => new Float32Array(new Uint8Array(readFileSync(join(folder, `${side}.f32`))).buffer);
  const { embeddingDim } = result;
  const recommender = new EmbeddingRecommender({
    embeddingDim,
    normalized: false,
    users: table('users'),
    items: table('items'),
  });
  const valid = await rankHeldOut(recommender, graph, { part: 'valid', topK: [20], metrics: ['ndcg'] });
  const ours = reportOfTask(valid, 'cold').metrics['ndcg@20'];
  if (Math.abs(ours - result['cold.ndcg@20']) > TOLERANCE) {
    throw new Error(
      `${peer}: cold.ndcg@20 on validation is ${result['cold.ndcg@20']} by the peer, ${ours} by twinlight`,
    );
  }
  return recommender;
}

function trainPeer(peer, graph, embeddings, { python, seed, set, folder }) {
  const files = mkdtempSync(join(tmpdir(), 'twinlight-bench-peer-'));
  try {
    writeGraphFiles(files, graph, embeddings);
    mkdirSync(folder, { recursive: true });
    const args = [join(PEERS, `${peer}.py`), '--graph', files, '--out', folder, '--seed', seed, '--set', ...set];
    const { status, stdout, stderr, error } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${peer} failed: ${error?.message ?? stderr}`);
    writeFileSync(join(folder, 'log.txt'), stdout);
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** Flat arrays of the machine's byte order, as `Graph` in `peers/peer.py` reads them. */
function writeGraphFiles(folder, graph, embeddings) {
  const { train } = graph;
  const { relevant } = heldOutFor(graph, 'valid');
  const asked = questionsOf({ relevant, itemDegrees: itemDegrees(train), userDegrees: userDegrees(train) });
  const valid = asked.find(({ task }) => task === 'cold').relevant;
  const { numValues, offsets, columns, values } = itemContent(graph);
  const { numUsers, numItems } = train;
  const numEntries = offsets[numItems];
  writeFileSync(join(folder, 'shape.json'), JSON.stringify({ numUsers, numItems, numWords: numValues }));
  const ints = {
    'train-users': edgeUsers(train),
    'train-items': train.userNeighbors,
    'valid-users': usersOf(valid),
    'valid-items': valid.values,
    'content-offsets': offsets,
    'content-columns': columns.subarray(0, numEntries),
  };
  for (const [name, array] of Object.entries(ints)) writeFileSync(join(folder, `${name}.i32`), Int32Array.from(array));
  const floats = { 'content-values': values.subarray(0, numEntries), ...tablesOf(embeddings) };
  for (const [name, array] of Object.entries(floats)) writeFileSync(join(folder, `${name}.f32`), array);
}

const tablesOf = (embeddings) => embeddings && { users: embeddings.users, items: embeddings.items };

/** The row of every value, `[numValues]`. */
function usersOf({ offsets, values }) {
  const rows = new Int32Array(values.length);
  for (let row = 0; row + 1 < offsets.length; row++) rows.fill(row, offsets[row], offsets[row + 1]);
  return rows;
}
