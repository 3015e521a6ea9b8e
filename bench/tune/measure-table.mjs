/**
 * Validation figures over a grid of two keys on log scales and a choice: real trainings, done once, which any sampler can then be tried on at
 * no cost, with as many seeds as it takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeLayers, train } from '../../dist/index.js';

/** The same for all trainings, and small, as there are many. */
export const FIXED = {
  encoder: { embeddingDim: 32 },
  training: { batchSize: 512, epochs: 1, patience: 0 },
};

/** `count` values from `low` to `high`, evenly on a log scale. */
export function logGrid(low, high, count) {
  return Array.from({ length: count }, (_, i) => Number((low * (high / low) ** (i / (count - 1))).toPrecision(6)));
}

/** @returns `[choices][rates][temperatures]` */
export async function measureTable(graph, { rates, temperatures, choices }, backend) {
  const folder = mkdtempSync(join(tmpdir(), 'twinlight-tune-bench-'));
  const table = [];
  try {
    for (const logQ of choices) {
      const plane = [];
      for (const learningRate of rates) {
        const row = [];
        for (const temperature of temperatures) {
          const { valid } = await train({
            source: graph,
            preset: 'two-tower',
            config: mergeLayers(FIXED, { training: { learningRate }, losses: { main: { temperature, logQ } } }),
            run: join(folder, 'run'),
            overwrite: true,
            backend,
            skipTest: true,
          });
          row.push(Number(valid['ndcg@20'].toFixed(6)));
        }
        plane.push(row);
        process.stderr.write(
          `logQ ${logQ}, learning rate ${learningRate}: ${row.map((each) => each.toFixed(3)).join(' ')}\n`,
        );
      }
      table.push(plane);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return table;
}
