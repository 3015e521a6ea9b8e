/**
 * Attribute nodes: the values of categorical features (a genre, a city) as nodes of their own kinds behind users and items,
 * with an edge from every user or item to each of its values. They carry messages and have rows in the table, and are
 * neither users nor candidates. Each feature of a side is a relation of its own.
 */
import { concatInt32 } from '../core/concat-int32.js';
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import { raggedFromPairs } from '../core/ragged.js';
import type { CategoricalColumn, FeatureTable, MultiValuedColumn } from '../data/feature-table.js';

interface AttributeRelation {
  /** `user.` or `item.` and the column's name. */
  readonly name: string;
  /** Of its messages, where those between users and items count 1. */
  readonly weight: number;
}

export interface AttributeNodes {
  readonly relations: readonly AttributeRelation[];
  /** Users and items: the nodes before the attribute nodes. */
  readonly numEntities: number;
  /** Attribute nodes, relation by relation, in the order of the columns' values. */
  readonly numValues: number;
  /** Edges of user or item `node` are offsets[node] … offsets[node + 1], `[numEntities + 1]`. */
  readonly offsets: Int32Array;
  /** Attribute node of each edge, from numEntities on, ascending within a row, `[numEdges]`. */
  readonly columns: Int32Array;
  /** Relation of each attribute node, `[numValues]`. */
  readonly relationOf: Int32Array;
}

/** A column of either side by its name, or `user.` / `item.` and its name; with the weight of its messages, 1 if left out. */
type AttributeChoice = string | { readonly name: string; readonly weight: number };

interface EntityFeatures {
  readonly userFeatures?: FeatureTable;
  readonly itemFeatures?: FeatureTable;
}

type CodedColumn = CategoricalColumn | MultiValuedColumn;

/**
 * A plain name that both sides have stands for two relations, whose nodes are different ones.
 *
 * @throws ConfigError `ENCODER_ATTRIBUTES` for a name that is no categorical or multi-valued column, or is given twice
 */
export function attributeNodes(
  { userFeatures, itemFeatures }: EntityFeatures,
  choices: readonly AttributeChoice[],
  { numUsers, numItems }: { readonly numUsers: number; readonly numItems: number },
): AttributeNodes {
  const coded = new Map<string, { column: CodedColumn; firstEntity: number }>();
  for (const [side, table, firstEntity] of [
    ['user', userFeatures, 0],
    ['item', itemFeatures, numUsers],
  ] as const) {
    for (const [name, column] of Object.entries(table?.columns ?? {})) {
      if (column.kind === 'categorical' || column.kind === 'multi-valued') {
        coded.set(`${side}.${name}`, { column, firstEntity });
      }
    }
  }
  const relations = chosenRelations(choices, [...coded.keys()]);
  const numEntities = numUsers + numItems;
  const entities: number[] = [];
  const values: number[] = [];
  const relationOf: number[] = [];
  for (const [relation, { name }] of relations.entries()) {
    const { column, firstEntity } = coded.get(name)!;
    const firstValue = numEntities + relationOf.length;
    forEachCode(column, (row, code) => {
      entities.push(firstEntity + row);
      values.push(firstValue + code);
    });
    for (let value = 0; value < column.values.length; value++) relationOf.push(relation);
  }
  const edges = raggedFromPairs(Int32Array.from(entities), Int32Array.from(values), numEntities);
  return {
    relations,
    numEntities,
    numValues: relationOf.length,
    offsets: edges.offsets,
    columns: edges.values,
    relationOf: Int32Array.from(relationOf),
  };
}

/** Attribute nodes of some users and items, one after the other, repeats included. */
export function attributesOf({ offsets, columns }: AttributeNodes, entities: Int32Array): Int32Array {
  return concatInt32(Array.from(entities, (node) => columns.subarray(offsets[node], offsets[node + 1])));
}

function chosenRelations(choices: readonly AttributeChoice[], names: readonly string[]): AttributeRelation[] {
  const refuse = (message: string): never => {
    throw new ConfigError('ENCODER_ATTRIBUTES', `encoder.attributes: ${message}`);
  };
  const relations: AttributeRelation[] = [];
  for (const choice of choices) {
    const { name: asked, weight } = typeof choice === 'string' ? { name: choice, weight: 1 } : choice;
    const found = [asked, `user.${asked}`, `item.${asked}`].filter((name) => names.includes(name));
    if (found.length === 0) {
      const there = names.length > 0 ? `there are ${names.join(', ')}` : 'there are none';
      refuse(
        `"${asked}" is no categorical or multi-valued feature of users or items${didYouMean(asked, names)}; ${there}. ` +
          'Features come from the tables that data.userFeatures and data.itemFeatures name when the graph is built',
      );
    }
    for (const name of found) {
      if (relations.some((relation) => relation.name === name)) refuse(`${name} is given twice`);
      relations.push({ name, weight });
    }
  }
  return relations;
}

function forEachCode(column: CodedColumn, visit: (row: number, code: number) => void): void {
  if (column.kind === 'categorical') {
    for (let row = 0; row < column.codes.length; row++) if (column.codes[row] >= 0) visit(row, column.codes[row]);
    return;
  }
  for (let row = 0; row + 1 < column.offsets.length; row++) {
    for (let at = column.offsets[row]; at < column.offsets[row + 1]; at++) visit(row, column.codes[at]);
  }
}
