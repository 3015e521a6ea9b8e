/** Every row of the registry of losses for the contract suite, and rows whose options make them another formula. */
import { LOSS_NAMES } from '../src/losses/index.js';
import { CASES, dot, logSumExp, mean, type NamedCase, negativeLogits } from './loss-cases.js';

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
};

/** Every row of the registry, and other forms of some. */
export const LOSS_CASES: readonly (readonly [string, NamedCase])[] = [
  ...LOSS_NAMES.map((name) => [name, { ...CASES[name], name }] as const),
  ...Object.entries(OTHER_FORMS),
];
