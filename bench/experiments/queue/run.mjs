/** What stored negatives do to a small batch, and whose gradient they need; see README.md. Needs `npm run build`. */
import { runStudy } from '../study/run-study.mjs';

const training = { batchSize: 256, evaluateEvery: 2, patience: 2 };
const SIZE = 1792;
const ALONE = 'in-batch alone';
const beside = (name, source) => ({
  name: `+ ${name}`,
  config: { training, negatives: { sources: [{ name: 'in-batch' }, source] } },
});
const queue = (momentum, gradient) =>
  beside(`queue, momentum ${momentum}, gradient ${gradient}`, { name: 'queue', size: SIZE, momentum, gradient });

await runStudy(import.meta.url, {
  name: 'queue',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: ALONE,
  variants: [
    { name: ALONE, config: { training } },
    ...[0, 0.99].map((momentum) => queue(momentum, 'carried')),
    ...[0, 0.99].map((momentum) => queue(momentum, 'none')),
  ],
});
