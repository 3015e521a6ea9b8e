/** The command line, as an experiment calls it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** @returns what the command prints, parsed; an error with its messages where it fails */
export function twinlight(...args) {
  const child = spawnSync(process.execPath, [CLI, ...args, '--json', '--quiet'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
}
