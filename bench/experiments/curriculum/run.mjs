/** Easy and hard negatives in one training, one after the other, or in two models that are fused; see README.md. Needs `npm run build`. */
import { runStudy } from '../study/run-study.mjs';

/** About half of a run. */
const LATER = 200;
const hardSource = ({ window }, options) => ({ name: 'rank-window', ...window, ...options });
const withHard = (name, options) => ({
  name,
  group: 'one model',
  config: (data) => ({ negatives: { sources: [{ name: 'in-batch' }, hardSource(data, options)] } }),
});
const fused = (name, variants, how) => ({ name, group: 'fused', fuse: { variants, ...how } });
const MUCH = 0.05;

await runStudy(import.meta.url, {
  name: 'curriculum',
  preset: 'lightgcn',
  // longer than elsewhere, so that a stall leaves time for what follows it
  config: { encoder: { numLayers: 2 }, losses: { main: { temperature: 0.25 } }, training: { patience: 3, epochs: 30 } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: 'easy only',
  variants: [
    { name: 'easy only', group: 'one model' },
    { name: 'easy only, 128 dimensions', group: 'one model', config: { encoder: { embeddingDim: 128 } } },
    withHard('mixed from the start, 1 %', { ratio: 0.01 }),
    withHard('mixed from the start, 5 %', { ratio: MUCH }),
    withHard(`hard 5 % from step ${LATER}`, { ratio: MUCH, fromStep: LATER }),
    withHard('hard 5 % after a stall', { ratio: MUCH, afterStall: 1 }),
    { name: 'easy only, second model', group: 'one model', seedOffset: 100 },
    {
      name: 'hard only',
      group: 'one model',
      config: (data) => ({
        losses: { main: { name: 'sampled-softmax' } },
        negatives: { sources: [hardSource(data, { ratio: MUCH })] },
      }),
    },
    fused('parallel: easy + 5 % hard', ['easy only', 'mixed from the start, 5 %'], { weights: [1, 1] }),
    fused('parallel: easy + ½ · 5 % hard', ['easy only', 'mixed from the start, 5 %'], { weights: [1, 0.5] }),
    fused('parallel: easy + hard only', ['easy only', 'hard only'], { weights: [1, 0.5] }),
    fused('parallel: easy + easy', ['easy only', 'easy only, second model'], { weights: [1, 1] }),
    fused('serial: 100 of easy, by 5 % hard', ['easy only', 'mixed from the start, 5 %'], { serial: 100 }),
    fused('serial: 100 of easy, by hard only', ['easy only', 'hard only'], { serial: 100 }),
  ],
});
