import { describe, expect, it } from 'vitest';
import {
  assertLength,
  assertShape,
  ConfigError,
  DataError,
  formatLocation,
  ShapeError,
  TwinlightError,
} from './errors.js';

describe('errors', () => {
  it('carry a code, the exit code of their class, their own name and the cause', () => {
    const cause = new Error('disk');
    const errors = [
      new TwinlightError('A', 'a', { cause }),
      new ConfigError('B', 'b', { cause }),
      new DataError('C', 'c', { cause }),
    ];
    expect(errors.map((error) => [error.code, error.exitCode, error.name, error.cause])).toEqual([
      ['A', 1, 'TwinlightError', cause],
      ['B', 2, 'ConfigError', cause],
      ['C', 3, 'DataError', cause],
    ]);
    expect(errors.every((error) => error instanceof TwinlightError && error instanceof Error)).toBe(true);
    expect('cause' in new TwinlightError('A', 'a')).toBe(false);
  });

  it('a data error is headed by its place in the file', () => {
    const error = new DataError('DATA_BAD_ROW', 'bad', { location: { file: 'x.csv', line: 3, column: 2 } });
    expect(error.message).toBe('x.csv:3:2: bad');
    expect(new DataError('DATA_EMPTY', 'bad').message).toBe('bad');
    expect(formatLocation({ file: 'x.csv', line: 3 })).toBe('x.csv:3');
    expect(formatLocation({ file: 'x.csv' })).toBe('x.csv');
  });

  it('shape checks name the argument, what was expected and what came', () => {
    expect(() => assertLength('weight', 3, 3)).not.toThrow();
    expect(() => assertLength('weight', 3, 4)).toThrow(new ShapeError('weight: expected length 4, got 3'));
    expect(() => assertShape('users', [3, 4], [null, 4])).not.toThrow();
    expect(() => assertShape('users', [3, 4], [null, 5])).toThrow('users: expected shape [?, 5], got [3, 4]');
    expect(() => assertShape('users', [3], [3, 1])).toThrow('users: expected shape [3, 1], got [3]');
  });
});
