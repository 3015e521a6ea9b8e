/** The rows of one data set as Markdown: auto first, then what it is held against. */

const shown = (value) => value.toFixed(4);
const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
export const TITLES = ['', 'valid ndcg@20', 'test ndcg@20', 'test recall@20', 'auto is better by [95 %]'];

/** Of a row: its cells, in the order of `TITLES`. */
export function cellsOf({ name, valid, test, autoMinusThis }) {
  const { meanDifference, low, high } = autoMinusThis ?? {};
  return [
    name,
    shown(valid['ndcg@20']),
    shown(test['ndcg@20']),
    shown(test['recall@20']),
    autoMinusThis ? `${signed(meanDifference)} [${signed(low)}, ${signed(high)}]` : '',
  ];
}

export function markdown(rows) {
  const lines = [TITLES, TITLES.map((_, at) => (at === 0 ? '---' : '---:')), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
