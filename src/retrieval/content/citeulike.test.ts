/**
 * Content-kNN on citeulike-t beside figures that others computed: words between blanks, tf-idf with 1 + ln tf and the smoothed idf
 * 1 + ln((1 + N) ÷ (1 + df)) of scikit-learn over items with a training pair, rows at length 1. Needs the data set.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { evaluateTasks, tasksOf } from '../../evaluation/index.js';
import { buildGraph, itemDegrees, userDegrees } from '../../graph/index.js';
import { heldOutFor } from '../../runs/index.js';
import { ContentKnn } from './content-knn.js';
import type { ContentRows } from './content-rows.js';

const DATA = process.env.TWINLIGHT_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
const FOLDER = join(DATA, 'citeulike-t');
const isThere = existsSync(FOLDER);
if (!isThere) console.info('citeulike-t is not at hand (set TWINLIGHT_DATA to the folder that holds it): skipped');

/** Recall@20 and ndcg@20 on test. */
const EXPECTED = { overall: [0.1414, 0.0788], cold: [0.2816, 0.158], warm: [0.1504, 0.0773] };

function tfIdf(texts: readonly string[], isTrained: (item: number) => boolean): ContentRows {
  const counts = texts.map((text) => {
    const of = new Map<string, number>();
    for (const word of text.split(/\s+/)) if (word !== '') of.set(word, (of.get(word) ?? 0) + 1);
    return of;
  });
  const documents = new Map<string, number>();
  const trained = counts.filter((_, item) => isTrained(item));
  for (const of of trained) for (const word of of.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  const columns = new Map([...documents.keys()].map((word, column) => [word, column] as const));
  const weight = (word: string, count: number): number =>
    (1 + Math.log(count)) * (1 + Math.log((1 + trained.length) / (1 + documents.get(word)!)));
  const rows = counts.map((of) => [...of].filter(([word]) => columns.has(word)));
  let end = 0;
  return {
    numValues: columns.size,
    offsets: Int32Array.from([0, ...rows.map((row) => (end += row.length))]),
    columns: Int32Array.from(rows.flat(), ([word]) => columns.get(word)!),
    values: Float32Array.from(rows.flat(), ([word, count]) => weight(word, count)),
  };
}

it.runIf(isThere)('reproduces recall and ndcg of the three tasks within .002', { timeout: 600_000 }, async () => {
  const columns = { text: { kind: 'text' as const } };
  const graph = await buildGraph(FOLDER, { data: { itemFeatures: { path: 'items.csv', columns }, coldItems: 'drop' } });
  const { train, itemFeatures } = graph;
  const degrees = itemDegrees(train);
  const { texts } = itemFeatures!.columns.text as { texts: readonly string[] };
  const knn = new ContentKnn(
    train,
    tfIdf(texts, (item) => degrees[item] > 0),
  );
  const report = await evaluateTasks(knn, {
    ...heldOutFor(graph, 'test'),
    itemDegrees: degrees,
    userDegrees: userDegrees(train),
    topK: [20],
    metrics: ['recall', 'ndcg'],
    cohorts: false,
  });
  expect(tasksOf(report).map(({ numCandidates }) => numCandidates)).toEqual([25_581, 5_113, 20_468]);
  for (const { task, metrics } of tasksOf(report)) {
    const [recall, ndcg] = EXPECTED[task as keyof typeof EXPECTED];
    expect(Math.abs(metrics['recall@20'] - recall), task).toBeLessThan(0.002);
    expect(Math.abs(metrics['ndcg@20'] - ndcg), task).toBeLessThan(0.002);
  }
});
