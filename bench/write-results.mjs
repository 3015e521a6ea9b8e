/**
 * `node bench/write-results.mjs`: bench/RESULTS.md, out of what benchmarks and studies have filed. A test fails while it is
 * stale. No figure is written by hand.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { auto } from './results-page/auto.mjs';
import { benchmarkSets } from './results-page/benchmark-sets.mjs';
import { coldStart } from './results-page/cold-start.mjs';
import { costs } from './results-page/costs.mjs';
import { BENCH } from './results-page/filed.mjs';
import { mainJob } from './results-page/main-job.mjs';
import { studies } from './results-page/studies.mjs';
import { tuning } from './results-page/tuning.mjs';

const INTRODUCTION = `<!-- Written by \`node bench/write-results.mjs\` from the results that are filed. Change those. -->

# Results

Every figure on this page comes from a filed result. Above each table stand the command, the data with its split and the head of the
graph's hash, the seeds, what the selection looked at, and the machine, as far as they were filed. What each benchmark asks, and what
its results show: [benchmarks](README.md), [studies](experiments/README.md).

On this page: [public benchmark sets](#public-benchmark-sets), [new items](#new-items), [the main job](#the-main-job-on-movielens-100k), [without a preset](#without-a-preset),
[studies](#studies), [tuning](#tuning), [costs](#costs).`;

/** The page as text. */
export function resultsPage() {
  return `${[INTRODUCTION, benchmarkSets(), coldStart(), mainJob(), auto(), studies(), tuning(), costs()].join('\n\n')}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(BENCH, 'RESULTS.md'), resultsPage());
  console.log('bench/RESULTS.md written');
}
