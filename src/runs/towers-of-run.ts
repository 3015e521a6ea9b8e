/** The towers of a run as plain arrays, out of its best weights and the encodings that its graph holds. */
import { isTrained } from '../config/active-parts.js';
import type { RunConfig } from '../config/run-config.js';
import { encodeField } from '../data/fields/field-encoding.js';
import { selectFeatureRows } from '../data/index.js';
import { encoderParts, ownShareOf, towersIn } from '../encoders/index.js';
import { itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { fieldsOf } from '../graph/fields/fields-of.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { contentOfFields } from '../retrieval/content/content-of-fields.js';
import { unitContentRows } from '../retrieval/content/content-rows.js';
import { ContentEncoder, type ServedModel, type ServedTower } from '../retrieval/index.js';
import type { LenderRows } from '../retrieval/towers/lenders.js';
import { bestWeights, type RunFacts, withVariables } from './best-encoder.js';
import { fittedGraph } from './held-out.js';
import type { RunFolder } from './run-folder.js';

type TowerPlan = ReturnType<typeof towersIn>[number];

/** Made when first asked for; of the sides that have one. */
export function towersOfRun(run: RunFolder, facts: RunFacts): ServedModel['towers'] {
  const { rows } = encoderParts(facts.config.encoder);
  if (!isTrained(facts.config) || rows.name !== 'tower') return {};
  const plans = towersIn(rows, { embeddingDim: facts.config.encoder.embeddingDim, numUsers: facts.graph.users.size });
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
  const fitted = fittedGraph(graph, config);
  const all = fieldsOf(fitted)[side];
  const fields = columns === 'all' ? all : all.filter(({ name }) => columns.includes(name));
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
  const arrays = Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
  const tower = new ContentEncoder({ ...form, fields: [...fields] }, arrays);
  const { coldStart } = config;
  const encoder =
    coldStart.neighbours > 0 && plan.hasIds
      ? new ContentEncoder(tower.form, arrays, lendersOf(tower, plan, fitted, weights.embedding.values, coldStart))
      : tower;
  const ownShare = await withVariables(weights, (variables) => ownShareOf(config.encoder, variables, registries.rows));
  return { encoder, ownShare };
}

/**
 * The warm entities of a side and their whole rows (id + tower; the id alone where the tower only stands in for it), times what the
 * neighbours' mean is weighed with.
 */
function lendersOf(
  tower: ContentEncoder,
  { side, join, firstId }: TowerPlan,
  { train, userFeatures, itemFeatures }: StoredGraph,
  ids: Float32Array,
  { neighbours, neighbourPower, neighbourWeight }: RunConfig['coldStart'],
): LenderRows {
  const { embeddingDim, fields } = tower.form;
  const degrees = side === 'user' ? userDegrees(train) : itemDegrees(train);
  const warm = [...degrees.keys()].filter((entity) => degrees[entity] > 0);
  const table = selectFeatureRows((side === 'user' ? userFeatures : itemFeatures)!, warm);
  const encoded = fields.map((field) => encodeField(field, table.columns[field.name]));
  const rows = join === 'sum' ? tower.encodeFields(encoded) : new Float32Array(warm.length * embeddingDim);
  for (const [lender, entity] of warm.entries()) {
    const id = (firstId + entity) * embeddingDim;
    for (let d = 0; d < embeddingDim; d++) {
      const at = lender * embeddingDim + d;
      rows[at] = neighbourWeight * (rows[at] + ids[id + d]);
    }
  }
  const borrowing = { numNeighbors: neighbours, power: neighbourPower };
  return { borrowing, content: unitContentRows(contentOfFields(encoded)), rows };
}
