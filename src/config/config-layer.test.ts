import { expect, expectTypeOf, it } from 'vitest';
import { ownExtensions } from '../../tests/own-extensions.js';
import type { ConfigObject } from '../core/strict-config.js';
import type { RunConfigLayer } from './config-layer.js';
import type { Extensions } from './extensions/extensions.js';
import { registriesWith } from './extensions/registries-with.js';
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

const { losses, rows } = ownExtensions;

it('options of extensions that are given are keys as well, and typed by their own schemas', () => {
  type Own = RunConfigLayer<typeof ownExtensions>;
  const layer: Own = {
    encoder: { rows: { name: 'hashed', numBuckets: 4 }, propagation: { name: 'none' } },
    views: { first: { name: 'popular-dropout', share: 0.1 }, second: { name: 'edge-dropout' } },
    losses: { main: { name: 'squared-hinge', margin: 1 }, contrastive: { name: 'agreement' } },
    negatives: { sources: [{ name: 'co-taken', count: 2 }, { name: 'uniform' }] },
  };
  // @ts-expect-error: an unknown key of an own loss
  const unknown: Own = { losses: { main: { name: 'squared-hinge', margn: 1 } } };
  // @ts-expect-error: another type
  const wrong: Own = { encoder: { rows: { name: 'hashed', numBuckets: 'four' } } };
  // @ts-expect-error: a loss of another role
  const role: Own = { losses: { contrastive: { name: 'squared-hinge' } } };
  // @ts-expect-error: no such view
  const view: Own = { views: { first: { name: 'popular-drop' } } };
  // @ts-expect-error: not given here
  const absent: RunConfigLayer<{ losses: typeof losses }> = { encoder: { rows: { name: 'hashed' } } };
  // of an extension of which no more is known, options may be any
  const loose: RunConfigLayer<Extensions> = { losses: { main: { name: 'mine', any: [1] } } };
  const registries = registriesWith(ownExtensions);
  const resolve = (given: unknown) =>
    resolveConfig([PRESETS.lightgcn.config, given as ConfigObject], 'test', registries);
  expect(resolve(layer).encoder).toMatchObject({ rows: { name: 'hashed', numBuckets: 4 } });
  for (const refused of [unknown, wrong, role, view, loose]) expect(() => resolve(refused)).toThrow();
  expect(() => resolveConfig([absent as ConfigObject], 'test')).toThrow();
  expect(Object.keys(rows)).toEqual(['hashed']);
});

it('a resolved configuration is a layer', () => {
  expectTypeOf<RunConfig>().toExtend<RunConfigLayer>();
});
