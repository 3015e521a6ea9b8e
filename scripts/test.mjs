/**
 * `npm test`: set-up, lint, type check, tests. Everything is run even if an earlier part fails, so that one call shows
 * all there is to mend. Arguments go to vitest: `npm test -- src/core` runs the tests of one folder.
 * The last line is `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setUp } from './setup.mjs';
import { packageBin, ROOT, runNode, say } from './steps.mjs';

setUp();
const RESULTS = join(ROOT, '.cache', 'vitest.json');
mkdirSync(join(ROOT, '.cache'), { recursive: true });
rmSync(RESULTS, { force: true });

const failed = [];
const part = (name, args, options) => {
  say(`test: ${name}`);
  if (runNode(args, options) !== 0) failed.push(name);
};
part('lint (biome)', [packageBin('@biomejs/biome', 'biome'), 'check', '--error-on-warnings', '.']);
part('types (tsc)', [packageBin('typescript', 'tsc'), '--noEmit']);
part('tests (vitest)', [
  packageBin('vitest', 'vitest'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${RESULTS}`,
  ...process.argv.slice(2),
]);

for (const name of failed) console.log(`FAILED: ${name}`);
console.log(summary());
process.exitCode = failed.length > 0 ? 1 : 0;

/** Files that could not even be loaded hold no tests; each counts as one failure. */
function summary() {
  let results;
  try {
    results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return '0 passed, 1 failed (vitest wrote no results)';
  }
  const broken = results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failures = results.numFailedTests + broken.length;
  const skipped = results.numPendingTests + results.numTodoTests;
  return `${results.numPassedTests} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
