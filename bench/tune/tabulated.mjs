/** A table of validation figures as a function of its keys, bilinear between its points on log scales. Its greatest value is at a point. */

export function spaceOf({ rates, temperatures, choices }) {
  const range = (values) => ({ kind: 'float', low: values[0], high: values.at(-1), log: true });
  return {
    'training.learningRate': range(rates),
    'losses.main.temperature': range(temperatures),
    'losses.main.logQ': { kind: 'choice', values: choices },
  };
}

export function valueAt({ rates, temperatures, choices, table }, values) {
  const plane = table[choices.indexOf(values['losses.main.logQ'])];
  const [i, u] = placeOn(rates, values['training.learningRate']);
  const [j, v] = placeOn(temperatures, values['losses.main.temperature']);
  const along = (row) => plane[row][j] * (1 - v) + plane[row][j + 1] * v;
  return along(i) * (1 - u) + along(i + 1) * u;
}

export const greatestOf = ({ table }) => Math.max(...table.flat(2));

/** The point below, and the share of the way to the next one. */
function placeOn(grid, value) {
  const logs = grid.map(Math.log);
  const at = Math.min(
    grid.length - 2,
    Math.max(
      0,
      logs.findLastIndex((each) => each <= Math.log(value)),
    ),
  );
  return [at, (Math.log(value) - logs[at]) / (logs[at + 1] - logs[at])];
}

/** Gap between the table's greatest value and the best of `trials` proposals, one after another. */
export function gapOf(sampler, tabulated, seed, trials, Rng) {
  const space = spaceOf(tabulated);
  const tried = [];
  for (let trial = 0; trial < trials; trial++) {
    const order = tried.map((_, i) => i).sort((a, b) => tried[b].value - tried[a].value || a - b);
    const places = new Map(order.map((index, place) => [index, place]));
    const seen = tried.map(({ values }, i) => ({ values, place: places.get(i) }));
    const values = sampler(space, seen, Rng.of(seed, 'trial', trial));
    tried.push({ values, value: valueAt(tabulated, values) });
  }
  return greatestOf(tabulated) - Math.max(...tried.map(({ value }) => value));
}
