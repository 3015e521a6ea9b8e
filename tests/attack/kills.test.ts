/** The short form of the kills; how to run the long one is in kills.mjs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadFaissNode } from '../../src/retrieval/faiss/faiss-backend.js';
import { buildOnce } from '../run-cli.js';

const SCRIPT = join(import.meta.dirname, 'kills.mjs');
/** One a job. */
const KILLS = loadFaissNode() === undefined ? 11 : 12;
/** Some thirty seconds of work, on a machine that may have other work. */
const PATIENCE_MS = 400_000;

beforeAll(() => buildOnce(), PATIENCE_MS);

it(
  'what is killed is done again with the same result, and nothing is left',
  () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [SCRIPT, '--kills', `${KILLS}`, '--seed', '1', '--parallel', '2'],
      {
        encoding: 'utf8',
        timeout: PATIENCE_MS,
      },
    );
    expect(stderr).not.toContain('FAILED');
    const { kills, byJob, cameTooLate, leftSomething, failures } = JSON.parse(stdout);
    expect({ kills, cameTooLate, failures }).toEqual({ kills: KILLS, cameTooLate: 0, failures: 0 });
    expect(Object.keys(byJob)).toHaveLength(KILLS);
    // else the kills tried nothing
    expect(leftSomething).toBeGreaterThan(KILLS / 2);
  },
  PATIENCE_MS,
);
