/**
 * Which rows of which encoder passes one step needs, asked for in one go: the batch's nodes under the main pass and
 * under each view, every node of the second view where all nodes are contrastive candidates.
 */

import type { RunConfig } from '../config/run-config.js';
import { concatInt32 } from '../core/concat-int32.js';
import type { EncodedRows, NodeRows, RowRequest } from '../encoders/index.js';

/** @typeParam Pass what a pass runs on: a graph, or a view of a sampled block */
export interface StepPasses<Pass> {
  readonly main: Pass;
  /** Absent where the view is the main pass itself. */
  readonly first?: Pass;
  readonly second?: Pass;
}

export interface StepNodes {
  readonly numNodes: number;
  /** Every node of the losses, distinct, ascending. */
  readonly all: Int32Array;
  /** `all`, and the attribute nodes whose rows L2 counts, distinct, ascending. */
  readonly regularised: Int32Array;
  /** Those of the batch, which the views are compared on, distinct, ascending. */
  readonly viewed: Int32Array;
}

export interface StepRows {
  readonly main: NodeRows;
  /** Of the trainable table; zeros for nodes without a row. */
  readonly ego: NodeRows;
  readonly first: NodeRows;
  /** For every node, if the contrastive candidates are all nodes. */
  readonly second: NodeRows;
}

export type EncodeRows<Pass> = (requests: readonly RowRequest<Pass>[]) => EncodedRows;

/** The main pass alone, for the nodes `viewed`. */
export function encodeMain<Pass>(encodeRows: EncodeRows<Pass>, { main }: StepPasses<Pass>, nodes: StepNodes): NodeRows {
  return encodeRows([{ pass: main, nodes: nodes.viewed, outputs: ['final'] }]).rows(0, 'final');
}

export function encodeStep<Pass>(
  encodeRows: EncodeRows<Pass>,
  config: RunConfig,
  passes: StepPasses<Pass>,
  nodes: StepNodes,
): StepRows {
  const { losses, views } = config;
  const crossLayer = views.pairing === 'cross-layer';
  const { contrastive } = losses;
  const wholeSecond =
    contrastive.weight > 0 && contrastive.name === 'info-nce' && contrastive.candidates === 'all-node';
  const everyNode = (): Int32Array => Int32Array.from({ length: nodes.numNodes }, (_, node) => node);
  const secondIsMain = crossLayer || passes.second === undefined;
  const requests: RowRequest<Pass>[] = [
    {
      pass: passes.main,
      nodes: wholeSecond && secondIsMain ? everyNode() : nodes.all,
      outputs: crossLayer ? ['final', views.contrastLayer] : ['final'],
    },
  ];
  const ask = (request: RowRequest<Pass>): number => requests.push(request) - 1;
  const ego =
    losses.l2.weight > 0 ? ask({ pass: passes.main, nodes: nodes.regularised, outputs: ['table'] }) : undefined;
  const first = passes.first ? ask({ pass: passes.first, nodes: nodes.viewed, outputs: ['final'] }) : undefined;
  const second = passes.second
    ? ask({ pass: passes.second, nodes: wholeSecond ? everyNode() : nodes.viewed, outputs: ['final'] })
    : undefined;
  const encoded: EncodedRows = encodeRows(requests);
  const main = encoded.rows(0, 'final');
  return {
    main,
    ego: ego === undefined ? main : encoded.rows(ego, 'table'),
    first: first === undefined ? main : encoded.rows(first, 'final'),
    second: crossLayer
      ? encoded.rows(0, views.contrastLayer)
      : second === undefined
        ? main
        : encoded.rows(second, 'final'),
  };
}

/** Distinct values of all lists, ascending. */
export function distinct(...lists: readonly Int32Array[]): Int32Array {
  const values = concatInt32(lists);
  values.sort();
  let kept = 0;
  for (let i = 0; i < values.length; i++) if (i === 0 || values[i] !== values[i - 1]) values[kept++] = values[i];
  return values.slice(0, kept);
}
