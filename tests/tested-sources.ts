/**
 * Which test covers which source file. `x.ts` has `x.test.ts` beside it, or stands in `COVERED_BY` under the suite that
 * covers it, and either test must really load the file: imports are followed from there. Works on any tree of this form,
 * so that the rules themselves can be tested on made-up ones.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isTest, sourceFiles, withoutComments } from './import-rules.js';

/**
 * Suite → what it covers of the files that have no test of their own: a file, `folder/*` (what is right in it) or
 * `folder/**` (what is below it as well). Where several fit a file, the longest one has it. Files that hold nothing but
 * types are the compiler's, an `index.ts` nobody's.
 */
export const COVERED_BY: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'src/core/strict-config.test.ts': ['src/core/schema-keys.ts'],
  'tests/attack/stored-files.test.ts': ['src/core/outside/*'],
  'src/core/tfrecord/tfrecord.test.ts': ['src/core/tfrecord/*'],
  'src/core/symmetric-eigen.test.ts': ['src/core/symmetric-eigenvalues.ts'],
  'src/ops/perturb.test.ts': ['src/core/counter-rng.ts'],
  'src/data/load-dataset.test.ts': ['src/core/reporter.ts', 'src/data/finish-log.ts', 'src/data/splits/given-split.ts'],

  'src/data/interaction-collector.test.ts': ['src/data/interaction-columns.ts', 'src/data/filters/*'],
  'src/data/data-config.test.ts': ['src/data/split-config.ts'],
  'src/data/splits/splits.test.ts': [
    'src/data/interaction-set.ts',
    'src/data/split-interactions.ts',
    'src/data/filters/reindex.ts',
    'src/data/splits/*',
  ],
  'src/data/sources/sources.contract.test.ts': ['src/data/interaction-log.ts', 'src/data/sources/*'],
  'src/data/load-formats.test.ts': ['src/data/readers/**'],
  'src/data/load-errors.test.ts': ['src/data/readers/bad-rows.ts', 'src/data/readers/text/garbled-ids.ts'],
  'src/data/readers/damage.contract.test.ts': ['src/data/plausibility/*'],
  'src/data/features/features.test.ts': ['src/data/features/*'],
  'src/data/features/fields-of-files.test.ts': ['src/data/features/vectors/*'],
  'src/data/fields/field-encoding.test.ts': ['src/data/fields/*'],
  'src/data/planted/planted-world.test.ts': ['src/data/planted/*'],

  'src/graph/graph-store.test.ts': [
    'src/core/outside/stored-file.ts',
    'src/graph/array-files.ts',
    'src/graph/assemble-graph.ts',
    'src/graph/feature-files.ts',
    'src/graph/graph-files.ts',
    'src/graph/merge-held-out.ts',
    'src/graph/seal-graph.ts',
  ],
  'src/graph/fields/fields.test.ts': ['src/graph/fields/*'],
  'src/graph/build-graph.test.ts': ['src/graph/check-graph.ts', 'src/graph/describe-graph.ts'],
  'src/graph/graphology-graph.test.ts': [
    'src/graph/feature-attributes.ts',
    'src/graph/from-graphology.ts',
    'src/graph/node-sides.ts',
    'src/graph/to-graphology.ts',
  ],
  'src/graph/attribute-nodes.test.ts': ['src/graph/attribute-join.ts'],
  'src/graph/toy-graph.test.ts': ['src/graph/toy-interactions.ts'],

  'src/ops/ops.contract.test.ts': ['src/backend/*', 'src/backend/plain/**', 'src/ops/*', 'src/ops/softmax/*'],
  'src/ops/sampled-block.test.ts': ['src/ops/block-dropout.ts'],
  'src/backend/native/native.test.ts': ['src/backend/native/**'],
  'src/backend/tensorflow/tensorflow.test.ts': ['src/backend/tensorflow/**'],
  'src/backend/webgpu/webgpu.test.ts': ['src/backend/webgpu/**'],

  'src/views/views.contract.test.ts': ['src/views/*'],
  'src/views/fields/field-views.contract.test.ts': ['src/views/fields/*'],
  'src/views/singular-value.test.ts': ['src/graph/spectrum/truncated-svd.ts'],

  'src/encoders/encoders.contract.test.ts': ['src/encoders/**'],

  'src/retrieval/content/nearest-content.test.ts': ['src/retrieval/content/content-of-fields.ts'],
  'src/retrieval/recommenders.test.ts': ['src/retrieval/*'],
  'src/retrieval/fusion.test.ts': ['src/retrieval/fuse-embeddings.ts', 'src/retrieval/serial-recommender.ts'],
  'src/retrieval/faiss/open-index.test.ts': [
    'src/retrieval/vector-index.ts',
    'src/retrieval/faiss/faiss-index.ts',
    'src/retrieval/faiss/flat-index.ts',
  ],
  'src/retrieval/faiss/faiss-format.test.ts': ['src/retrieval/faiss/faiss-cursor.ts'],
  'src/runs/history-of-run.test.ts': [
    'src/retrieval/by-history.ts',
    'src/runs/column-blocks.ts',
    'src/runs/best-encoder.ts',
  ],
  'src/runs/towers-of-run.test.ts': [
    'src/encoders/own-share.ts',
    'src/retrieval/serving/*',
    'src/runs/serving-of-run.ts',
  ],
  'src/retrieval/filters/filtered-list.test.ts': ['src/retrieval/filters/*'],
  'src/retrieval/serving/recommend-each.test.ts': ['src/retrieval/filters/block-lists.ts'],
  'src/retrieval/serving/similar-each.test.ts': ['src/retrieval/similarity-ranking.ts'],
  'src/export/answers/recommend-all.test.ts': ['src/export/answers/*', 'src/export/number-text.ts'],
  'src/export/filtered-answers.test.ts': ['src/export/catalogue-file.ts', 'src/export/seen-file.ts'],
  'src/retrieval/towers/content-encoder.test.ts': ['src/retrieval/towers/*'],

  'src/losses/losses.contract.test.ts': ['src/losses/**'],
  'src/losses/temperature/temperature.test.ts': ['src/losses/temperature/*'],

  'src/negatives/sources.contract.test.ts': ['src/negatives/**'],
  'src/negatives/negatives.test.ts': ['src/negatives/mixture.ts', 'src/negatives/false-negatives.ts'],
  'src/negatives/evolving-sources.test.ts': ['src/negatives/item-frequency.ts'],

  'src/retrieval/content/content.test.ts': ['src/retrieval/content/*'],
  'src/training/content-rankers.test.ts': ['src/runs/known-features.ts', 'src/runs/untrained/neighbour-vectors.ts'],
  'src/retrieval/factors/factors.test.ts': ['src/retrieval/factors/*'],
  'src/training/factored-rankers.test.ts': ['src/runs/untrained/*'],
  'src/training/strong-generalisation.test.ts': ['src/retrieval/fold-in.ts'],
  'src/evaluation/protocols/tasks.test.ts': ['src/evaluation/protocols/*'],
  'src/evaluation/evaluate-recommender.test.ts': ['src/evaluation/*', 'src/evaluation/metrics/metric-values.ts'],
  'src/evaluation/embedding-geometry.test.ts': ['src/evaluation/alignment-uniformity.ts', 'src/evaluation/collapse.ts'],
  'src/evaluation/significance.test.ts': [
    'src/evaluation/bootstrap.ts',
    'src/evaluation/compare-reports.ts',
    'src/evaluation/paired-test.ts',
    'src/evaluation/student-t.ts',
  ],
  'src/evaluation/metrics/metrics.test.ts': ['src/evaluation/metrics/*'],

  'src/config/resolve-config.test.ts': ['src/core/schemas-of.ts', 'src/config/**'],
  'tests/extensions.test.ts': ['src/config/extensions/*'],
  'src/config/explain.test.ts': ['src/negatives/source-docs.ts', 'src/views/view-docs.ts'],

  'src/training/lifecycle.test.ts': ['src/runs/*', 'src/training/*', 'src/objective/negative-context.ts'],
  'src/training/teacher.test.ts': ['src/runs/teacher/*'],
  'src/training/train.test.ts': ['src/runs/held-out.ts', 'src/runs/run-evaluation.ts'],

  'src/serve/store-index.test.ts': ['src/export/targets/target-index.ts'],
  'src/serve/service.test.ts': ['src/retrieval/serving/reasons.ts', 'src/serve/*'],
  'src/tuning/tune.test.ts': ['src/tuning/*'],
  'src/tuning/auto/auto.test.ts': ['src/tuning/auto/*'],
  'src/tuning/standing.test.ts': ['src/tuning/next-job.ts'],
  'src/tuning/search-space.test.ts': ['src/tuning/random-sampler.ts', 'src/tuning/scale.ts'],
  'src/tuning/tpe/parzen-estimator.test.ts': ['src/tuning/tpe/*'],
  'src/objective/step/cut-items.test.ts': ['src/objective/step/feature-batch.ts'],
  'src/objective/objective-parts.test.ts': ['src/objective/**'],

  'src/export/export-run.test.ts': ['src/export/*'],
  'src/export/targets/targets.contract.test.ts': ['src/export/targets/*'],
  'src/export/vectors/embed-files.test.ts': ['src/data/features/read-feature-rows.ts', 'src/export/vectors/*'],
  'src/export/tower-files.test.ts': ['src/export/serving-of-bundle.ts', 'src/export/tower-readme.ts'],
  'src/report/draw.test.ts': ['src/report/*'],
  'src/report/draw-parallel.test.ts': ['src/report/axis-ticks.ts'],
  'src/report/report-runs.test.ts': [
    'src/runs/epoch-records.ts',
    'src/report/figures/run-figures.ts',
    'src/report/sections/*',
  ],
  'src/report/figures/figures.test.ts': ['src/report/figures/*'],
  'src/report/figures/stage-trace.test.ts': ['src/report/figures/held-out-stages.ts'],
  'src/report/figures/item-map.test.ts': ['src/report/figures/item-groups.ts', 'src/report/figures/item-neighbours.ts'],
  'src/report/page/page.test.ts': ['src/report/charts/*', 'src/report/page/**'],
  'tests/cli.test.ts': ['src/cli/**'],
  'tests/cli-towers.test.ts': ['src/cli/features-option.ts', 'src/cli/profile-text.ts', 'src/cli/commands/embed.ts'],
});

