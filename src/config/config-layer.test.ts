import { expect, expectTypeOf, it } from 'vitest';
import type { RunConfigLayer } from './config-layer.js';
import { PRESETS } from './presets/registry.js';
import { resolveConfig } from './resolve-config.js';
import type { RunConfig } from './run-config.js';

it('a layer may leave out what the layers below it say, the kind of a section too', () => {
  const layer: RunConfigLayer = { encoder: { embeddingDim: 8 }, training: { epochs: 2 } };
  expect(resolveConfig([PRESETS.joint.config, layer], 'test')).toMatchObject({
    encoder: { name: 'lightgcn', embeddingDim: 8 },
    training: { epochs: 2, batchSize: 2048 },
  });
});

it('what the schema does not know is an error of the compiler', () => {
  // @ts-expect-error: an unknown key
  const unknown: RunConfigLayer = { trainning: { epochs: 2 } };
  // @ts-expect-error: an unknown key of a section
  const deeper: RunConfigLayer = { training: { epoch: 2 } };
  // @ts-expect-error: another type
  const wrong: RunConfigLayer = { training: { epochs: 'two' } };
  // @ts-expect-error: no such view
  const view: RunConfigLayer = { views: { first: { name: 'edge-drop' } } };
  for (const layer of [unknown, deeper, wrong, view]) expect(() => resolveConfig([layer], 'test')).toThrow();
});

it('a resolved configuration is a layer', () => {
  expectTypeOf<RunConfig>().toExtend<RunConfigLayer>();
});
