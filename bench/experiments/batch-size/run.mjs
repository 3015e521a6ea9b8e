/** Batch sizes, and more negatives without larger batches; see README.md. Needs `npm run build`. */
import { COLUMNS, runStudy } from '../study/run-study.mjs';

const SIZES = [128, 256, 512, 1024, 2048, 4096];
const RATE = 0.01;
/** Of the smallest batch, to see whether it is the size or the rate. */
const SMALL_RATE = 0.0025;
/** Steps an epoch shrink with the batch, so that epochs and patience grow with it. */
const training = (batchSize, learningRate) => ({
  batchSize,
  learningRate,
  epochs: batchSize > 512 ? 80 : 24,
  evaluateEvery: batchSize > 512 ? 4 : 2,
  patience: 2,
});
const size = (batchSize, learningRate) => ({
  name: `${batchSize}, rate ${learningRate}`,
  group: `${batchSize}`,
  config: { training: training(batchSize, learningRate) },
});
const extended = (name, source) => ({
  name: `256 + ${name}, rate ${RATE}`,
  group: `256 + ${name}`,
  config: {
    training: training(256, RATE),
    negatives: { sources: [{ name: 'in-batch' }, source] },
  },
});

await runStudy(import.meta.url, {
  name: 'batch-size',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } } },
  data: ['planted'],
  seeds: [1, 2, 3],
  baseline: '512, rate 0.01',
  columns: [{ title: 'steps', of: (cell) => cell.steps, digits: 0, spread: false }, COLUMNS.stepMs],
  variants: [
    ...SIZES.map((batchSize) => size(batchSize, RATE)),
    size(SIZES[0], SMALL_RATE),
    extended('1792 uniform', { name: 'uniform', count: 1792 }),
    ...[0.99, 0.9, 0].map((momentum) =>
      extended(`queue of 1792, momentum ${momentum}`, { name: 'queue', size: 1792, momentum, gradient: 'none' }),
    ),
  ],
});
