/** Rows of which each is an id row, a tower's vector, or both joined; see `tower-rows.ts` for the formulas. */
import * as tf from '@tensorflow/tfjs';
import { type CounterKey, counterUniform } from '../../../core/counter-rng.js';
import { ShapeError } from '../../../core/errors.js';
import type { Side } from '../../../core/side.js';
import { lookup, placeRows, sparseProduct } from '../../../ops/index.js';
import type { DrawnTable, Rows, RowsContext, RowsDraw } from '../rows.js';
import type { Tower, TowerPass } from './tower.js';

interface JoinedForm {
  /** `[end - first, embeddingDim]` of `idNodes`. */
  readonly idTable?: tf.Variable;
  readonly idNodes: { readonly first: number; readonly end: number };
  readonly towers: Readonly<Partial<Record<Side, Tower>>>;
  readonly numUsers: number;
  readonly numItems: number;
  /** `[numUsers + numItems]`; absent: every node has an edge. */
  readonly degrees?: Int32Array;
  /** Where ids that are left out are borrowed. */
  readonly neighbours?: RowsContext['neighbours'];
  readonly join: 'sum' | 'replace';
  readonly hears: boolean;
  /** What the tower of a side leaves out at a step. */
  towerDraw(tower: Tower, side: Side, draw: RowsDraw): Pick<TowerPass, 'mask' | 'dropoutKeys'>;
  /** Of the ids that are left out. */
  maskKey(draw: RowsDraw): CounterKey;
}

interface SideRows {
  /** Of the side; all of them where absent. */
  readonly entities?: Int32Array;
  /** Their id rows. */
  readonly ids?: tf.Tensor2D;
  readonly draw?: RowsDraw;
}

export class JoinedRows implements Rows {
  readonly variables: Rows['variables'];
  readonly idTable?: tf.Variable;
  readonly idNodes: { readonly first: number; readonly end: number };
  readonly towers: Readonly<Partial<Record<Side, Tower>>>;
  readonly firstNode: number;
  readonly numNodes: number;
  readonly hears: boolean;
  readonly takesOthers: boolean;

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
    this.takesOthers = form.neighbours !== undefined;
  }

  table(): tf.Tensor2D {
    return this.whole().own;
  }

  tableOf(nodes: Int32Array, idRows?: tf.Tensor2D): tf.Tensor2D {
    return this.some(nodes, idRows).own;
  }

  drawn(draw: RowsDraw, some?: { readonly nodes: Int32Array; readonly idRows?: tf.Tensor2D }): DrawnTable {
    return some ? this.some(some.nodes, some.idRows, draw) : this.whole(draw);
  }

  private whole(draw?: RowsDraw): DrawnTable {
    const [ofUsers, ofItems] = this.splitIds(this.idTable as unknown as tf.Tensor2D | undefined);
    const items = this.sideRows('item', { ids: ofItems, draw });
    if (this.firstNode > 0) return items;
    const users = this.sideRows('user', { ids: ofUsers, draw });
    return joined(users, items, (a, b) => tf.concat([a, b], 0));
  }

  private some(nodes: Int32Array, idRows?: tf.Tensor2D, draw?: RowsDraw): DrawnTable {
    const { numUsers } = this.form;
    const { first, end } = this.idNodes;
    const hasId = (node: number): boolean => this.idTable !== undefined && node >= first && node < end;
    const idAt = new Int32Array(nodes.length);
    let numIds = 0;
    for (const [place, node] of nodes.entries()) idAt[place] = hasId(node) ? numIds++ : -1;
    if (numIds > 0 && idRows === undefined) throw new ShapeError('encodeBlock: the rows of the id table are missing');
    const placed = (side: Side): DrawnTable | undefined => {
      const places = placesOf(nodes, (node) => (side === 'user') === node < numUsers);
      if (places.length === 0) return undefined;
      const entities = places.map((place) => nodes[place] - (side === 'user' ? 0 : numUsers));
      const own = places.map((place) => idAt[place]);
      const rows = this.sideRows(side, { entities, ids: own[0] >= 0 ? lookup(idRows!, own) : undefined, draw });
      const put = (table: tf.Tensor2D): tf.Tensor2D => placeRows(table, places, nodes.length);
      const placedOwn = put(rows.own);
      return { own: placedOwn, said: rows.said === rows.own ? placedOwn : put(rows.said) };
    };
    const [users, items] = [placed('user'), placed('item')];
    return users && items ? joined(users, items, (a, b) => tf.add(a, b)) : (users ?? items)!;
  }

  /** The id table's rows of each side, undefined where it has none. */
  private splitIds(ids: tf.Tensor2D | undefined): [tf.Tensor2D | undefined, tf.Tensor2D | undefined] {
    const { numUsers, numItems, idNodes } = this.form;
    if (ids === undefined) return [undefined, undefined];
    if (idNodes.first > 0) return [undefined, ids];
    if (idNodes.end === numUsers) return [ids, undefined];
    return tf.split<tf.Tensor2D>(ids, [numUsers, numItems], 0) as [tf.Tensor2D, tf.Tensor2D];
  }

  private sideRows(side: Side, { entities, ids, draw }: SideRows): DrawnTable {
    const tower = this.towers[side];
    if (tower === undefined) return { own: ids!, said: ids! };
    const known = tower.encode({ rows: entities, ...(draw && this.form.towerDraw(tower, side, draw)) });
    if (ids === undefined) return { own: known, said: known };
    const whole = this.form.join === 'sum' ? (tf.add(ids, known) as tf.Tensor2D) : ids;
    const row = (given: RowsDraw | undefined): tf.Tensor2D => {
      const stays = this.staying(side, entities, ids.shape[0], given);
      const absent = tf.sub(1, stays) as tf.Tensor2D;
      const told = this.form.join === 'sum' ? known : tf.mul(known, absent);
      const borrowed = this.borrowed(side, entities, whole, absent);
      return tf.addN([tf.mul(ids, stays), told, ...(borrowed ? [borrowed] : [])]) as tf.Tensor2D;
    };
    const own = row(draw);
    const saysAll = draw !== undefined && draw.idDropout > 0 && !draw.dropsSaid;
    return { own, said: saysAll ? row({ ...draw, idDropout: 0 }) : own };
  }

  /** The mean row of an entity's content neighbours, where its own id is left out; undefined where none are borrowed. */
  private borrowed(
    side: Side,
    entities: Int32Array | undefined,
    whole: tf.Tensor2D,
    absent: tf.Tensor2D,
  ): tf.Tensor2D | undefined {
    const neighbours = this.form.neighbours?.[side];
    if (neighbours === undefined) return undefined;
    if (entities) throw new ShapeError('encodeBlock: content neighbours need every row (coldStart.neighbours)');
    return tf.mul(sparseProduct(neighbours, whole), absent);
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

/** Both kinds of a table's rows, put together alike. */
function joined(a: DrawnTable, b: DrawnTable, join: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D): DrawnTable {
  const own = join(a.own, b.own);
  return { own, said: a.said === a.own && b.said === b.own ? own : join(a.said, b.said) };
}

/** Places of the nodes that pass. */
function placesOf(nodes: Int32Array, passes: (node: number) => boolean): Int32Array {
  const places = new Int32Array(nodes.length);
  let count = 0;
  for (let place = 0; place < nodes.length; place++) if (passes(nodes[place])) places[count++] = place;
  return places.slice(0, count);
}
