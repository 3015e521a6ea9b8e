/** The towers of a run as plain arrays, out of its best weights and the encodings that its graph holds. */
import { isTrained } from '../config/active-parts.js';
import { encoderParts, ownShareOf, towersIn } from '../encoders/index.js';
import { fieldsOf } from '../graph/fields/fields-of.js';
import { ContentEncoder, type ServedModel, type ServedTower } from '../retrieval/index.js';
import { bestWeights, type RunFacts, withVariables } from './best-encoder.js';
import { fittedGraph } from './held-out.js';
import type { RunFolder } from './run-folder.js';

type TowerPlan = ReturnType<typeof towersIn>[number];

/** Made when first asked for; of the sides that have one. */
export function towersOfRun(run: RunFolder, facts: RunFacts): ServedModel['towers'] {
  const { rows } = encoderParts(facts.config.encoder);
  if (!isTrained(facts.config) || rows.name !== 'tower') return {};
  const plans = towersIn(rows, facts.config.encoder.embeddingDim);
  const towers = plans.map((plan) => {
    let made: Promise<ServedTower> | undefined;
    const open = (): Promise<ServedTower> => {
      made ??= towerOfRun(run, facts, plan);
      return made;
    };
    return [plan.side, open] as const;
  });
  return Object.fromEntries(towers);
}

async function towerOfRun(
  run: RunFolder,
  { config, registries, graph }: RunFacts,
  plan: TowerPlan,
): Promise<ServedTower> {
  const { side, prefix, columns, form } = plan;
  const weights = bestWeights(run, config);
  const all = fieldsOf(fittedGraph(graph, config))[side];
  const fields = columns === 'all' ? all : all.filter(({ name }) => columns.includes(name));
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
  const arrays = Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
  const encoder = new ContentEncoder({ ...form, fields: [...fields] }, arrays);
  const ownShare = await withVariables(weights, (variables) => ownShareOf(config.encoder, variables, registries.rows));
  return { encoder, ownShare };
}
