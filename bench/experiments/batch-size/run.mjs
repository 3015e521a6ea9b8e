/** Batch sizes, and more negatives without larger batches; see README.md. Needs `npm run build`. */
import { onPlanted, runStudy } from '../study/run-study.mjs';

const SIZES = [128, 256, 512, 1024, 2048];
/** Steps an epoch shrink with the batch, so that epochs and patience grow with it. */
const training = ({ config }, batchSize, ofRate = 1) => {
  const isLarge = batchSize > config.training.batchSize;
  return {
    batchSize,
    learningRate: config.training.learningRate * ofRate,
    epochs: isLarge ? 80 : 24,
    evaluateEvery: isLarge ? 4 : 2,
    patience: 2,
  };
};
const size = (batchSize, ofRate) => ({
  name: `${batchSize}`,
  config: (data) => ({ training: training(data, batchSize, ofRate) }),
});
const extended = (name, source) => ({
  name: `256 + ${name}`,
  config: (data) => ({
    training: training(data, 256),
    negatives: { sources: [{ name: 'in-batch' }, source] },
  }),
});
const queue = (momentum) => extended(`queue of 1792, momentum ${momentum}`, { name: 'queue', size: 1792, momentum });

await runStudy(import.meta.url, {
  name: 'batch-size',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: '512',
  columns: [{ title: 'steps', of: (cell) => cell.steps, digits: 0, spread: false }],
  variants: [
    ...SIZES.map((batchSize) => size(batchSize)),
    size(4096),
    // whether it is the size or the rate
    onPlanted({ ...size(SIZES[0], 0.25), name: `${SIZES[0]}, a quarter of the rate` }),
    extended('1792 uniform', { name: 'uniform', count: 1792 }),
    ...[0.99, 0.9, 0].map(queue),
  ],
});
