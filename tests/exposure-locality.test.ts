/**
 * Locality in the exposure log: users take what is in their city, so that items of the positive's city or genre are harder
 * negatives than drawn ones.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExposureWorld } from '../src/data/index.js';
import { buildGraph, type StoredGraph } from '../src/graph/index.js';
import { train } from '../src/training/index.js';

const work = mkdtempSync(join(tmpdir(), 'twinlight-locality-'));
const SETTINGS = [
  'training.batchSize=256',
  'training.epochs=4',
  'training.learningRate=0.02',
  'encoder.embeddingDim=16',
  'losses.main.temperature=0.3',
];
let graph: StoredGraph;

beforeAll(async () => {
  const world = createExposureWorld({ seed: 2, numUsers: 150, numItems: 200, meanInteractions: 16, locality: 2 });
  graph = await buildGraph(world.interactions, { graphsDir: join(work, 'graphs'), name: 'exposure' });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the exposure log', () => {
  it.each(['city', 'genre'])(
    'has %s of items, from which negatives are harder than uniform ones',
    async (attribute) => {
      const sources = `negatives.sources=[{name: uniform, count: 64}, {name: attribute, attribute: ${attribute}, count: 8}]`;
      const run = join(work, attribute);
      const { negatives } = await train({ source: graph, preset: 'lightgcn', set: [...SETTINGS, sources], run });
      expect(negatives!.attribute.share).toBeGreaterThan(0);
      expect(negatives!.attribute.meanScore).toBeGreaterThan(negatives!.uniform.meanScore + 0.01);
    },
  );
});
