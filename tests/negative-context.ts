/** A made-up log that every negative source can draw from: events of all kinds, item attributes, labelled pairs. */
import { writeFileSync } from 'node:fs';
import { Rng } from '../src/core/rng.js';
import { EVENT_CODES, type Interactions } from '../src/data/interaction-set.js';
import { Vocabulary } from '../src/data/vocabulary.js';
import { type BipartiteCsr, hasEdge, itemDegrees } from '../src/graph/bipartite-csr.js';
import type { NegativeSourceName, SourceContext } from '../src/negatives/index.js';

const KINDS = Object.values(EVENT_CODES).filter((code) => code !== EVENT_CODES.positive);

export function negativeContext(graph: BipartiteCsr): SourceContext {
  const rng = Rng.of(7, 'negative-context');
  const rows: [number, number, number][] = [];
  for (let user = 0; user < graph.numUsers; user++) {
    for (let i = 0; i < 12; i++) {
      const item = rng.integer(graph.numItems);
      if (!hasEdge(graph, user, item)) rows.push([user, item, KINDS[i % KINDS.length]]);
    }
  }
  const otherEvents: Interactions = {
    userIndex: Int32Array.from(rows, ([user]) => user),
    itemIndex: Int32Array.from(rows, ([, item]) => item),
    event: Uint8Array.from(rows, ([, , event]) => event),
  };
  const codes = Int32Array.from({ length: graph.numItems }, (_, item) => item % 3);
  return {
    graph,
    itemDegrees: itemDegrees(graph),
    seed: 1,
    otherEvents,
    itemFeatures: {
      numRows: graph.numItems,
      columns: { city: { kind: 'categorical', codes, values: ['a', 'b', 'c'] } },
    },
    users: Vocabulary.from(Array.from({ length: graph.numUsers }, (_, i) => `u${i}`)),
    items: Vocabulary.from(Array.from({ length: graph.numItems }, (_, i) => `i${i}`)),
  };
}

/** Options that some sources can't do without. @param file where the labelled pairs are written */
export function requiredOptions(file: string): Partial<Record<NegativeSourceName, object>> {
  writeFileSync(file, 'u0,i3\nu1,i4\nu2,i1\n');
  return {
    attribute: { attribute: 'city' },
    labelled: { file },
    'rank-window': { from: 2, to: 6, model: 'popularity' },
    ann: { from: 1, to: 4, refreshEvery: 5 },
  };
}
