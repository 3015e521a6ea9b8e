/**
 * What a tower is made of, apart from the numbers that it learned: options, and how each column of features is encoded. Plain
 * JSON, so that a bundle can hold it and any language can follow it; the formula is in `content-encoder.ts`.
 */
import { z } from 'zod';
import { ShapeError } from '../../core/errors.js';
import { ownValue } from '../../core/outside/own-keys.js';
import { encodeCells, fieldEncodingSchema } from '../../data/fields/field-encoding.js';

const width = z.int().min(1);

export const towerFormSchema = z.strictObject({
  embeddingDim: width,
  /** Length of a field's vector. */
  fieldDim: width,
  join: z.enum(['sum', 'concat']),
  senet: z.boolean(),
  /** Widths of the hidden layers. */
  layers: z.array(width),
  activation: z.enum(['relu', 'tanh']),
  /** Layer norm: what is added to a variance before its root; null where there is no norm. */
  normEpsilon: z.number().positive().nullable(),
  fields: z.array(fieldEncodingSchema).min(1),
});
export type TowerForm = z.output<typeof towerFormSchema>;

/** A matrix that a tower learned. */
export interface TowerArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}
export type TowerArrays = Readonly<Record<string, TowerArray>>;

/** A linear layer; the hidden ones have a bias, and with norm a scale, `[outputs]`. */
export interface TowerLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Of each output side by side, as `product` wants them, `[outputs, inputs]`. */
  readonly transposed: Float64Array;
  readonly bias?: Float32Array;
  readonly scale?: Float32Array;
}

/** The arrays of a tower at their places. */
export interface TowerWeights {
  /** E_k, `[numValues, fieldDim]`, in the order of the fields. */
  readonly tables: readonly Float32Array[];
  /** `[numFields, numUnits]` and `[numUnits, numFields]`. */
  readonly senet?: { readonly reduce: Float32Array; readonly expand: Float32Array; readonly numUnits: number };
  readonly layers: readonly TowerLayer[];
}

/** Names of the arrays of a tower, in their order: `fields/<column>`, `senet/…`, `<layer>/…`. */
export function towerArrayNames({ fields, senet, layers, normEpsilon, ...form }: TowerForm): string[] {
  const hidden = layers.flatMap((_, layer) => [
    `${layer}/weights`,
    `${layer}/bias`,
    ...(normEpsilon === null ? [] : [`${layer}/scale`]),
  ]);
  const hasLast = layers.length > 0 || form.join === 'concat' || form.fieldDim !== form.embeddingDim;
  return [
    ...fields.map(({ name }) => `fields/${name}`),
    ...(senet ? ['senet/reduce', 'senet/expand'] : []),
    ...hidden,
    ...(hasLast ? [`${layers.length}/weights`] : []),
  ];
}

/** @throws ShapeError for an array that is missing or of another shape than the form says */
export function towerWeights(form: TowerForm, arrays: TowerArrays): TowerWeights {
  const { fields, fieldDim, join, layers: hidden, embeddingDim, normEpsilon } = form;
  const take = (name: string, rows: number, columns: number): Float32Array => {
    const array = ownValue(arrays, name);
    const fits = array?.shape.length === 2 && array.shape[0] === rows && array.shape[1] === columns;
    if (fits && array.values.length === rows * columns) return array.values;
    const came = array ? `[${array.shape.join(', ')}]` : 'none';
    throw new ShapeError(`tower: expected "${name}" of shape [${rows}, ${columns}], got ${came}`);
  };
  const tables = fields.map((field) => take(`fields/${field.name}`, encodeCells(field, []).numValues, fieldDim));
  const numUnits = ownValue(arrays, 'senet/reduce')?.shape[1] ?? 0;
  const senet = form.senet && {
    reduce: take('senet/reduce', fields.length, numUnits),
    expand: take('senet/expand', numUnits, fields.length),
    numUnits,
  };
  const widths = [join === 'concat' ? fields.length * fieldDim : fieldDim, ...hidden, embeddingDim];
  const names = new Set(towerArrayNames(form));
  const layers = widths.slice(1).flatMap((outputs, layer) => {
    const inputs = widths[layer];
    if (!names.has(`${layer}/weights`)) return [];
    const isHidden = layer < hidden.length;
    return [
      {
        inputs,
        outputs,
        transposed: transposed(take(`${layer}/weights`, inputs, outputs), inputs, outputs),
        ...(isHidden && { bias: take(`${layer}/bias`, 1, outputs) }),
        ...(isHidden && normEpsilon !== null && { scale: take(`${layer}/scale`, 1, outputs) }),
      },
    ];
  });
  return { tables, ...(senet && { senet }), layers };
}

function transposed(weights: Float32Array, inputs: number, outputs: number): Float64Array {
  const columns = new Float64Array(weights.length);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) columns[j * inputs + i] = weights[i * outputs + j];
  return columns;
}
