/** What a configuration asks for and will not come. */
import { describe, expect, it } from 'vitest';
import { BUILT_IN } from '../config/registries.js';
import { resolveConfig } from '../config/resolve-config.js';
import type { ConfigObject } from '../core/strict-config.js';
import { createPlantedWorld } from '../data/index.js';
import { buildGraph } from '../graph/index.js';
import { idleParts } from './idle-parts.js';

const told = async (config: ConfigObject): Promise<string[]> => {
  const { interactions } = createPlantedWorld({ seed: 3, numUsers: 40, numItems: 40, meanInteractions: 10 });
  const graph = await buildGraph(interactions, { name: 'planted' });
  return idleParts(resolveConfig([config], 'test'), graph, BUILT_IN);
};
const tower = { rows: { name: 'tower' }, propagation: { name: 'none' } };

describe('parts that do nothing', () => {
  it('are named: views of features without their contrast', async () => {
    const views = { fields: { name: 'complementary' } };
    expect(await told({ encoder: tower, views })).toEqual([
      'views.fields has no effect: losses.features has no weight',
    ]);
    expect(await told({ encoder: tower, views, losses: { features: { weight: 1 } } })).toEqual([]);
    expect(await told({ encoder: tower })).toEqual([]);
  });

  it('are named: messages without a batch that holds everything', async () => {
    const positives = { messages: 'without-batch' };
    const encoder = { name: 'history' };
    expect(await told({ encoder, positives })).toEqual([expect.stringMatching(/^a batch holds all of the \d+ pairs/)]);
    expect(await told({ encoder, positives, training: { batchSize: 16 } })).toEqual([]);
    expect(await told({ encoder })).toEqual([]);
  });

  it('are named: graph views that nothing compares', async () => {
    const [warning] = await told({
      views: { first: { name: 'edge-dropout' } },
      losses: { contrastive: { weight: 0 } },
    });
    expect(warning).toMatch(/views.first has no effect/);
  });
});
