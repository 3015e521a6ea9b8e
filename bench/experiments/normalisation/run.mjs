/** Cosine against inner product, in training and in ranking; see README.md. Needs `npm run build`. */
import { onPlanted, runStudy } from '../study/run-study.mjs';

const softmax = (similarity, temperature, rest = {}) => ({
  losses: { main: { similarity, temperature, ...rest.main }, ...rest.losses },
  ...rest.other,
});
const variant = (group, name, config) => ({ group, name, config });
const ranked = (similarity) => ({ other: { evaluation: { similarity, topK: [20] } } });
/** As papers on the softmax with LightGCN train: norms are free, and popular items' grow. */
const withoutLogQ = (rest) => ({ ...rest, main: { logQ: 'none' } });
const main = (isMain, one) => (isMain ? one : onPlanted(one));
const weight = (l2) => ({ losses: { l2: { weight: l2 } } });

await runStudy(import.meta.url, {
  name: 'normalisation',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: 'cosine, τ 0.25',
  variants: [
    ...[0.25, 0.1, 0.5].map((t) => main(t === 0.25, variant('cosine', `cosine, τ ${t}`, softmax('cosine', t)))),
    ...[1, 0.25].map((t) =>
      main(t === 1, variant('inner product', `inner product, τ ${t}`, softmax('inner-product', t))),
    ),
    ...[0.01, 0.1].map((l2) =>
      onPlanted(variant('inner product', `inner product, τ 1, L2 ${l2}`, softmax('inner-product', 1, weight(l2)))),
    ),
    variant('mismatch', 'cosine, τ 0.25, ranked by inner product', softmax('cosine', 0.25, ranked('inner-product'))),
    variant('mismatch', 'inner product, τ 1, ranked by cosine', softmax('inner-product', 1, ranked('cosine'))),
    variant('no logQ', 'cosine, τ 0.25, no logQ', softmax('cosine', 0.25, withoutLogQ())),
    variant(
      'no logQ',
      'cosine, τ 0.25, no logQ, ranked by inner product',
      softmax('cosine', 0.25, withoutLogQ(ranked('inner-product'))),
    ),
    ...['inner-product', 'cosine'].map((similarity) =>
      onPlanted(
        variant('bpr', `bpr, ${similarity}`, {
          losses: { main: { name: 'bpr', similarity } },
          negatives: { numNegatives: 8 },
        }),
      ),
    ),
  ],
});
