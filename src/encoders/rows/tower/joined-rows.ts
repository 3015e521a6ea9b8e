/** Rows of which each is an id row, a tower's vector, or both joined; see `tower-rows.ts` for the formulas. */
import * as tf from '@tensorflow/tfjs';
import { type CounterKey, counterUniform } from '../../../core/counter-rng.js';
import { ShapeError } from '../../../core/errors.js';
import type { Side } from '../../../core/side.js';
import { lookup, placeRows } from '../../../ops/index.js';
import type { Rows, RowsDraw } from '../rows.js';
import type { Tower } from './tower.js';

interface JoinedForm {
  /** `[end - first, embeddingDim]` of `idNodes`. */
  readonly idTable?: tf.Variable;
  readonly idNodes: { readonly first: number; readonly end: number };
  readonly towers: Readonly<Partial<Record<Side, Tower>>>;
  readonly numUsers: number;
  readonly numItems: number;
  /** `[numUsers + numItems]`; absent: every node has an edge. */
  readonly degrees?: Int32Array;
  readonly join: 'sum' | 'replace';
  readonly hears: boolean;
  dropoutKeys(side: Side, draw: RowsDraw): readonly CounterKey[] | undefined;
  /** Of the ids that are left out. */
  maskKey(draw: RowsDraw): CounterKey;
}

export class JoinedRows implements Rows {
  readonly variables: Rows['variables'];
  readonly idTable?: tf.Variable;
  readonly idNodes: { readonly first: number; readonly end: number };
  readonly towers: Readonly<Partial<Record<Side, Tower>>>;
  readonly firstNode: number;
  readonly numNodes: number;
  readonly hears: boolean;

  constructor(private readonly form: JoinedForm) {
    const { idTable, idNodes, towers, numUsers, numItems } = form;
    this.variables = Object.assign(
      {},
      idTable && { embedding: idTable },
      ...Object.values(towers).map(({ variables }) => variables),
    );
    this.idTable = idTable;
    this.idNodes = idNodes;
    this.towers = towers;
    this.firstNode = (idTable && idNodes.first === 0) || towers.user ? 0 : numUsers;
    this.numNodes = numUsers + numItems;
    this.hears = form.hears;
  }

  table(draw?: RowsDraw): tf.Tensor2D {
    const { numUsers, numItems } = this.form;
    const ids = this.idTable as unknown as tf.Tensor2D | undefined;
    const [ofUsers, ofItems] = this.splitIds(ids);
    const sides = [
      ...(this.firstNode === 0 ? [this.sideRows('user', undefined, ofUsers, draw)] : []),
      this.sideRows('item', undefined, ofItems, draw),
    ];
    const rows = sides.length === 1 ? sides[0] : tf.concat(sides, 0);
    if (rows.shape[0] !== numUsers + numItems - this.firstNode) throw new ShapeError('rows: a side is missing');
    return rows;
  }

  tableOf(nodes: Int32Array, idRows?: tf.Tensor2D, draw?: RowsDraw): tf.Tensor2D {
    const { numUsers } = this.form;
    const { first, end } = this.idNodes;
    const hasId = (node: number): boolean => this.idTable !== undefined && node >= first && node < end;
    const idAt = new Int32Array(nodes.length);
    let numIds = 0;
    for (const [place, node] of nodes.entries()) idAt[place] = hasId(node) ? numIds++ : -1;
    if (numIds > 0 && idRows === undefined) throw new ShapeError('encodeBlock: the rows of the id table are missing');
    const sides = (['user', 'item'] as const).flatMap((side) => {
      const places = placesOf(nodes, (node) => (side === 'user') === node < numUsers);
      if (places.length === 0) return [];
      const entities = places.map((place) => nodes[place] - (side === 'user' ? 0 : numUsers));
      const own = places.map((place) => idAt[place]);
      const ids = own[0] >= 0 ? lookup(idRows!, own) : undefined;
      return [placeRows(this.sideRows(side, entities, ids, draw), places, nodes.length)];
    });
    return sides.length === 1 ? sides[0] : (tf.addN(sides) as tf.Tensor2D);
  }

  /** The id table's rows of each side, undefined where it has none. */
  private splitIds(ids: tf.Tensor2D | undefined): [tf.Tensor2D | undefined, tf.Tensor2D | undefined] {
    const { numUsers, numItems, idNodes } = this.form;
    if (ids === undefined) return [undefined, undefined];
    if (idNodes.first > 0) return [undefined, ids];
    if (idNodes.end === numUsers) return [ids, undefined];
    return tf.split<tf.Tensor2D>(ids, [numUsers, numItems], 0) as [tf.Tensor2D, tf.Tensor2D];
  }

  /**
   * @param entities of the side; all of them where absent
   * @param ids id rows of these entities
   */
  private sideRows(
    side: Side,
    entities: Int32Array | undefined,
    ids: tf.Tensor2D | undefined,
    draw: RowsDraw | undefined,
  ): tf.Tensor2D {
    const tower = this.towers[side];
    if (tower === undefined) return ids!;
    const known = tower.encode({ rows: entities, dropoutKeys: draw && this.form.dropoutKeys(side, draw) });
    if (ids === undefined) return known;
    const stays = this.staying(side, entities, ids.shape[0], draw);
    const own = tf.mul(ids, stays) as tf.Tensor2D;
    return tf.add(own, this.form.join === 'sum' ? known : tf.mul(known, tf.sub(1, stays)));
  }

  /** 1 where an entity's id row counts, 0 where it is left out, `[numRows, 1]`. */
  private staying(
    side: Side,
    entities: Int32Array | undefined,
    numRows: number,
    draw: RowsDraw | undefined,
  ): tf.Tensor2D {
    const { degrees, numUsers } = this.form;
    const firstNode = side === 'user' ? 0 : numUsers;
    const key = draw && draw.idDropout > 0 ? this.form.maskKey(draw) : undefined;
    const stays = Float32Array.from({ length: numRows }, (_, row) => {
      const node = firstNode + (entities ? entities[row] : row);
      if (degrees?.[node] === 0 || draw?.cut?.[node]) return 0;
      return key && counterUniform(key, node) < draw!.idDropout ? 0 : 1;
    });
    return tf.tensor2d(stays, [numRows, 1]);
  }
}

/** Places of the nodes that pass. */
function placesOf(nodes: Int32Array, passes: (node: number) => boolean): Int32Array {
  const places = new Int32Array(nodes.length);
  let count = 0;
  for (let place = 0; place < nodes.length; place++) if (passes(nodes[place])) places[count++] = place;
  return places.slice(0, count);
}
