/** What the rows of a run's encoder are made for: sizes, degrees and, where they read them, the fields of users and items. */
import { readsFields } from '../config/active-parts.js';
import type { RunConfig } from '../config/run-config.js';
import { concatInt32 } from '../core/concat-int32.js';
import type { Side } from '../core/side.js';
import type { EncodedField } from '../data/fields/encoded-field.js';
import { encoderParts, type RowsContext, towersIn } from '../encoders/index.js';
import { type BipartiteCsr, itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { encodedFields, type KnownEntities } from '../graph/fields/encoded-fields.js';
import { sparseMatrix } from '../ops/index.js';
import { contentOfFields } from '../retrieval/content/content-of-fields.js';
import { nearestContent } from '../retrieval/content/nearest-content.js';

/**
 * @param known of the graph
 * @param graph whose edges are fitted
 * @param numValues attribute nodes; 0 where it is left out
 */
export function rowsContext(
  config: Pick<RunConfig, 'encoder' | 'coldStart'>,
  known: KnownEntities,
  graph: BipartiteCsr,
  numValues?: number,
): RowsContext {
  const { numUsers, numItems } = graph;
  const ofSides = { user: userDegrees(graph), item: itemDegrees(graph) };
  const counts = { numUsers, numItems, numValues, degrees: concatInt32([ofSides.user, ofSides.item]), graph };
  if (!readsFields(config)) return counts;
  const fields = encodedFields(known, graph);
  const { coldStart } = config;
  return {
    ...counts,
    fields,
    ...(coldStart.neighbours > 0 && { neighbours: neighboursOf(readBy(config, fields), ofSides, coldStart) }),
  };
}

/** The fields that the towers read. */
function readBy(
  { encoder }: Pick<RunConfig, 'encoder'>,
  fields: Readonly<Record<Side, readonly EncodedField[]>>,
): Record<Side, readonly EncodedField[]> {
  const { rows, embeddingDim } = encoderParts(encoder);
  const read: Record<Side, readonly EncodedField[]> = { user: [], item: [] };
  if (rows.name !== 'tower') return read;
  for (const { side, columns } of towersIn(rows, { embeddingDim, numUsers: 0 })) {
    read[side] = fields[side].filter(({ name }) => columns === 'all' || columns.includes(name));
  }
  return read;
}

function neighboursOf(
  fields: Readonly<Record<Side, readonly EncodedField[]>>,
  degrees: Readonly<Record<Side, Int32Array>>,
  { neighbours, neighbourPower, neighbourWeight }: RunConfig['coldStart'],
): NonNullable<RowsContext['neighbours']> {
  const sides = (['user', 'item'] as const).filter((side) => fields[side].length > 0);
  const entries = sides.map((side) => {
    const borrowing = { numNeighbors: neighbours, power: neighbourPower };
    const { values, ...pattern } = nearestContent(contentOfFields(fields[side]), degrees[side], borrowing);
    const shares = { ...pattern, values: values.map((share) => neighbourWeight * share) };
    return [side, sparseMatrix(shares, degrees[side].length)] as const;
  });
  return Object.fromEntries(entries);
}
