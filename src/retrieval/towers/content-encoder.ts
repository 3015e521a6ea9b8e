/**
 * A trained tower in plain typed arrays: what is known of users or items → their vectors, as the encoder of the run makes them
 * (`encoders/rows/tower/`), without tensors, a graph, or anything of training.
 *
 *   f_k = Σ_v x_kv E_k[v]              field k, x_k its sparse row (`data/fields/`), E_k `fields/<column>`
 *   f   ← 2 σ(relu(z R) X) ∘ f         with SENet: z_k the mean of f_k, R `senet/reduce`, X `senet/expand`
 *   h   = Σ_k f_k, or f_1 … f_K side by side
 *   h   ← activation(norm(h W) ∘ s + b)   a hidden layer; norm: (h − mean) ÷ √(variance + ε), without norm h W + b
 *   vector = h W of the last layer; h where there is none
 *
 * Where the run's cold entities borrow rows (`lenders.ts`), that is added: then it is the row of an entity without an id row.
 *
 * Sums are made in double precision, so that a row's vector does not depend on which rows come with it.
 */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue } from '../../core/outside/own-keys.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { encodeCells } from '../../data/fields/field-encoding.js';
import { type FeatureRow, refuseWrongCell, refuseWrongRow } from './feature-row.js';
import { type LenderRows, Lenders } from './lenders.js';
import { product } from './product.js';
import { type TowerArrays, type TowerForm, type TowerLayer, type TowerWeights, towerWeights } from './tower-form.js';

/** Rows that go through a layer together: its weights are read once for all of them. */
const ROWS_AT_ONCE = 16;

export class ContentEncoder {
  private readonly weights: TowerWeights;
  private readonly lenders: Lenders | undefined;

  /**
   * @param lent where entities borrow rows
   * @throws ShapeError for arrays that are not those of such a tower
   */
  constructor(
    readonly form: TowerForm,
    readonly arrays: TowerArrays,
    readonly lent?: LenderRows,
  ) {
    this.weights = towerWeights(form, arrays);
    this.lenders = lent && new Lenders(lent, form.embeddingDim);
  }

  /** Columns that the tower reads. */
  get columns(): string[] {
    return this.form.fields.map(({ name }) => name);
  }

  /**
   * @returns `[rows.length, embeddingDim]`
   * @throws what `fieldsOf` throws
   */
  encode(rows: readonly FeatureRow[]): Float32Array {
    return this.encodeFields(this.fieldsOf(rows));
  }

  /**
   * Rows from outside as the sparse matrices that the tower reads; a column that a row lacks is missing there.
   * @throws ConfigError `UNKNOWN_COLUMN` for one that the tower does not read; DataError `DATA_FEATURE_CELL` for a value of the
   * wrong kind
   */
  fieldsOf(rows: readonly FeatureRow[]): EncodedField[] {
    this.refuseUnknown(rows);
    return this.form.fields.map((encoding) => {
      const cells = rows.map((row) => ownValue(row, encoding.name));
      return encodeCells(encoding, cells, (row, cell) => refuseWrongCell(encoding, row, cell));
    });
  }