/** Every source file without a test, and every line of `covers` that is not so, one sentence each; empty when all is well. */
export function untestedSources(root: string, covers = COVERED_BY): string[] {
  const files = sourceFiles(root);
  const suites = Object.keys(covers);
  const lines = suites.flatMap((suite) => covers[suite].map((pattern) => ({ suite, pattern })));
  const loaded = new Map<string, ReadonlySet<string>>();
  const isLoaded = (file: string, suite: string): boolean => {
    if (!loaded.has(suite)) loaded.set(suite, loadedBy(root, suite, files));
    return loaded.get(suite)!.has(file);
  };
  const sources = files.filter((file) => file.startsWith('src/') && !isTest(file) && !isIndex(file));
  const needed = new Set<string>();
  const broken = sources
    .filter((file) => hasCode(join(root, file)))
    .flatMap((file) => {
      const beside = file.replace(/\.\w+$/, '.test.ts');
      if (files.includes(beside)) return isLoaded(file, beside) ? [] : [`${file}: ${beside} does not load it`];
      const [line] = lines
        .filter(({ pattern }) => fits(pattern, file))
        .sort((a, b) => b.pattern.length - a.pattern.length);
      if (!line)
        return [`${file}: no test; write ${beside}, or name the suite that covers it in tests/tested-sources.ts`];
      needed.add(line.pattern);
      return isLoaded(file, line.suite) || !files.includes(line.suite)
        ? []
        : [`${file}: ${line.suite} does not load it`];
    });
  return [
    ...suites.filter((suite) => !files.includes(suite)).map((suite) => `${suite}: there is no such suite`),
    ...broken,
    ...lines
      .filter(({ pattern }) => !needed.has(pattern))
      .map(({ suite, pattern }) => `${suite}: no file needs "${pattern}"`),
  ];
}

