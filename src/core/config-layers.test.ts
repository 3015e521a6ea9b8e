import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mergeConfigLayers } from './config-layers.js';
import { ConfigError } from './errors.js';
import { parseStrict } from './strict-config.js';

const schema = z.strictObject({
  encoder: z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('lightgcn'), dim: z.int(), numLayers: z.int().default(2) }),
    z.strictObject({ name: z.literal('table'), dim: z.int() }),
    z.strictObject({ name: z.undefined().optional(), dim: z.int(), parts: z.array(z.string()) }),
  ]),
  losses: z
    .strictObject({
      main: z.discriminatedUnion('name', [
        z.strictObject({ name: z.literal('softmax'), temperature: z.number() }),
        z.strictObject({ name: z.literal('bpr') }),
      ]),
    })
    .optional(),
});
const preset = {
  encoder: { name: 'lightgcn', dim: 64, numLayers: 3 },
  losses: { main: { name: 'softmax', temperature: 0.1 } },
};

describe('mergeConfigLayers', () => {
  it('drops what only the old kind knew and keeps what both know', () => {
    const merged = mergeConfigLayers(schema, [preset, { encoder: { name: 'table' } }]);
    expect(merged.encoder).toEqual({ name: 'table', dim: 64 });
    expect(parseStrict(schema, merged, 'x').encoder).toEqual({ name: 'table', dim: 64 });
  });

  it('reaches sections inside sections', () => {
    const merged = mergeConfigLayers(schema, [preset, { losses: { main: { name: 'bpr' } } }]);
    expect(merged.losses).toEqual({ main: { name: 'bpr' } });
  });

  it('keeps everything while the kind stays', () => {
    const merged = mergeConfigLayers(schema, [preset, { encoder: { name: 'lightgcn', dim: 8 } }, {}]);
    expect(merged.encoder).toEqual({ name: 'lightgcn', dim: 8, numLayers: 3 });
  });

  it('goes to a kind without a name by one of its own keys, and back by a name', () => {
    const merged = mergeConfigLayers(schema, [preset, { encoder: { parts: ['rows'] } }]);
    expect(merged.encoder).toEqual({ dim: 64, parts: ['rows'] });
    expect(mergeConfigLayers(schema, [merged, { encoder: { dim: 8 } }]).encoder).toEqual({ dim: 8, parts: ['rows'] });
    const back = mergeConfigLayers(schema, [merged, { encoder: { name: 'table' } }]);
    expect(back.encoder).toEqual({ name: 'table', dim: 64 });
    const both = mergeConfigLayers(schema, [preset, { encoder: { name: 'table', parts: [] } }]);
    expect(() => parseStrict(schema, both, 'x')).toThrow(/encoder\.parts: unknown key/);
    const foreign = mergeConfigLayers(schema, [preset, { encoder: { parts: [], numLayers: 1 } }]);
    expect(() => parseStrict(schema, foreign, 'x')).toThrow(/encoder\.numLayers: unknown key/);
  });

  it('still refuses a foreign key that the same layer gives', () => {
    const merged = mergeConfigLayers(schema, [preset, { encoder: { name: 'table', numLayers: 1 } }]);
    expect(() => parseStrict(schema, merged, 'x')).toThrow(ConfigError);
  });
});
