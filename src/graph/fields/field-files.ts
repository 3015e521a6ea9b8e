/**
 * Field encodings in a graph folder: a JSON file a side. They follow from the content, so that the graph's hash leaves them out:
 * a graph is the same with them and without.
 */
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { type FieldEncoding, fieldEncodingSchema } from '../../data/fields/field-encoding.js';
import { type FileBytes, needJson, putJson } from '../array-files.js';
import type { GraphFields } from '../stored-graph.js';

const SIDES = ['user', 'item'] as const;
const encodings = z.array(fieldEncodingSchema);
const areEncodings = (value: unknown): value is FieldEncoding[] => encodings.safeParse(value).success;

/** Puts `user_fields.json` and `item_fields.json`; nothing for a side without features. */
export function putFields(files: FileBytes, fields: GraphFields | undefined): void {
  for (const side of SIDES) if (fields && fields[side].length > 0) putJson(files, nameOf(side), fields[side]);
}

/**
 * @returns undefined where none are stored: graphs of version 0.1
 * @throws DataError `GRAPH_DAMAGED` for what is no encoding of the column that it is called after
 */
export function takeFields(
  files: FileBytes,
  tables: Readonly<Record<'user' | 'item', FeatureTable | undefined>>,
): GraphFields | undefined {
  if (!SIDES.some((side) => files.has(nameOf(side)))) return undefined;
  const [user, item] = SIDES.map((side) => takeSide(files, side, tables[side]));
  return { user, item };
}

function takeSide(files: FileBytes, side: 'user' | 'item', table: FeatureTable | undefined): readonly FieldEncoding[] {
  const columns = Object.entries(table?.columns ?? {});
  const name = nameOf(side);
  if (columns.length === 0 && !files.has(name)) return [];
  const fields = needJson(files, name, areEncodings, 'encodings of features');
  const fits =
    fields.length === columns.length &&
    columns.every(([column, { kind }], i) => fields[i].name === column && fields[i].kind === kind);
  const vectorsFit = columns.every(([, column], i) => {
    const field = fields[i];
    return column.kind !== 'vector' || (field.kind === 'vector' && field.dim === column.dim);
  });
  if (fits && vectorsFit) return fields;
  const expected = columns.map(([column, { kind }]) => `${column} (${kind})`).join(', ');
  throw new DataError('GRAPH_DAMAGED', `${name}: expected the encodings of ${expected || 'no column'}`);
}

const nameOf = (side: 'user' | 'item'): string => `${side}_fields.json`;
