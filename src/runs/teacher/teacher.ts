/** The teacher of a run (`coldStart.teacher`): another run's vectors in this run's order, and what tells them from later ones. */
import { isTrained } from '../../config/active-parts.js';
import type { Registries } from '../../config/registries.js';
import type { RunConfig } from '../../config/run-config.js';
import { bytesOf, sha256Of } from '../../core/atomic-file.js';
import { ConfigError } from '../../core/errors.js';
import type { Side } from '../../core/side.js';
import type { Vocabulary } from '../../data/vocabulary.js';
import { itemDegrees, userDegrees } from '../../graph/bipartite-csr.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import { fittedGraph } from '../held-out.js';
import { embeddingsOf, loadRunWith } from '../load-run.js';
import { foreseenPart } from './foreseen.js';

export interface Teacher {
  readonly embeddingDim: number;
  /** Rows of this run's users and items, zeros for users that the teacher has not, `[number of them, embeddingDim]` row-major. */
  readonly vectors: Readonly<Record<Side, Float32Array>>;
  /** Non-zero for those that the teacher has seen in training, or has a tower for. */
  readonly knows: Readonly<Record<Side, Uint8Array>>;
  /** sha256 of all its vectors. */
  readonly hash: string;
}

/**
 * @returns undefined where the run has no teacher
 * @throws ConfigError `TEACHER_ITEMS`, `TEACHER_USERS` for those that the teacher has not, `TEACHER_DIM`, `TEACHER_FORESIGHT`, `RUN_NO_VECTORS`;
 * what `loadRun` throws
 */
export async function loadTeacher(
  config: RunConfig,
  stored: StoredGraph,
  registries: Registries,
): Promise<Teacher | undefined> {
  const { teacher: options } = config.coldStart;
  if (options === undefined || !isTrained(config)) return undefined;
  const run = await loadRunWith(registries, options.run);
  const { embeddingDim, users, items } = embeddingsOf(run);
  const graph = fittedGraph(stored, config);
  const fitted = fittedGraph(run.graph, run.config).train;
  const there = { users: numbersIn(run.graph.users, graph.users), items: numbersIn(run.graph.items, graph.items) };
  refuseAbsent('item', there.items, options.run);
  if (options.of === 'scores' || options.ids === 'teacher') refuseAbsent('user', there.users, options.run);
  const asLong = options.ids === 'teacher' || (options.weight > 0 && options.of === 'vectors');
  if (asLong && embeddingDim !== config.encoder.embeddingDim) {
    throw new ConfigError(
      'TEACHER_DIM',
      `coldStart.teacher: vectors of ${options.run} have ${embeddingDim} numbers, this run's ${config.encoder.embeddingDim}; set ` +
        `encoder.embeddingDim to ${embeddingDim}${options.ids === 'teacher' ? '' : ', or coldStart.teacher.of to scores'}`,
    );
  }
  const part = foreseenPart(graph, fitted, there);
  if (part !== undefined) {
    throw new ConfigError(
      'TEACHER_FORESIGHT',
      `coldStart.teacher: ${options.run} was trained on pairs that graph ${graph.manifest.id} holds out for ${part}; train it on the ` +
        'same split, without them',
    );
  }
  const degrees = { user: userDegrees(fitted), item: itemDegrees(fitted) };
  const towers = run.serving?.towers ?? {};
  const knows = (side: Side, others: Int32Array): Uint8Array =>
    Uint8Array.from(others, (other) => (other >= 0 && (towers[side] || degrees[side][other] > 0) ? 1 : 0));
  return {
    embeddingDim,
    vectors: { user: rowsAt(users, there.users, embeddingDim), item: rowsAt(items, there.items, embeddingDim) },
    knows: { user: knows('user', there.users), item: knows('item', there.items) },
    hash: sha256Of(`${embeddingDim} `, bytesOf(users), bytesOf(items)),
  };
}

/** Number of each of `own` in `other`, −1 where it is not. */
function numbersIn(other: Vocabulary, own: Vocabulary): Int32Array {
  return Int32Array.from(own.ids, (id) => other.indexOf(id) ?? -1);
}

function refuseAbsent(side: Side, there: Int32Array, folder: string): void {
  const absent = there.reduce((count, other) => count + (other < 0 ? 1 : 0), 0);
  if (absent === 0) return;
  throw new ConfigError(
    side === 'item' ? 'TEACHER_ITEMS' : 'TEACHER_USERS',
    `coldStart.teacher: ${folder} knows ${absent} of this graph's ${there.length} ${side}s not; take a run over the same ${side}s`,
  );
}

function rowsAt(vectors: Float32Array, rows: Int32Array, dim: number): Float32Array {
  const result = new Float32Array(rows.length * dim);
  for (const [at, row] of rows.entries()) {
    if (row >= 0) result.set(vectors.subarray(row * dim, (row + 1) * dim), at * dim);
  }
  return result;
}
