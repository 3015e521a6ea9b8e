import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type DataConfigInput, parseDataConfig } from '../index.js';
import { addDataOptions, dataLayer } from './data-options.js';

const parse = (...args: string[]) => {
  const command = addDataOptions(new Command('x').exitOverride().configureOutput({ writeErr() {} }));
  return dataLayer(command.parse(args, { from: 'user' }).opts());
};

describe('data options', () => {
  it('are keys of the data section', () => {
    const layer = parse(
      ...['--format', 'csv', '--columns', 'user=uid, item=2,timestamp=ts', '--delimiter', 'tab', '--no-header'],
      ...['--min-rating', '3.5', '--k-core', '5', '--from', '2024-01-31', '--to', '1735689600', '--split', 'random'],
      ...['--on-bad-row', 'skip'],
    );
    expect(layer).toEqual({
      data: {
        format: 'csv',
        columns: { user: 'uid', item: 2, timestamp: 'ts' },
        delimiter: '\t',
        header: false,
        minRating: 3.5,
        kCore: 5,
        from: '2024-01-31',
        to: 1735689600,
        split: { name: 'random' },
        onBadRow: 'skip',
      },
    });
    expect(parseDataConfig(layer.data as DataConfigInput)).toMatchObject(layer.data as object);
  });

  it('that are not given leave no trace', () => {
    expect(parse()).toEqual({});
    expect(parse('--set', 'data.kCore=3')).toEqual({});
  });

  it.each([
    ['--columns', 'user'],
    ['--delimiter', 'ab'],
    ['--min-rating', 'x'],
    ['--k-core', '-1'],
  ])('refuse %s %s', (...args) => {
    expect(() => parse(...args)).toThrow();
  });
});
