/** The same step and the same training on each backend. */
import { table } from '../../scripts/reference/markdown.mjs';
import { dataOf, environmentOf, filesIn, milliseconds, percent, readJson, section, times } from './filed.mjs';

export function backends() {
  const stepFiles = filesIn('backends/results', /steps.*\.json$/);
  const recallFiles = filesIn('backends/results', /recall.*\.json$/);
  const largest = (kernels) =>
    Object.entries(kernels)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3)
      .map(([name, share]) => `${name} ${percent(share)}`)
      .join(', ');
  return [
    ...stepFiles.map((file) => {
      const { preset, steps, ...machine } = readJson(file);
      return section(
        `Backends, a step of ${preset}${file.includes('webgpu') ? ', WebGPU in software beside them' : ''}`,
        {
          command: `node bench/backends/run.mjs --only steps --backends ${steps.rows.map(({ backend }) => backend)}`,
          data: dataOf(steps.graph),
          environment: environmentOf(machine),
          filed: [file],
        },
        table(
          ['backend', 'what it is', 'a step', 'beside native', 'largest parts', 'peak memory'],
          steps.rows.map(({ backend, detail, stepMs, kernels, peakRssMB }) => [
            backend,
            detail,
            milliseconds(stepMs),
            times(stepMs / steps.rows[0].stepMs),
            largest(kernels),
            `${peakRssMB} MB`,
          ]),
        ),
      );
    }),
    ...recallFiles.map((file) => {
      const { preset, quality, ...machine } = readJson(file);
      return section(
        `Backends, the same training${file.includes('webgpu') ? ', WebGPU in software beside them' : ''}`,
        {
          command: `node bench/backends/run.mjs --only recall --epochs ${quality.epochs} --backends ${quality.rows.map(({ backend }) => backend)}`,
          data: dataOf(quality.graph),
          seeds: '42',
          selected: `validation; preset ${preset}, ${quality.epochs} epochs`,
          environment: environmentOf(machine),
          filed: [file],
        },
        table(
          ['backend', 'test recall@20', 'test ndcg@20'],
          quality.rows.map(({ backend, recallAt20, ndcgAt20 }) => [
            backend,
            recallAt20.toFixed(4),
            ndcgAt20.toFixed(4),
          ]),
        ),
      );
    }),
  ];
}
