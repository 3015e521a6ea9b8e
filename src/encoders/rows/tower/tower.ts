/**
 * A tower: what is known of an entity → its vector (Covington et al. 2016, RecSys; Yi et al. 2019, RecSys).
 *
 *   f_k = Σ_v x_kv E_k[v]        field k, x_k its sparse row, E_k a table of the field's values `[numValues, fieldDim]`
 *   f_k ← a_k f_k                with SENet
 *   vector = layers(Σ_k f_k)     or of the f_k side by side
 *
 * E_k has rows for missing and for unseen values, so that every entity has a vector, also one that training never saw.
 */
import * as tf from '@tensorflow/tfjs';
import { type CounterKey, counterUniform, drawCounterKey } from '../../../core/counter-rng.js';
import { Rng } from '../../../core/rng.js';
import type { EncodedField } from '../../../data/fields/encoded-field.js';
import { type FieldMask, fieldRows } from '../../../data/fields/field-mask.js';
import { type SparseMatrix, sparseMatrix, sparseProduct } from '../../../ops/index.js';
import { initialRows } from '../initialization.js';
import { createDenseLayers, denseLayers, dropped } from './dense-layers.js';
import { createSenet, weighFields } from './senet.js';
import { fieldDimOf, layerWidths, type TowerOptions } from './tower-options.js';

export interface TowerPass {
  /** Entities, any order, repeats allowed; all of them where absent. */
  readonly rows?: Int32Array;
  /** What is hidden; absent: nothing. */
  readonly mask?: FieldMask;
  /** Of hidden units that are left out; absent, as when vectors are served: none are. */
  readonly dropoutKeys?: readonly CounterKey[];
}

type Variables = Readonly<Record<string, tf.Variable>>;

/** Fresh variables by `<prefix>fields/<name>`, `<prefix>senet/…` and `<prefix><layer>/…`. */
export function createTowerVariables(
  prefix: string,
  fields: readonly EncodedField[],
  options: TowerOptions,
  { embeddingDim, seed }: { readonly embeddingDim: number; readonly seed: number },
): Record<string, tf.Variable> {
  const fieldDim = fieldDimOf(options, embeddingDim);
  const rngOf = (...labels: (string | number)[]): Rng => Rng.of(seed, 'init', prefix, ...labels);
  const tables = fields.map(({ name, numValues }) => {
    const values = initialRows(options.initialization, numValues, fieldDim, rngOf('field', name));
    return [`fields/${name}`, tf.tidy(() => tf.variable(tf.tensor2d(values, [numValues, fieldDim])))] as const;
  });
  const senet = options.senet ? Object.entries(createSenet(fields.length, rngOf('senet'))) : [];
  const widths = layerWidths(options, fields.length, embeddingDim);
  const layers = createDenseLayers(widths, options.norm, (layer) => rngOf('layer', layer));
  const all = [
    ...tables,
    ...senet.map(([name, value]) => [`senet/${name}`, value] as const),
    ...Object.entries(layers),
  ];
  return Object.fromEntries(all.map(([name, variable]) => [`${prefix}${name}`, variable]));
}

export class Tower {
  readonly numEntities: number;
  /** What is trained, by the names that checkpoints have. */
  readonly variables: Variables;
  private readonly own: Variables;
  /** Of all entities and nothing hidden; made when first asked for. */
  private readonly whole: (SparseMatrix | undefined)[];

  /**
   * @param prefix of the names of its variables
   * @param fields one at least, all of as many entities
   * @param variables as `createTowerVariables` makes them, or a checkpoint's; others are ignored
   */
  constructor(
    prefix: string,
    readonly fields: readonly EncodedField[],
    private readonly options: TowerOptions,
    variables: Variables,
  ) {
    this.numEntities = fields[0].offsets.length - 1;
    this.whole = fields.map(() => undefined);
    const named = Object.entries(variables).filter(([name]) => name.startsWith(prefix));
    this.variables = Object.fromEntries(named);
    this.own = Object.fromEntries(named.map(([name, variable]) => [name.slice(prefix.length), variable]));
  }

  /** `[rows.length, embeddingDim]`, or of all entities; differentiable in the variables. */
  encode({ rows, mask, dropoutKeys }: TowerPass = {}): tf.Tensor2D {
    const { fields, options, own } = this;
    const pooled = fields.map((field, k) => {
      return sparseProduct(this.matrixOf(k, rows, mask), own[`fields/${field.name}`] as unknown as tf.Tensor2D);
    });
    const weighed = options.senet
      ? weighFields(pooled, { reduce: own['senet/reduce'], expand: own['senet/expand'] })
      : pooled;
    const side = options.join === 'concat' ? tf.concat(weighed, 1) : (tf.addN(weighed) as tf.Tensor2D);
    const joined = mask?.dimensions ? dropped(side, mask.dimensions.share, mask.dimensions.key) : side;
    return denseLayers(joined, own, { options, dropoutKeys });
  }

  /** Keys for the units that a training step leaves out; undefined where none are. */
  dropoutKeys(rng: Rng): readonly CounterKey[] | undefined {
    const { dropout, layers } = this.options;
    return dropout > 0 ? layers.map(() => drawCounterKey(rng)) : undefined;
  }

  /** What a training step hides of the values; undefined where nothing is hidden. */
  valueMask(rng: Rng): FieldMask | undefined {
    const { valueDropout } = this.options;
    if (valueDropout === 0) return undefined;
    const keys = this.fields.map(() => drawCounterKey(rng));
    return { keeps: (field, _entity, entry) => counterUniform(keys[field], entry) >= valueDropout };
  }

  private matrixOf(number: number, rows: Int32Array | undefined, mask: FieldMask | undefined): SparseMatrix {
    const field = this.fields[number];
    if (rows || mask) return sparseMatrix(fieldRows(field, number, rows, mask), field.numValues);
    this.whole[number] ??= sparseMatrix(field, field.numValues);
    return this.whole[number];
  }
}
