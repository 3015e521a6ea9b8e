/** The tasks as tables: candidates and users once, a row a model, and how sure a difference from the baseline is. */

/** A metric, and what of it is tested. */
const SHOWN = ['recall@20', 'ndcg@20', 'precision@20'];
export const TESTED = Object.freeze(['recall@20', 'ndcg@20']);

/**
 * @param tasks name → { candidates, users, rows: { model, metrics, spread, tests } }
 * @param baseline name of the model that the tests are against
 */
export function markdown(tasks, baseline) {
  return Object.entries(tasks)
    .map(([task, { candidates, users, rows }]) => {
      const head = `**${task}**: ${candidates.toLocaleString('en-US')} candidates, ${users.toLocaleString('en-US')} users`;
      const columns = ['model', ...SHOWN, ...TESTED.map((metric) => `Δ ${metric} from ${baseline}`)];
      const lines = rows.map(({ model, metrics, spread, tests }) => [
        model,
        ...SHOWN.map((metric) => withSpread(metrics[metric], spread?.[metric])),
        ...TESTED.map((metric) => (tests?.[metric] ? difference(tests[metric]) : '')),
      ]);
      return [head, '', row(columns), row(columns.map(() => '---')), ...lines.map(row)].join('\n');
    })
    .join('\n\n');
}

export const row = (cells) => `| ${cells.join(' | ')} |`;
export const short = (value) => value.toFixed(4).replace(/^(-?)0\./, '$1.');
const signed = (value) => `${value < 0 ? '−' : '+'}${short(Math.abs(value))}`;
export const withSpread = (value, spread) =>
  spread === undefined ? short(value) : `${short(value)} ± ${short(spread)}`;

/** The mean difference, its 95 % interval over users, and p after Holm's correction over the models of the task. */
export function difference({ meanDifference, low, high, pHolm }) {
  const p = pHolm < 1e-4 ? 'p < .0001' : `p ${short(pHolm)}`;
  return `${signed(meanDifference)} [${signed(low)}, ${signed(high)}], ${p}`;
}
