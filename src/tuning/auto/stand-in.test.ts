/** What was trained against what needs no training: found better on validation, made, served in its place, and the same after a stop. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlantedWorld } from '../../data/index.js';
import { exportRun } from '../../export/index.js';
import { buildGraph, type StoredGraph } from '../../graph/index.js';
import type { Embeddings } from '../../retrieval/index.js';
import { RowRanking } from '../../retrieval/score-rows.js';
import { embeddingsOf, evaluateRun, loadRun, RunFolder, servedFolder } from '../../runs/index.js';
import { readStateFile } from '../../runs/state-file.js';
import { train } from '../../training/index.js';
import { type AutoReport, trainAuto } from '../index.js';
import { standingText } from './choice-text.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-stand-in-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const at = (name: string): string => join(work, name);
let graph: StoredGraph;
/** Hardly trained, so that item-kNN is better. */
const SET = ['name=table', 'embeddingDim=16']
  .map((key) => `encoder.${key}`)
  .concat(['batchSize=512', 'epochs=1', 'learningRate=0.01'].map((key) => `training.${key}`));
const auto = (name: string, more: object = {}) =>
  trainAuto({ source: graph, run: at(name), set: SET, backend: 'wasm', ...more });
const onValid = async (folder: string): Promise<number> =>
  (await evaluateRun(await loadRun(folder), { part: 'valid', topK: [20] })).metrics['ndcg@20'];
const bestOf = (run: string) => readStateFile(join(run, 'best.state'))!.arrays;
const rootMeanSquare = (rows: Float32Array, count: number): number =>
  Math.sqrt(rows.reduce((sum, value) => sum + value * value, 0) / count);
function product({ embeddingDim, users, items }: Embeddings, user: number, item: number): number {
  let sum = 0;
  for (let d = 0; d < embeddingDim; d++) sum += users[user * embeddingDim + d] * items[item * embeddingDim + d];
  return sum;
}
let first: AutoReport;

beforeAll(async () => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 120, numItems: 80, meanInteractions: 16 });
  graph = await buildGraph(interactions, { graphsDir: at('graphs'), name: 'planted' });
  first = await auto('first', { refit: true });
}, 120_000);

