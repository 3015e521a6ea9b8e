/**
 * Field encodings in a graph folder, a JSON file a side, and what the fields know of one another, an array a side with more than
 * one. They follow from the content, so that the graph's hash leaves them out:
 * a graph is the same with them and without.
 */
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { type FieldEncoding, fieldEncodingSchema } from '../../data/fields/field-encoding.js';
import type { MutualInformation } from '../../data/fields/mutual-information.js';
import { type FileBytes, needArray, needJson, putArray, putJson } from '../array-files.js';
import type { FieldInformation, GraphFields, StoredGraph } from '../stored-graph.js';

const SIDES = ['user', 'item'] as const;
const encodings = z.array(fieldEncodingSchema);
const areEncodings = (value: unknown): value is FieldEncoding[] => encodings.safeParse(value).success;

type Described = Pick<StoredGraph, 'fields' | 'fieldInformation'>;

/** Puts `<side>_fields.json` and `<side>_field_information.f64`; nothing for a side without features. */
export function putFields(files: FileBytes, { fields, fieldInformation }: Described): void {
  for (const side of SIDES) {
    if (fields && fields[side].length > 0) putJson(files, nameOf(side), fields[side]);
    const nats = fieldInformation?.[side].nats;
    if (nats && nats.length > 0) putArray(files, informationOf(side), 'f64', nats);
  }
}

/**
 * @returns nothing where none are stored: graphs of version 0.1
 * @throws DataError `GRAPH_DAMAGED` for what is no encoding of the column that it is called after, and for tables of another form
 */
export function takeFields(
  files: FileBytes,
  tables: Readonly<Record<'user' | 'item', FeatureTable | undefined>>,
): Described {
  if (!SIDES.some((side) => files.has(nameOf(side)))) return {};
  const fields: GraphFields = {
    user: takeSide(files, 'user', tables.user),
    item: takeSide(files, 'item', tables.item),
  };
  const fieldInformation: FieldInformation = {
    user: takeInformation(files, 'user', fields.user),
    item: takeInformation(files, 'item', fields.item),
  };
  return { fields, fieldInformation };
}

function takeInformation(files: FileBytes, side: 'user' | 'item', fields: readonly FieldEncoding[]): MutualInformation {
  const names = fields.map(({ name }) => name);
  if (names.length === 0) return { names, nats: new Float64Array(0) };
  const nats = needArray(files, informationOf(side), 'f64');
  const size = names.length;
  const isTable = nats.length === size * size;
  const fits = nats.every((value, at) => value >= 0 && value === nats[(at % size) * size + Math.floor(at / size)]);
  if (isTable && fits && nats.every(Number.isFinite)) return { names, nats };
  const message = `${informationOf(side)}.f64: expected a symmetric table of ${size} × ${size} numbers, none negative`;
  throw new DataError('GRAPH_DAMAGED', message);
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
const informationOf = (side: 'user' | 'item'): string => `${side}_field_information`;
