import { expect, test } from 'vitest';
import { mergeConfigLayers } from '../core/config-layers.js';
import { dataConfigSchema, parseDataConfig } from './data-config.js';

test('defaults are filled in, and parsing the result changes nothing', () => {
  const config = parseDataConfig();
  expect(config).toMatchObject({ format: 'auto', onBadRow: 'error', deduplicate: 'first', kCore: 0, columns: {} });
  expect(config.split).toEqual({ name: 'auto', validRatio: 0.1, testRatio: 0.2 });
  expect(parseDataConfig(config)).toEqual(config);
});

test.each([
  [{ minRatting: 4 }, /minRatting.*unknown key.*minRating/],
  [{ split: { name: 'randon' } }, /split\.name.*random/],
  [{ split: { name: 'leave-one-out', testRatio: 0.1 } }, /split\.testRatio.*unknown key/],
  [{ split: { name: 'random', validRatio: 0.5, testRatio: 0.5 } }, /train gets the rest/],
  [{ deduplicate: 'sum' }, /useWeights/],
  [{ kCore: -1 }, /kCore/],
  [{ from: 'yesterday' }, /from/],
  [{ columns: { user: 0 } }, /columns\.user/],
  [{ columns: { usr: 'a' } }, /usr.*user/],
  [{ itemFeatures: { path: 'x.csv', columns: { a: 'list' } } }, /itemFeatures/],
])('%j is refused', (input, message) => {
  expect(() => parseDataConfig(input as never)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', exitCode: 2 }),
  );
  expect(() => parseDataConfig(input as never)).toThrow(message);
});

test('a layer that names another split drops the options of the one below', () => {
  const layers = [{ split: { name: 'random', validRatio: 0.2, testRatio: 0.3 } }, { split: { name: 'leave-one-out' } }];
  const merged = mergeConfigLayers(dataConfigSchema, layers);
  expect(parseDataConfig(merged).split).toEqual({ name: 'leave-one-out' });
});

test('bounds of time may be numbers or ISO dates', () => {
  expect(parseDataConfig({ from: 12, to: '2024-01-31' })).toMatchObject({ from: 12, to: '2024-01-31' });
  expect(parseDataConfig({ to: '2024-01-31T10:00:00' }).to).toBe('2024-01-31T10:00:00');
});