describe('a run that item-kNN is better than', () => {
  it('is stood in for by what is best on validation of all that has vectors', async () => {
    const { standing } = first.auto!;
    const { trained, ofRival, vectors, fused, standIn } = standing!;
    expect(standing).toMatchObject({ rival: 'item-knn', isClear: true, bestEpoch: first.bestEpoch });
    await train({ source: graph, preset: 'item-knn', run: at('knn') });
    expect(trained).toBeCloseTo(await onValid(at('first')), 9);
    expect(ofRival).toBeCloseTo(await onValid(at('knn')), 9);
    expect(vectors.map(({ by }) => by).sort()).toEqual(['ease', 'item-knn']);
    for (const { by, value } of vectors) {
      await train({ source: graph, preset: by, config: { ranker: { name: by as 'ease', rank: 16 } }, run: at(by) });
      expect(value).toBeCloseTo(await onValid(at(by)), 9);
    }
    expect(vectors[0].value).toBeGreaterThanOrEqual(vectors[1].value);
    const values = [vectors[0].value, ...fused.map(({ value }) => value)];
    expect(await onValid(at('first/better'))).toBe(Math.max(...values));
    expect(values.indexOf(Math.max(...values))).toBe(['vectors', 0.5, 1, 2].indexOf(standIn!));
  });

  it('is fused with vectors as each ranks by itself: the sum of cosines and of inner products of mean square 1', async () => {
    const trained = await loadRun(at('first'));
    const { vectors } = first.auto!.standing!;
    const [own, other] = [trained, await loadRun(at(vectors[0].by))].map(embeddingsOf);
    const { numUsers, numItems } = graph.train;
    const spread = rootMeanSquare(other.users, numUsers) * rootMeanSquare(other.items, numItems);
    for (const { weight, value } of first.auto!.standing!.fused) {
      const scoresOf = (user: number): Float32Array =>
        Float32Array.from(
          { length: numItems },
          (_, item) => product(own, user, item) + (weight * product(other, user, item)) / spread,
        );
      const recommender = new RowRanking({ numUsers, numItems, scoresOf });
      const { metrics } = await evaluateRun({ ...trained, recommender }, { part: 'valid', topK: [20] });
      expect(metrics['ndcg@20']).toBeCloseTo(value, 6);
    }
  });

  it('is answered for by it, and by its refit', async () => {
    const folder = servedFolder(at('first'));
    expect(folder).toBe(join(at('first'), 'better', 'refit'));
    expect((await loadRun(folder)).config.training.fitOn).toBe('train+valid');
    expect(first.better!.run).toBe(join(at('first'), 'better'));
    const { metrics } = await evaluateRun(await loadRun(folder));
    expect(first.better!.refit!.test['ndcg@20']).toBeCloseTo(metrics['ndcg@20'], 9);
    const { verified } = await exportRun(await loadRun(folder), { out: at('bundle') });
    expect(verified.searches[0].exact).toBe(true);
  });

  it('says so, in words that come of what is on file', () => {
    const { standing } = first.auto!;
    const filed = JSON.parse(readFileSync(join(at('first'), 'pilots', 'choice.json'), 'utf8'));
    expect(filed.standing).toEqual(standing);
    expect(first.warnings!.at(-1)).toBe(standingText(standing!, 'ndcg@20'));
    expect(standingText({ ...standing!, standIn: 2 }, 'ndcg@20')).toMatch(
      /^fused with vectors of \S+, 1 : 2, is better than/,
    );
    expect(standingText({ ...standing!, standIn: 'vectors', ofRival: 1 }, 'ndcg@20')).toMatch(
      /^\S+ as vectors is better .* item-kNN without vectors is better still: train it with --preset item-knn$/,
    );
    const none = { ...standing!, standIn: undefined, vectors: [] };
    expect(standingText({ ...none, isClear: false }, 'ndcg@20')).toMatch(/by no more than chance/);
    expect(standingText(none, 'ndcg@20')).toMatch(/no vectors of new items/);
  });

  it('that is resumed says and serves the same; what a killed process did not make is made', async () => {
    const whole = bestOf(at('first/better'));
    const again = await trainAuto({ run: at('first'), resume: true, refit: true });
    expect(again.auto).toEqual(first.auto);
    expect(again.warnings).toEqual(first.warnings);
    expect(again.better!.test).toEqual(first.better!.test);
    // killed before it was the last word
    const better = new RunFolder(at('first/better'));
    better.writeManifest({ ...better.readManifest(), standsInForEpoch: undefined });
    expect(servedFolder(at('first'))).toBe(join(at('first'), 'refit'));
    const made = await trainAuto({ run: at('first'), resume: true, refit: true });
    expect(made.better!.refit!.test).toEqual(first.better!.refit!.test);
    expect(bestOf(at('first/better'))).toEqual(whole);
    expect(servedFolder(at('first'))).toBe(join(at('first'), 'better', 'refit'));
  });

  it('is itself served again once it has learned more, and forgets it when it is trained anew', async () => {
    await train({ run: at('first'), resume: true, set: ['training.epochs=15'] });
    expect(new RunFolder(at('first')).readManifest().bestEpoch).toBeGreaterThan(1);
    expect(servedFolder(at('first'))).toBe(at('first'));
    await auto('first', { overwrite: true, set: [...SET, 'training.learningRate=0.02', 'training.epochs=40'] });
    expect(existsSync(at('first/better'))).toBe(servedFolder(at('first')).includes('better'));
  });
});

it('a run that nothing was chosen for goes on as by train', async () => {
  const set = ['encoder.embeddingDim=8', 'training.epochs=2'];
  await train({ source: graph, preset: 'two-tower', set, run: at('named'), pauseAfter: 1 });
  const report = await trainAuto({ run: at('named'), resume: true });
  expect(report).toMatchObject({ epochs: 2, preset: 'two-tower' });
  expect(report.auto).toBeUndefined();
});
