/** Every row of the registry of losses for the contract suite, and rows whose options make them another formula. */
import { LOSS_NAMES } from '../src/losses/index.js';
import { CASES, dot, logSumExp, mean, negativeLogits } from './loss-cases.js';
import { kthScores, type NamedCase } from './loss-inputs.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Options that make a loss another formula. */
const OTHER_FORMS: Record<string, NamedCase> = {
  'bsl, as its authors run it': {
    name: 'bsl',
    options: { positiveRatio: 'infinite', negativeWeight: 0.84, logQ: 'none' },
    oracle: ({ first, second, shared }, t) =>
      mean(
        first.map((user, i) => {
          const negatives = [...second.filter((_, j) => j !== i), ...shared].map((row) => dot(user, row) / t);
          return 0.84 * logSumExp(negatives) - dot(user, second[i]) / t;
        }),
      ),
    symmetric: false,
  },
  'bsl, a user’s positives together and the negatives weighed': {
    name: 'bsl',
    options: { positiveRatio: 1, negativeWeight: 1.2 },
    oracle: (rows, t, users) =>
      mean(
        rows.first.map((_, i) => {
          const same = rows.first.flatMap((user, k) => (users[k] === users[i] ? [dot(user, rows.second[k]) / t] : []));
          return 1.2 * logSumExp(negativeLogits(rows, i, t, true)) - logSumExp(same) + Math.log(same.length);
        }),
      ),
    symmetric: false,
  },
  'in-batch-softmax, SL@K': {
    name: 'in-batch-softmax',
    options: { topK: { temperature: 0.5 } },
    oracle: (rows, t, users) =>
      mean(
        rows.first.map((user, i) => {
          const positive = dot(user, rows.second[i]);
          const loss = logSumExp([positive / t + 2, ...negativeLogits(rows, i, t, true)]) - positive / t - 2;
          return loss * sigmoid((positive - kthScores(users)[i]) / 0.5);
        }),
      ),
    symmetric: false,
  },
  'bsl, SL@K as its authors run it': {
    name: 'bsl',
    options: { positiveRatio: 'infinite', negativeWeight: 0.9, logQ: 'none', topK: {} },
    oracle: ({ first, second, shared }, t, users) =>
      mean(
        first.map((user, i) => {
          const positive = dot(user, second[i]);
          const negatives = [...second.filter((_, j) => j !== i), ...shared].map((row) => dot(user, row) / t);
          return (0.9 * logSumExp(negatives) - positive / t) * sigmoid((positive - kthScores(users)[i]) / 0.75);
        }),
      ),
    symmetric: false,
  },
};

/** Every row of the registry, and other forms of some. */
export const LOSS_CASES: readonly (readonly [string, NamedCase])[] = [
  ...LOSS_NAMES.map((name) => [name, { ...CASES[name], name }] as const),
  ...Object.entries(OTHER_FORMS),
];
