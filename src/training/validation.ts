/** What is looked at between epochs: ranking quality on validation pairs and the health of the embeddings. */

import type { RunConfig } from '../config/run-config.js';
import {
  alignmentUniformity,
  checkCollapse,
  metricsOfTasks,
  monitoredOf,
  type OwnMetrics,
} from '../evaluation/index.js';
import { edgeUsers } from '../graph/bipartite-csr.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Served } from '../objective/objective.js';
import { EmbeddingRecommender } from '../retrieval/index.js';
import { rankHeldOut } from '../runs/held-out.js';
import type { EpochRecord } from '../runs/report.js';
import { countDead } from './dead-prototypes.js';

export interface Validation {
  readonly served: Served;
  /** `valid` is absent where the graph has no validation pairs. */
  readonly record: Pick<EpochRecord, 'valid' | 'alignment' | 'uniformity' | 'deadPrototypes'>;
  /** A sentence when the embeddings have collapsed. */
  readonly collapse?: string;
}

interface ValidationOptions extends Pick<RunConfig['evaluation'], 'topK' | 'maxUsers'> {
  readonly ownMetrics: OwnMetrics;
  /** Where it names a task, all tasks are answered: what is chosen by cold items is told of warm ones too. */
  readonly monitor: string;
}

export async function validate(
  served: Served,
  graph: StoredGraph,
  { topK, maxUsers, ownMetrics, monitor }: ValidationOptions,
): Promise<Validation> {
  const { embeddings, prototypes } = served;
  const { embeddingDim, users, items } = embeddings;
  const pairs = { userIndex: edgeUsers(graph.train), itemIndex: graph.train.userNeighbors };
  const { alignment, uniformityUsers, uniformityItems } = alignmentUniformity(embeddings, pairs, { maxPairs: 20_000 });
  const collapse =
    checkCollapse(users, embeddingDim, 'user').diagnosis ?? checkCollapse(items, embeddingDim, 'item').diagnosis;
  const hasValid = graph.valid.values.length > 0;
  // collapsed or non-finite embeddings have no ranking to look at
  const report =
    hasValid && collapse === undefined
      ? await rankHeldOut(new EmbeddingRecommender(embeddings), graph, {
          part: 'valid',
          topK,
          maxUsers,
          ownMetrics,
          ...(monitoredOf(monitor).task === 'overall' && { tasks: [] }),
        })
      : undefined;
  const dead = {
    users: prototypes.userPrototypes && (await countDead(users, prototypes.userPrototypes)),
    items: prototypes.itemPrototypes && (await countDead(items, prototypes.itemPrototypes)),
  };
  return {
    served,
    collapse,
    record: {
      ...(report && { valid: metricsOfTasks(report) }),
      alignment,
      uniformity: { users: uniformityUsers, items: uniformityItems },
      ...((dead.users ?? dead.items) !== undefined && { deadPrototypes: dead }),
    },
  };
}

/** Columns of the narrowest terminal that lines are made for. */
const WIDTH = 80;

/** What is shown after a validation: one line, and a second one where they are too many figures for 80 columns. */
export function describeValidation(epoch: number, record: Validation['record'], monitor: string): string {
  const shown = [...new Set(['recall@20', 'ndcg@20', monitoredOf(monitor).recordKey])].filter(
    (key) => record.valid?.[key] !== undefined,
  );
  const parts = shown.map((key) => `${key} ${record.valid![key].toFixed(4)}`);
  if (record.valid === undefined) parts.push('no validation pairs');
  parts.push(`align ${record.alignment!.toFixed(3)}`);
  parts.push(`uniform ${record.uniformity!.users.toFixed(2)}/${record.uniformity!.items.toFixed(2)}`);
  const dead = [record.deadPrototypes?.users, record.deadPrototypes?.items].filter((count) => count !== undefined);
  if (dead.some((count) => count > 0)) parts.push(`dead prototypes ${dead.join('/')}`);
  const lines = [`epoch ${String(epoch).padStart(3)}`];
  for (const part of parts) {
    const last = lines.length - 1;
    if (`${lines[last]}  ${part}`.length < WIDTH) lines[last] += `  ${part}`;
    else lines.push(`${' '.repeat(9)}  ${part}`);
  }
  return lines.join('\n');
}
