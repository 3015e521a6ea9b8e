import { expect, it } from 'vitest';
import { ConfigError, DataError } from '../index.js';
import { formatError } from './error-text.js';

it('tells errors of the product with their code and exit code', () => {
  const config = formatError(new ConfigError('CONFIG_INVALID', 'no such key'), false);
  expect(config).toEqual({
    code: 'CONFIG_INVALID',
    message: 'no such key',
    exitCode: 2,
    text: 'error: no such key [CONFIG_INVALID]',
  });
  const data = formatError(new DataError('DATA_BAD_ROW', 'bad', { location: { file: 'a.csv', line: 2 } }), false);
  expect(data).toMatchObject({ exitCode: 3, text: 'error: a.csv:2: bad [DATA_BAD_ROW]' });
});

it('tells errors of the system with what to do', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  expect(formatError(full, false)).toMatchObject({ code: 'ENOSPC', exitCode: 1 });
  expect(formatError(full, false).text).toContain('The disk is full');
  const inTheWay = Object.assign(new Error("ENOTDIR: not a directory, mkdir '/a/b'"), { code: 'ENOTDIR' });
  expect(formatError(inTheWay, false).text).toBe(
    `error: ${inTheWay.message}\nA part of that path is a file, not a folder: choose another path.`,
  );
});

it.each([
  ['ENOSPC', 'The disk is full: free some space, or choose another folder'],
  ['EROFS', 'The file system is read-only: choose another folder'],
  ['EACCES', 'Permission denied: check who owns it, or choose another folder'],
  ['EPERM', 'Not permitted: check who owns it, or choose another folder'],
])('%s: names the command’s own option, if it has one', (code, hint) => {
  const error = Object.assign(new Error(`${code}: the reason, mkdir 'x'`), { code });
  for (const option of ['--run', '--out']) {
    expect(formatError(error, false, option).text).toBe(`error: ${error.message}\n${hint} with ${option}.`);
  }
  expect(formatError(error, false).text).toBe(`error: ${error.message}\n${hint}.`);
});

it('admits a fault, and shows stacks and causes only when asked', () => {
  const error = new Error('outer', { cause: new Error('inner') });
  const plain = formatError(error, false);
  expect(plain).toMatchObject({ code: 'INTERNAL', exitCode: 1 });
  expect(plain.text).toContain('--debug');
  expect(plain.text).not.toContain('    at ');
  const debugged = formatError(error, true).text;
  expect(debugged).toContain('    at ');
  expect(debugged).toContain('caused by: Error: inner');
  expect(formatError('text', true).text).toContain('unexpected error: text');
});
