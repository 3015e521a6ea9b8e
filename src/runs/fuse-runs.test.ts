/** Fused runs from end to end: trained, fused, evaluated, exported, refused. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemError, withPatchedDisk } from '../../tests/patched-disk.js';
import { createPlantedWorld } from '../data/index.js';
import { exportRun, openBundle } from '../export/index.js';
import { buildGraph } from '../graph/build-graph.js';
import { train } from '../training/index.js';
import { evaluateRun, fuseRuns, loadRun, type TrainedRun } from './index.js';

let work = '';
const folder = (name: string): string => join(work, name);

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'twinlight-fuse-'));
  const { interactions } = createPlantedWorld({ numUsers: 60, numItems: 50, meanInteractions: 12, seed: 3 });
  const graph = await buildGraph(interactions, { graphsDir: folder('graphs') });
  for (const [name, preset] of [
    ['easy', 'two-tower'],
    ['hard', 'lightgcn'],
  ]) {
    const config = { encoder: { embeddingDim: 8 }, training: { epochs: 2, batchSize: 128, learningRate: 0.02 } };
    await train({ source: graph, preset, config, run: folder(name) });
  }
  await train({ source: graph, preset: 'item-knn', run: folder('knn') });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('fuseRuns', () => {
  it('in parallel makes a run that reopens, evaluates and exports', async () => {
    const made = await fuseRuns([folder('easy'), folder('hard')], folder('parallel'), { weights: [1, 0.5] });
    const run = await loadRun(folder('parallel'));
    expect(run.embeddings).toEqual(made.embeddings);
    expect(run.embeddings!.embeddingDim).toBe(16);
    expect((await evaluateRun(run)).metrics['recall@20']).toBeGreaterThan(0);
    const { bundle, verified } = await exportRun(run, { out: folder('bundle') });
    expect(verified.searches[0].exact).toBe(true);
    const served = await openBundle(bundle);
    const user = run.graph.users.idOf(0);
    const top = await run.recommender.recommend(Int32Array.of(0), 5);
    const ids = (await served.recommend(user, { k: 5 })).map(({ id }) => id);
    expect(ids).toEqual([...top.ids].map((item) => run.graph.items.idOf(item)));
  });

  it('as trained ranks one run as it ranks alone', async () => {
    const config = {
      encoder: { embeddingDim: 8 },
      losses: { main: { similarity: 'inner-product' as const } },
      training: { epochs: 1, batchSize: 128 },
    };
    const { graph } = await loadRun(folder('easy'));
    await train({ source: graph.folder, preset: 'two-tower', config, run: folder('lengths') });
    const both = [folder('lengths'), folder('lengths')];
    const fused = await fuseRuns(both, folder('as-trained'), { weights: [1, 3] });
    const alone = await loadRun(folder('lengths'));
    const byCosine = await fuseRuns(both, folder('by-cosine'), { weights: [1, 3], similarity: 'cosine' });
    const users = Int32Array.from({ length: 20 }, (_, user) => user);
    const [expected, ids, others] = await Promise.all(
      [alone, fused, byCosine].map(async ({ recommender }) => (await recommender.recommend(users, 10)).ids),
    );
    expect(ids).toEqual(expected);
    expect(others).not.toEqual(expected);
  });

  it('cut back has the best scores of so many numbers, of several runs or of one', async () => {
    const scores = ({ embeddings }: TrainedRun): number[] => {
      const { users, items, embeddingDim: dim } = embeddings!;
      const all: number[] = [];
      for (let u = 0; u < users.length; u += dim) {
        for (let i = 0; i < items.length; i += dim) {
          all.push(items.subarray(i, i + dim).reduce((sum, value, d) => sum + value * users[u + d], 0));
        }
      }
      return all;
    };
    const missed = (whole: number[], part: number[]): number =>
      whole.reduce((sum, value, at) => sum + (value - part[at]) ** 2, 0) /
      whole.reduce((sum, value) => sum + value ** 2, 0);
    const both = [folder('easy'), folder('hard')];
    const whole = await fuseRuns(both, folder('dim-16'), { weights: [1, 0.5] });
    const shares = [];
    for (const dim of [4, 8, 15]) {
      const run = await fuseRuns(both, folder(`dim-${dim}`), { weights: [1, 0.5], dim });
      expect(run.embeddings!.embeddingDim).toBe(dim);
      shares.push(missed(scores(whole), scores(run)));
    }
    expect(shares[0]).toBeGreaterThan(shares[1]);
    expect(shares[1]).toBeGreaterThan(shares[2]);
    expect(shares[2]).toBeLessThan(0.05);
    // by cosine: the scores of its unit vectors, ranked by inner product
    const easy = await loadRun(folder('easy'));
    const alone = await fuseRuns([folder('easy')], folder('narrow'), {
      weights: [1],
      dim: 7,
    });
    expect(missed(scores(easy), scores(alone))).toBeLessThan(0.1);
    expect(alone.embeddings!.normalized).toBe(false);
    expect((await evaluateRun(await loadRun(folder('narrow')))).metrics['recall@20']).toBeGreaterThan(0);
    const refused = fuseRuns(both, folder('wide'), { weights: [1, 1], dim: 16 });
    await expect(refused).rejects.toMatchObject({ code: 'REDUCE_DIM' });
    expect(existsSync(folder('wide'))).toBe(false);
  });

  it('takes runs that were measured at other lengths of the list', async () => {
    const { graph } = await loadRun(folder('easy'));
    const config = {
      encoder: { embeddingDim: 8 },
      training: { epochs: 1, monitor: 'ndcg@10' as const },
      evaluation: { topK: [5, 10] },
    };
    await train({ source: graph.folder, preset: 'two-tower', config, run: folder('short') });
    const fused = await fuseRuns([folder('short'), folder('easy')], folder('fused-short'), { weights: [1, 1] });
    expect(Object.keys((await evaluateRun(fused)).metrics)).toContain('recall@5');
  });

  it('in series makes a run that evaluates and says that it can’t be exported; the easy one needs no vectors', async () => {
    const run = await fuseRuns([folder('knn'), folder('hard')], folder('serial'), { serial: 30 });
    expect((await evaluateRun(run)).metrics['recall@20']).toBeGreaterThan(0);
    await expect(exportRun(run, { out: folder('none') })).rejects.toThrow(/ranks without vectors/);
  });

  it('refuses what does not go together', async () => {
    const out = folder('refused');
    const both = [folder('easy'), folder('hard')];
    await expect(fuseRuns(both.slice(1), out, { weights: [1] })).rejects.toThrow(/at least two runs/);
    await expect(fuseRuns(both, out, { weights: [1] })).rejects.toThrow(/a weight for each of 2 runs/);
    await expect(fuseRuns(both, out, { weights: [1, 0] })).rejects.toThrow(/positive/);
    await expect(fuseRuns([folder('easy'), folder('knn')], out, { serial: 9 })).rejects.toThrow(/without vectors/);
    await expect(fuseRuns(both, folder('easy'), { weights: [1, 1] })).rejects.toThrow(/exists/);
    await train({ source: (await loadRun(folder('easy'))).graph.folder, preset: 'popularity', run: folder('popular') });
    const popular = [folder('popular'), folder('hard')];
    await expect(fuseRuns(popular, out, { weights: [1, 1], similarity: 'cosine' })).rejects.toThrow(
      /one number a vector.*as-trained/,
    );
    expect((await fuseRuns(popular, out, { weights: [1, 1] })).embeddings).toBeDefined();
    await fuseRuns(both, folder('once'), { weights: [1, 1] });
    await expect(train({ run: folder('once'), resume: true })).rejects.toThrow(/is not trained/);
  });

  it('writes its vectors before it says that it is one', async () => {
    const out = folder('in-order');
    const atManifest: string[][] = [];
    await withPatchedDisk(
      (real) => ({
        renameSync(from: string, to: string) {
          if (to === join(out, 'manifest.json')) atManifest.push(real.readdirSync(out));
          real.renameSync(from, to);
        },
      }),
      () => fuseRuns([folder('easy'), folder('hard')], out, { weights: [1, 1] }),
    );
    expect(atManifest).toEqual([expect.arrayContaining(['best.state', 'config.yaml'])]);
    expect(readdirSync(out).sort()).toEqual(['best.state', 'config.yaml', 'manifest.json']);
  });

  it('leaves nothing where the disk is full', async () => {
    const full = () => {
      throw systemError('ENOSPC', 'no space left on device, write');
    };
    const fusing = withPatchedDisk(
      () => ({ writeSync: full }),
      () => fuseRuns([folder('easy'), folder('hard')], folder('full'), { weights: [1, 1] }),
    );
    await expect(fusing).rejects.toThrow('ENOSPC');
    expect(existsSync(folder('full'))).toBe(false);
  });

  it('that was killed is told as such, and made by the same call again', async () => {
    const both = [folder('easy'), folder('hard')];
    const whole = await fuseRuns(both, folder('whole'), { weights: [1, 2] });
    // version 0.1 said that it is finished before there were vectors
    const out = folder('half');
    cpSync(folder('whole'), out, { recursive: true });
    rmSync(join(out, 'best.state'));
    await expect(loadRun(out)).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      message: expect.stringMatching(/never fused to the end; give the command `twinlight fuse` that made it again/),
    });
    await expect(fuseRuns(both, folder('serial'), { weights: [1, 2] })).rejects.toThrow(/exists/);
    expect((await fuseRuns(both, out, { weights: [1, 2] })).embeddings).toEqual(whole.embeddings);
    // vectors, but no run yet
    rmSync(join(out, 'manifest.json'));
    writeFileSync(join(out, 'train.lock'), '{"pid": 4194303, "host": "gone"}');
    await expect(loadRun(out)).rejects.toMatchObject({
      code: 'RUN_MISSING',
      message: expect.stringMatching(/was being made .* give the command that makes it again/),
    });
    expect((await fuseRuns(both, out, { weights: [1, 2] })).embeddings).toEqual(whole.embeddings);
    expect(readdirSync(out).sort()).toEqual(['best.state', 'config.yaml', 'manifest.json']);
  });

  it('is refused while another process makes a run there', async () => {
    const out = folder('busy');
    mkdirSync(out);
    writeFileSync(join(out, 'train.lock'), JSON.stringify({ pid: process.ppid, host: hostname(), since: 'now' }));
    const fusing = fuseRuns([folder('easy'), folder('hard')], out, { weights: [1, 1] });
    await expect(fusing).rejects.toMatchObject({ code: 'RUN_BUSY' });
    expect(readdirSync(out)).toEqual(['train.lock']);
  });
});
