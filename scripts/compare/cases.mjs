/** All that `compare-checkouts.mjs` does with both checkouts: the data, then the cases, in an order that has what others need first. */
import { ENCODERS, PRESETS, PROPAGATION, VIEWS } from './model-cases.mjs';
import { LOSSES, NEGATIVES, POSITIVES } from './objective-cases.mjs';
import { ENDINGS, OF_SEVERAL, REFUSALS, RESUMED } from './run-cases.mjs';

/** Made-up logs, by the folder they are in; `log` has exposures, rejections and what rankers cut. */
const SIZE = ['--users', '150', '--items', '120', '--mean-interactions', '20', '--seed', '3'];
export const SAMPLES = Object.freeze({
  world: SIZE,
  log: [...SIZE, '--exposure'],
  // more items than some samples of items have
  wide: ['--users', '100', '--items', '6000', '--mean-interactions', '60', '--seed', '3'],
});

/** The logs of `world` with ratings from 1 to 5. */
export const RATED = 'rated';

/** Graphs by name: the logs they are built of, and options of `twinlight build`. */
export const GRAPHS = Object.freeze({
  world: { of: 'world', options: [] },
  log: { of: 'log', options: [] },
  wide: { of: 'wide', options: ['--split', 'per-user-time'] },
  rated: { of: RATED, options: ['--min-rating', '2', '--set', 'data.useWeights=true'] },
  cold: { of: 'world', options: ['--split', 'cold-item', '--k-core', '2', '--seed', '7'] },
});

export const CASES = Object.freeze([
  ...PRESETS,
  ...ENCODERS,
  ...PROPAGATION,
  ...VIEWS,
  ...LOSSES,
  ...NEGATIVES,
  ...POSITIVES,
  ...ENDINGS,
  ...RESUMED,
  ...OF_SEVERAL,
  ...REFUSALS,
]);

/** The case of that name and those it needs, in order; all without a name. */
export function casesFor(name) {
  if (name === undefined) return CASES;
  const wanted = new Set();
  const want = (one) => {
    const found = CASES.find((candidate) => candidate.name === one);
    if (!found) throw new Error(`no case is called "${one}"; there are ${CASES.map((each) => each.name).join(', ')}`);
    wanted.add(found);
    found.needs?.forEach(want);
  };
  want(name);
  return CASES.filter((each) => wanted.has(each));
}

/** Names of the graphs that these cases use, and of the logs that must be drawn for them. */
export function dataFor(cases) {
  const args = cases.flatMap(({ commands }) => commands.flatMap((command) => command.args ?? command));
  const graphs = Object.keys(GRAPHS).filter((name) => args.includes(`graphs/${name}`));
  const built = graphs.map((name) => GRAPHS[name].of);
  const isUsed = (name) =>
    built.includes(name) || args.includes(`logs/${name}`) || (name === 'world' && built.includes(RATED));
  return { graphs, logs: Object.keys(SAMPLES).filter(isUsed) };
}
