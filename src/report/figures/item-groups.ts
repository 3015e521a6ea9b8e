/** Groups that items fall into, to colour them by: prototypes, attributes, popularity. */
import type { FeatureColumn } from '../../data/feature-table.js';
import { itemDegrees } from '../../graph/bipartite-csr.js';
import type { TrainedRun } from '../../runs/trained-run.js';
import { nearestPrototypes } from '../prototype-groups.js';
import { occurrenceBins } from './occurrences.js';

/** The group of an item without one. */
const NO_GROUP = 65535;

interface ItemGroups {
  readonly name: string;
  /** Names of the groups. */
  readonly values: readonly string[];
  /** Whether the groups are in an order. */
  readonly ordered: boolean;
  /** Group of each item, `NO_GROUP` for none, `[numItems]`. */
  readonly codes: Uint16Array;
}

/** More groups than that are not told apart by colour; the largest are kept. */
const MOST_GROUPS = 24;

/** Prototypes where the run has them, attributes with two values at least, popularity; always at least the last. */
export function itemGroups(run: Pick<TrainedRun, 'graph' | 'embeddings' | 'itemPrototypes'>): ItemGroups[] {
  const { graph, embeddings, itemPrototypes } = run;
  const prototypes =
    embeddings && itemPrototypes
      ? [largestGroups('prototype', nearestPrototypes(embeddings.items, itemPrototypes), (code) => `prototype ${code}`)]
      : [];
  const attributes = Object.entries(graph.itemFeatures?.columns ?? {}).flatMap(([name, column]) => {
    const codes = codesOf(column);
    return codes ? [largestGroups(name, codes.codes, (code) => codes.values[code])] : [];
  });
  const told = [...prototypes, ...attributes].filter(({ values }) => values.length > 1);
  return [...told, popularityBins(itemDegrees(graph.train))];
}

/** One value a row: of several the first. Undefined for columns of another kind. */
function codesOf(column: FeatureColumn): { codes: Int32Array; values: readonly string[] } | undefined {
  if (column.kind === 'categorical') return { codes: column.codes, values: column.values };
  if (column.kind !== 'multi-valued') return undefined;
  const { offsets, codes, values } = column;
  const first = Int32Array.from({ length: offsets.length - 1 }, (_, row) =>
    offsets[row + 1] > offsets[row] ? codes[offsets[row]] : -1,
  );
  return { codes: first, values };
}

/** @param codes -1 for none */
function largestGroups(name: string, codes: Int32Array, nameOf: (code: number) => string): ItemGroups {
  const sizes = new Map<number, number>();
  for (const code of codes) if (code >= 0) sizes.set(code, (sizes.get(code) ?? 0) + 1);
  const kept = [...sizes]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, MOST_GROUPS)
    .map(([code]) => code);
  const group = new Map(kept.map((code, at) => [code, at]));
  return {
    name: sizes.size > kept.length ? `${name} (the ${kept.length} largest of ${sizes.size})` : name,
    values: kept.map(nameOf),
    ordered: false,
    codes: Uint16Array.from(codes, (code) => group.get(code) ?? NO_GROUP),
  };
}

function popularityBins(degrees: Int32Array): ItemGroups {
  const bins = occurrenceBins(degrees);
  const range = (from: number, to: number): string => (from === to ? `${from}` : `${from} to ${to}`);
  return {
    name: 'interactions in training',
    values: bins.map(({ from, to }) => range(from, to)),
    ordered: true,
    codes: Uint16Array.from(degrees, (degree) => (degree === 0 ? 0 : 1 + Math.floor(Math.log2(degree)))),
  };
}
