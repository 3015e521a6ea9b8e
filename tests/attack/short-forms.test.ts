/** A hundred cases each of the attacks whose long forms are run by hand; see the heads of the scripts. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildOnce } from '../run-cli.js';

beforeAll(buildOnce);

it.each([
  ['corruptions.mjs', 60],
  ['inputs.mjs', 200],
])('%s', { timeout: 120_000 }, (script, cases) => {
  const file = join(import.meta.dirname, script);
  const seed = 2;
  const { stdout, status } = spawnSync(process.execPath, [file, '--cases', `${cases}`, '--seed', `${seed}`], {
    encoding: 'utf8',
  });
  expect(stdout).toBe(`${cases} cases, seed ${seed}: 0 findings\n`);
  expect(status).toBe(0);
});
