/** Cells into rows: means and deviations over seeds, differences from the baseline over users, Markdown. */
import { pairedTest } from '../../../dist/index.js';

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sample standard deviation; 0 for a single value. */
export function deviation(values) {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** The value of a column in a cell: `valid:ndcg@20`, `test:recall@20`, or a function of it and the baseline's cell of its seed. */
export function figureOf(cell, column, baseline) {
  if (typeof column.of === 'function') {
    return column.of(
      cell,
      baseline?.find(({ seed }) => seed === cell.seed),
    );
  }
  const [part, key] = column.of.split(':');
  return cell[part]?.[key];
}

/**
 * @param cells of one variant on one data set, one a seed
 * @param baseline cells of the baseline; those of the variant itself if it is the baseline
 * @param metric per-user metric that is compared
 * @returns one row: `values` by column title, and the difference from the baseline, judged over users whose figures are
 * means over the seeds: its interval is about other users, not other seeds. Cells without `perUser` are not compared.
 */
export function summarise(variant, cells, baseline, columns, metric) {
  const failed = cells.filter((cell) => cell.failed);
  if (failed.length > 0) return { variant, failed: failed[0].failed, numFailed: failed.length };
  const values = Object.fromEntries(
    columns.flatMap((column) => {
      const found = cells.map((cell) => figureOf(cell, column, baseline)).filter((value) => Number.isFinite(value));
      return found.length === 0 ? [] : [[column.title, { mean: mean(found), sd: deviation(found), n: found.length }]];
    }),
  );
  const comparable =
    baseline.length > 0 && baseline[0] !== cells[0] && [...baseline, ...cells].every((cell) => cell.perUser);
  const difference = comparable ? pairedTest({ a: perUser(baseline, metric), b: perUser(cells, metric) }) : undefined;
  const { meanDifference, low, high, pValue } = difference ?? {};
  return { variant, values, ...(difference && { difference: { metric, meanDifference, low, high, pValue } }) };
}

/** Mean over the cells of every user's figure, `[numUsers]`. */
function perUser(cells, metric) {
  const all = cells.map((cell) => cell.perUser[metric]);
  return Float32Array.from(all[0], (_, user) => mean(all.map((values) => values[user])));
}

/** The row with the best mean of `title`. */
export function best(rows, title) {
  return rows
    .filter((row) => row.values?.[title])
    .reduce(
      (top, row) => (top === undefined || row.values[title].mean > top.values[title].mean ? row : top),
      undefined,
    );
}

const signed = (value, digits) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
const digitsOf = ({ digits = 4 }) => digits;

/** A Markdown table; columns without any value are left out, the row chosen on validation is bold. */
export function markdown(rows, columns, chosen) {
  const used = columns.filter(({ title }) => rows.some((row) => row.values?.[title]));
  const withDifference = rows.some((row) => row.difference);
  const titles = ['', ...used.map(({ title }) => title), ...(withDifference ? ['Δ ndcg@20 [95 %]'] : [])];
  const lines = [titles, titles.map((_, i) => (i === 0 ? '---' : '---:'))];
  for (const row of rows) {
    const name = chosen.includes(row) ? `**${row.variant}**` : row.variant;
    if (row.failed) {
      lines.push([name, row.failed.split(':')[0], ...titles.slice(2).map(() => '')]);
      continue;
    }
    const cells = used.map((column) => {
      const value = row.values[column.title];
      if (!value) return '';
      const spread = value.n > 1 && column.spread !== false ? ` ± ${value.sd.toFixed(digitsOf(column))}` : '';
      return value.mean.toFixed(digitsOf(column)) + spread;
    });
    const { difference } = row;
    const compared = difference
      ? `${signed(difference.meanDifference, 4)} [${signed(difference.low, 4)}, ${signed(difference.high, 4)}]`
      : '';
    lines.push([name, ...cells, ...(withDifference ? [compared] : [])]);
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
