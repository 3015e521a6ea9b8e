/** What the command line looks like on a terminal of 80 columns. */
import { tmpdir } from 'node:os';
import { beforeAll, expect, it } from 'vitest';
import { buildOnce, runCli } from './run-cli.js';

beforeAll(() => buildOnce());

it('doctor fits 80 columns, but for paths that are longer', async () => {
  const { stdout } = await runCli(['doctor'], { cwd: tmpdir() });
  const long = stdout.split('\n').filter((line) => line.length > 80);
  expect(long.filter((line) => line.trim().includes(' '))).toEqual([]);
});