  /** @param fields of the tower's columns, in their order, `[numRows]` rows each. @returns `[numRows, embeddingDim]` */
  encodeFields(fields: readonly EncodedField[]): Float32Array {
    const { embeddingDim } = this.form;
    const numRows = fields[0].offsets.length - 1;
    const vectors = new Float32Array(numRows * embeddingDim);
    for (let first = 0; first < numRows; first += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, numRows - first);
      let values = this.joined(fields, first, count);
      for (const layer of this.weights.layers) values = this.through(layer, values, count);
      vectors.set(values, first * embeddingDim);
    }
    this.lenders?.lendTo(vectors, fields);
    return vectors;
  }

  private refuseUnknown(rows: readonly FeatureRow[]): void {
    const { columns } = this;
    const known = new Set(columns);
    for (const [number, row] of rows.entries()) {
      refuseWrongRow(row, number);
      const unknown = Object.keys(row).filter((name) => !known.has(name));
      if (unknown.length === 0) continue;
      const named = unknown.map((name) => `"${name}"${didYouMean(name, columns)}`).join(', ');
      throw new ConfigError(
        'UNKNOWN_COLUMN',
        `row ${number}: there is no column ${named}; the tower reads ${columns.join(', ')}`,
      );
    }
  }

  /** The fields of some rows, weighed and joined, `[count, inputs of the first layer]`. */
  private joined(fields: readonly EncodedField[], first: number, count: number): Float64Array {
    const { fieldDim, join } = this.form;
    const { senet } = this.weights;
    const isSum = join === 'sum';
    const joinedWidth = isSum ? fieldDim : fields.length * fieldDim;
    const rows = new Float64Array(count * joinedWidth);
    if (senet === undefined) {
      for (let row = 0; row < count; row++) {
        for (let k = 0; k < fields.length; k++) {
          this.pool(k, fields[k], first + row, rows, row * joinedWidth + (isSum ? 0 : k * fieldDim));
        }
      }
      return rows;
    }
    const apart = new Float64Array(fields.length * fieldDim);
    for (let row = 0; row < count; row++) {
      apart.fill(0);
      for (let k = 0; k < fields.length; k++) this.pool(k, fields[k], first + row, apart, k * fieldDim);
      weighFields(apart, fields.length, senet);
      for (let k = 0; k < fields.length; k++) {
        const to = row * joinedWidth + (isSum ? 0 : k * fieldDim);
        for (let d = 0; d < fieldDim; d++) rows[to + d] += apart[k * fieldDim + d];
      }
    }
    return rows;
  }

  /** Adds the vector of field k of an entity to `into`, from number `to` on. */
  private pool(k: number, field: EncodedField, entity: number, into: Float64Array, to: number): void {
    const { offsets, columns, values } = field;
    const { fieldDim } = this.form;
    const table = this.weights.tables[k];
    const end = offsets[entity + 1];
    for (let at = offsets[entity]; at < end; at++) {
      const start = columns[at] * fieldDim;
      const value = values[at];
      for (let d = 0; d < fieldDim; d++) into[to + d] += value * table[start + d];
    }
  }

  /** @param rows `[count, inputs]`. @returns `[count, outputs]` */
  private through(layer: TowerLayer, rows: Float64Array, count: number): Float64Array {
    const { outputs, bias, scale } = layer;
    const { activation, normEpsilon } = this.form;
    const result = product(rows, layer, count);
    if (!bias) return result;
    for (let row = 0; row < count; row++) {
      const own = result.subarray(row * outputs, (row + 1) * outputs);
      if (scale) standardise(own, normEpsilon!);
      for (let j = 0; j < outputs; j++) {
        const shifted = own[j] * (scale ? scale[j] : 1) + bias[j];
        own[j] = activation === 'tanh' ? Math.tanh(shifted) : Math.max(0, shifted);
      }
    }
    return result;
  }
}

/** In place. @param fields of one entity side by side, `[numFields · fieldDim]` */
function weighFields(
  fields: Float64Array,
  numFields: number,
  { reduce, expand, numUnits }: NonNullable<TowerWeights['senet']>,
): void {
  const fieldDim = fields.length / numFields;
  const units = new Float64Array(numUnits);
  for (let k = 0; k < numFields; k++) {
    let sum = 0;
    for (let d = 0; d < fieldDim; d++) sum += fields[k * fieldDim + d];
    for (let unit = 0; unit < numUnits; unit++) units[unit] += (sum / fieldDim) * reduce[k * numUnits + unit];
  }
  for (let k = 0; k < numFields; k++) {
    let logit = 0;
    for (let unit = 0; unit < numUnits; unit++) logit += Math.max(0, units[unit]) * expand[unit * numFields + k];
    const weight = 2 / (1 + Math.exp(-logit));
    for (let d = 0; d < fieldDim; d++) fields[k * fieldDim + d] *= weight;
  }
}

/** To mean 0 and deviation 1, in place. */
function standardise(row: Float64Array, epsilon: number): void {
  let sum = 0;
  for (const x of row) sum += x;
  const mean = sum / row.length;
  let squares = 0;
  for (const x of row) squares += (x - mean) ** 2;
  const deviation = Math.sqrt(squares / row.length + epsilon);
  for (let j = 0; j < row.length; j++) row[j] = (row[j] - mean) / deviation;
}
