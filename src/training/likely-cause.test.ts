import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import type { ConfigObject } from '../core/strict-config.js';
import { buildBipartiteCsr } from '../graph/index.js';
import { likelyCause } from './likely-cause.js';

/** Every user with the first `degree` items. */
function graphOf(numUsers: number, numItems: number, degree: number) {
  const userIndex = Int32Array.from({ length: numUsers * degree }, (_, edge) => Math.floor(edge / degree));
  const itemIndex = Int32Array.from({ length: numUsers * degree }, (_, edge) => edge % degree);
  return buildBipartiteCsr({ userIndex, itemIndex }, { numUsers, numItems });
}
const DENSE = graphOf(20, 50, 5);
const SPARSE = graphOf(20, 1000, 2);

function causeOf(layer: ConfigObject, { train = DENSE, steps = 10_000 } = {}): string {
  return likelyCause({ config: resolveConfig([layer], 'test'), train, steps });
}

const GOWALLA = {
  losses: {
    main: { name: 'in-batch-softmax', similarity: 'inner-product', temperature: 1, logQ: 'frequency' },
    l2: { weight: 0.05 },
  },
};
const main = (options: ConfigObject) => ({
  losses: { main: { name: 'in-batch-softmax', temperature: 0.25, ...options } },
});

describe('the likely cause', () => {
  it.each<[string, ConfigObject, { train?: typeof DENSE; steps?: number }]>([
    ['losses.main.similarity', GOWALLA, {}],
    ['losses.l2.weight', GOWALLA, { train: SPARSE }],
    ['training.weightDecay', { ...main({}), training: { weightDecay: 0.1 } }, {}],
    ['training.learningRate', { ...main({}), training: { learningRate: 0.5 } }, {}],
    ['training.learningRate', { ...main({}), training: { learningRate: 0.001 } }, { steps: 20 }],
    ['losses.main.temperature', main({ temperature: 0.05 }), {}],
    ['losses.main.temperature', main({ temperature: 5 }), { train: SPARSE }],
    ['losses.main.logQ', main({ logQ: 'none' }), {}],
    [
      'losses.contrastive.weight',
      { views: { first: { name: 'edge-dropout' } }, losses: { main: { name: 'bpr' }, contrastive: { weight: 3 } } },
      {},
    ],
  ])('is %s of %j', (key, layer, circumstances) => {
    expect(causeOf(layer, circumstances)).toMatch(new RegExp(`^${key.replaceAll('.', '\\.')} is `));
  });

  it.each([main({}), { losses: { main: { name: 'bpr' } } }])('is not made up where no key stands out: %j', (layer) => {
    expect(causeOf(layer)).toContain('no key stands out');
  });

  it('leaves alone on sparse data what suits them', () => {
    expect(causeOf({ losses: { main: GOWALLA.losses.main } }, { train: SPARSE })).toContain('no key stands out');
    expect(causeOf(main({ temperature: 0.1 }), { train: SPARSE })).toContain('no key stands out');
  });
});
