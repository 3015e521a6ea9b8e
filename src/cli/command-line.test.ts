import { Command } from 'commander';
import { expect, it } from 'vitest';
import { collect, completeCommand, finiteNumber, wholeNumber, wholeNumberList } from './command-line.js';

it('option parsers take what they say and nothing else', () => {
  expect([wholeNumber(0)('0'), wholeNumber(3)('12')]).toEqual([0, 12]);
  for (const text of ['2', '-3', '3.5', '1e3', '', ' 4', '99999999999999999999']) {
    expect(() => wholeNumber(3)(text)).toThrow('Expected a whole number of at least 3.');
  }
  expect([finiteNumber('-0.5'), finiteNumber('1e3')]).toEqual([-0.5, 1000]);
  for (const text of ['', ' ', 'x', 'Infinity', '1,5']) expect(() => finiteNumber(text)).toThrow('Expected a number.');
  expect(wholeNumberList('10, 20')).toEqual([10, 20]);
  expect(() => wholeNumberList('10,0')).toThrow('at least 1');
  expect(collect('b', collect('a'))).toEqual(['a', 'b']);
});

it('every command has the common options', () => {
  const options = completeCommand(new Command('x'), [], async () => ({ json: {}, text: '' })).options.map(
    ({ long }) => long,
  );
  expect(options).toEqual(['--json', '--quiet', '--debug']);
});