const isIndex = (file: string): boolean => file.endsWith('/index.ts');

function fits(pattern: string, file: string): boolean {
  if (pattern.endsWith('/**')) return file.startsWith(pattern.slice(0, -2));
  if (pattern.endsWith('/*')) return dirname(file) === pattern.slice(0, -2);
  return pattern === file;
}

/** Whether anything is left of a file when it runs: types are not. */
function hasCode(path: string): boolean {
  if (!path.endsWith('.ts')) return true;
  return /^(export )?(default |abstract |async )*(const|let|var|function|class|enum)\b/m.test(
    withoutComments(readFileSync(path, 'utf8')),
  );
}

/**
 * What running a test loads: files that it or a loaded file imports (types not counted), starts as a program or a worker,
 * or was compiled from. What only the public API gathers does not count: it gathers everything.
 */
function loadedBy(root: string, suite: string, files: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>([suite]);
  for (const file of loaded) {
    if (file === 'src/index.ts' || !existsSync(join(root, file))) continue;
    for (const target of targetsOf(root, file, files)) loaded.add(target);
  }
  return loaded;
}

function targetsOf(root: string, file: string, files: readonly string[]): string[] {
  const text = withoutComments(readFileSync(join(root, file), 'utf8'));
  const runs = text.replace(/^(import|export) type [^;]*;/gm, '');
  const named = [
    ...runs.matchAll(/\bfrom\s*['"](\.[^'"]+)['"]/g),
    ...runs.matchAll(/\bimport\s*\(?\s*['"](\.[^'"]+)['"]/g),
    ...runs.matchAll(/\bnew URL\(\s*['"](\.[^'"]+)['"]/g),
    ...runs.matchAll(/^#include "([^"]+)"/gm),
  ].map((match) => join(dirname(file), match[1]));
  return named.flatMap((target) => {
    // the addon is compiled from all C++ files of its backend
    if (target.endsWith('.node')) return files.filter((name) => name.endsWith('.cc'));
    const source = target.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
    return files.includes(source) ? [source] : [];
  });
}
