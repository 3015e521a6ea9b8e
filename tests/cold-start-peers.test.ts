/** What the peers of bench/cold-start compute, against loops over plain numbers, where a Python with PyTorch is at hand. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const BENCH = join(import.meta.dirname, '..', 'bench');
// @ts-expect-error a plain script without types
const { findPython } = await import('../bench/find-python.mjs');
const python: string | undefined = findPython();

it.runIf(python).each(['aldi', 'clcrec', 'dropoutnet'])('%s', (peer) => {
  const file = join(BENCH, 'cold-start', 'peers', `${peer}.py`);
  const { stdout, stderr } = spawnSync(python as string, [file, '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('ok\n');
});
