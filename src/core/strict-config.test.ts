import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './errors.js';
import {
  applyOverrides,
  type ConfigObject,
  mergeLayers,
  parseConfigText,
  parseStrict,
  readConfigFile,
} from './strict-config.js';

const schema = z.strictObject({
  seed: z.int().min(0).default(1),
  training: z
    .strictObject({
      batchSize: z.int().min(1).default(512),
      learningRate: z.number().positive().default(0.01),
      schedule: z.enum(['constant', 'cosine']).default('constant'),
    })
    .prefault({}),
  loss: z
    .discriminatedUnion('name', [
      z.strictObject({ name: z.literal('softmax'), temperature: z.number().positive() }),
      z.strictObject({ name: z.literal('bpr'), margin: z.number() }),
    ])
    .optional(),
  k: z.array(z.int()).min(1).optional(),
  split: z.preprocess(
    (value) => (typeof value === 'string' ? { name: value } : value),
    z.strictObject({ name: z.string(), ratio: z.number().optional() }).optional(),
  ),
  limit: z.union([z.number(), z.literal('none')]).optional(),
});

/** The message of the ConfigError that parsing `value` raises. */
function problem(value: unknown): string {
  try {
    parseStrict(schema, value, 'run.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).exitCode).toBe(2);
    return (error as ConfigError).message;
  }
  throw new Error('expected a ConfigError');
}

describe('parseStrict', () => {
  it('returns the typed value with defaults', () => {
    expect(parseStrict(schema, { training: { batchSize: 8 } }, 'x')).toEqual({
      seed: 1,
      training: { batchSize: 8, learningRate: 0.01, schedule: 'constant' },
    });
  });

  it('names the nearest key of the same object', () => {
    expect(problem({ training: { bachSize: 3 } })).toBe(
      'run.yaml: training.bachSize: unknown key (did you mean "batchSize"?)',
    );
  });

  it('finds a key that belongs elsewhere', () => {
    expect(problem({ learningRate: 3 })).toContain('did you mean "training.learningRate"?');
  });

  it('lists the known keys when none is near', () => {
    expect(problem({ training: { zzz: 3 } })).toContain('known keys: batchSize, learningRate, schedule');
  });

  it('knows the keys of the chosen variant only', () => {
    const message = problem({ loss: { name: 'bpr', margin: 1, temperature: 2 } });
    expect(message).toContain('loss.temperature: unknown key');
    expect(problem({ loss: { name: 'bpr', margin: 1, zzz: 2 } })).toContain('known keys: margin, name');
  });

  it('says what was expected and what came', () => {
    expect(problem({ training: { batchSize: 'many' } })).toBe(
      'run.yaml: training.batchSize: expected number, got "many"',
    );
    expect(problem({ training: { batchSize: 0 } })).toContain('expected a number ≥ 1, got 0');
    expect(problem({ training: { learningRate: 0 } })).toContain('expected a number > 0, got 0');
    expect(problem({ training: 3 })).toContain('training: expected object, got 3');
    expect(problem({ training: { batchSize: 1.5 } })).toContain('expected int, got 1.5');
    expect(problem({ training: { schedule: 'cosin' } })).toContain(
      'expected constant | cosine, got "cosin" (did you mean "cosine"?)',
    );
    expect(problem({ k: [1, 'x'] })).toContain('k[1]: expected number, got "x"');
    expect(problem({ k: [] })).toContain('k: expected a list of length ≥ 1, got a list of 0');
    expect(problem({ loss: { name: 'softmax' } })).toContain('loss.temperature: missing; expected number');
    expect(problem({ limit: 'no' })).toContain('limit: expected number, got "no"; or limit: expected none');
    expect(problem(null)).toContain('(top level): expected object, got null');
  });

  it('sees through preprocessing', () => {
    expect(problem({ split: { name: 'random', ratoi: 1 } })).toContain(
      'split.ratoi: unknown key (did you mean "ratio"?)',
    );
    expect(problem({ ratio: 1 })).toContain('did you mean "split.ratio"?');
  });

  it('names the choices of an unknown variant', () => {
    const message = problem({ loss: { name: 'softmx' } });
    expect(message).toContain('loss.name: expected');
    expect(message).toContain('got "softmx"');
  });

  it('tells every problem at once, one a line', () => {
    const message = problem({ sead: 1, training: { batchSize: 0 } });
    expect(message.split('\n')).toHaveLength(3);
    expect(message).toContain('run.yaml: 2 problems');
  });
});

describe('layers', () => {
  it('merges objects by key and replaces lists, without changing its input', () => {
    const base = { a: { b: 1, c: [1, 2] }, d: 1 };
    expect(mergeLayers(base, { a: { c: [3] } }, { d: { e: 1 } })).toEqual({ a: { b: 1, c: [3] }, d: { e: 1 } });
    expect(base).toEqual({ a: { b: 1, c: [1, 2] }, d: 1 });
  });

  it('keeps a key named __proto__ out of the prototype', () => {
    const merged = mergeLayers(JSON.parse('{"__proto__": {"polluted": true}}') as ConfigObject);
    expect(({} as ConfigObject).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(applyOverrides({}, ['__proto__.polluted=true']).polluted).toBeUndefined();
  });

  it('is associative and has {} as its neutral element', () => {
    const layer = fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.oneof(fc.integer(), fc.dictionary(fc.constantFrom('a', 'b'), fc.integer())),
    ) as fc.Arbitrary<ConfigObject>;
    fc.assert(
      fc.property(layer, layer, (x, y) => {
        expect(mergeLayers({}, x)).toEqual(x);
        expect(mergeLayers(x, {})).toEqual(x);
        expect(mergeLayers(mergeLayers(x, y), y)).toEqual(mergeLayers(x, y));
      }),
    );
  });

  it('reads assignments as YAML values', () => {
    const set = applyOverrides({ a: { keep: 1 } }, [
      'a.b=3',
      'a.on=true',
      'list=[1, 2]',
      'text=a=b',
      'x="3"',
      'empty=',
    ]);
    expect(set).toEqual({ a: { keep: 1, b: 3, on: true }, list: [1, 2], text: 'a=b', x: '3', empty: null });
  });

  it.each(['a', '=3', 'a..b=3', 'a=[1'])('refuses the assignment %s', (assignment) => {
    expect(() => applyOverrides({}, [assignment])).toThrow(ConfigError);
  });
});

describe('configuration files', () => {
  it('reads YAML and JSON; an empty file is no keys', () => {
    expect(parseConfigText('a:\n  b: 1\n', 'x')).toEqual({ a: { b: 1 } });
    expect(parseConfigText('{"a": 1}', 'x')).toEqual({ a: 1 });
    expect(parseConfigText('# nothing\n', 'x')).toEqual({});
  });

  it('names the line and column of a syntax error', () => {
    expect(() => parseConfigText('a: 1\nb: [1, 2\nc: 3\n', 'x.yaml')).toThrow(/^x\.yaml:\d+:\d+: not valid YAML: /);
  });

  it('refuses what is not a mapping and a missing file', () => {
    expect(() => parseConfigText('- 1\n', 'x.yaml')).toThrow(
      'x.yaml: expected a mapping of keys to values, got a list of 1',
    );
    expect(() => readConfigFile('/nowhere/x.yaml')).toThrow(
      "/nowhere/x.yaml: the configuration can't be read (no such file)",
    );
    const folder = mkdtempSync(join(tmpdir(), 'twinlight-config-'));
    writeFileSync(join(folder, 'a.yaml'), 'seed: 4\n');
    expect(readConfigFile(join(folder, 'a.yaml'))).toEqual({ seed: 4 });
    rmSync(folder, { recursive: true });
  });
});
