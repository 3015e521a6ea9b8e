/** Every view of the registry: what it keeps is what its adjacency holds, renormalised; the graph itself never changes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { denseJoined } from '../../tests/dense-joined.js';
import { randomFeatures, randomGraph } from '../../tests/random-arrays.js';
import { useBackend } from '../backend/index.js';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { AttributeJoin } from '../graph/attribute-join.js';
import { attributeNodes } from '../graph/attribute-nodes.js';
import { type BipartiteCsr, edgeUsers } from '../graph/bipartite-csr.js';
import { type DrawnView, drawView, VIEW_NAMES, type ViewContext, type ViewOptions, viewSchema } from './index.js';

const timeless = randomGraph(40, 30, 0.3, 'views');
const graph: BipartiteCsr = {
  ...timeless,
  timestamp: Float64Array.from(timeless.userNeighbors, (_, edge) => (edge * 7919) % 1000),
};
const context = { lifetime: 'step' as const, graph, adjacency: normalizedAdjacency(graph), numLayers: 2 };
const NO_ATTRIBUTES = attributeNodes({}, [], { numUsers: graph.numUsers, numItems: graph.numItems });
const nodes = attributeNodes(
  randomFeatures(graph.numUsers, graph.numItems, 'views'),
  ['city', { name: 'tags', weight: 0.5 }],
  { numUsers: graph.numUsers, numItems: graph.numItems },
);
const withAttributes = { ...context, attributes: new AttributeJoin(nodes) };
const optionsOf = (name: string, more: object = {}): ViewOptions => viewSchema.parse({ name, ...more });

/** The view's adjacency as a dense matrix. */
function dense(view: Pick<DrawnView, 'adjacency'>): number[][] {
  const { numNodes, offsets, columns, values } = view.adjacency;
  const matrix = Array.from({ length: numNodes }, () => new Array<number>(numNodes).fill(0));
  for (let row = 0; row < numNodes; row++) {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) matrix[row][columns[at]] = values[at];
  }
  return matrix;
}

function keptPairs(csr: BipartiteCsr, keptEdges: Uint8Array | undefined): Set<string> {
  const users = edgeUsers(csr);
  const kept = new Set<string>();
  for (let edge = 0; edge < csr.numEdges; edge++) {
    if (!keptEdges || keptEdges[edge]) kept.add(`${users[edge]}-${csr.userNeighbors[edge]}`);
  }
  return kept;
}

describe.each(VIEW_NAMES)('view %s', (name) => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  const contexts: [string, ViewContext][] = [['with attribute nodes', withAttributes]];
  if (name !== 'attribute-mask') contexts.push(['without', context]);

  it.each(
    contexts.flatMap(([what, drawn]) =>
      (['step', 'epoch'] as const).map((lifetime) => [lifetime, what, drawn] as const),
    ),
  )('drawn for a %s, %s: holds exactly the edges it says, normalised', (lifetime, _, drawn) => {
    const view = drawView({ ...drawn, lifetime }, optionsOf(name), Rng.of(1, name));
    for (const part of view.layers ?? [view]) {
      const kept = keptPairs(graph, part.keptEdges);
      for (let at = 0; at < (view.addedEdges?.users.length ?? 0); at++) {
        kept.add(`${view.addedEdges!.users[at]}-${view.addedEdges!.items[at]}`);
      }
      const pairs = [...kept]
        .map((pair) => pair.split('-').map(Number))
        .map(([user, item]) => [user, item, 1] as const);
      const keeps = (edge: number, node: number): boolean =>
        Boolean((view.keptAttributes?.[edge] ?? 1) && (view.keptNodes?.[node] ?? 1));
      const expected = denseJoined(graph, pairs, drawn.attributes?.nodes ?? NO_ATTRIBUTES, keeps);
      const actual = dense(part);
      expect(actual.length).toBe(expected.length);
      for (let i = 0; i < expected.length; i++) {
        for (let j = 0; j < expected.length; j++) expect(actual[i][j]).toBeCloseTo(expected[i][j], 6);
      }
    }
  });

  it('is the same for the same seed and leaves the graph alone', () => {
    const before = JSON.stringify(graph.userNeighbors);
    const [a, b] = [1, 1].map((seed) => drawView(withAttributes, optionsOf(name), Rng.of(seed, name)));
    expect(a).toEqual(b);
    expect(JSON.stringify(graph.userNeighbors)).toBe(before);
  });
});

describe('edge dropout', () => {
  it('drops the asked share of edges', () => {
    const big = randomGraph(150, 150, 0.5, 'big');
    const { keptEdges } = drawView(
      { ...context, graph: big, adjacency: normalizedAdjacency(big) },
      optionsOf('edge-dropout', { dropProbability: 0.3 }),
      Rng.of(3),
    );
    const share = keptEdges!.reduce((sum, kept) => sum + kept, 0) / big.numEdges;
    expect(Math.abs(share - 0.7)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / big.numEdges));
  });

  it('keeps the same edges with the same values, whatever it is drawn for', () => {
    const options = optionsOf('edge-dropout', { dropProbability: 0.4 });
    const [step, epoch] = (['step', 'epoch'] as const).map((lifetime) =>
      drawView({ ...context, lifetime }, options, Rng.of(4)),
    );
    expect(step.keptEdges).toEqual(epoch.keptEdges);
    expect(dense(step)).toEqual(dense(epoch));
    expect(step.adjacency.columns).toBe(context.adjacency.columns);
    expect(epoch.adjacency.columns.length).toBeLessThan(context.adjacency.columns.length);
  });

  it('gives other views for other seeds', () => {
    const [a, b] = [1, 2].map((seed) =>
      drawView(context, optionsOf('edge-dropout', { dropProbability: 0.5 }), Rng.of(seed)),
    );
    expect(a.keptEdges).not.toEqual(b.keptEdges);
  });

  it('keeps all edges at probability 0', () => {
    const view = drawView(context, optionsOf('edge-dropout', { dropProbability: 0 }), Rng.of(1));
    expect(view.adjacency).toEqual(context.adjacency);
  });
});

describe('attribute mask', () => {
  const masked = (options: object, seed = 2): Uint8Array =>
    drawView(withAttributes, optionsOf('attribute-mask', options), Rng.of(seed)).keptAttributes!;

  it('masks the asked share of values, others for other seeds, and no user-item edge', () => {
    const big = attributeNodes(randomFeatures(900, 900, 'big'), ['city', 'tags'], { numUsers: 900, numItems: 900 });
    const few = randomGraph(900, 900, 0.002, 'few');
    const { keptAttributes, keptEdges } = drawView(
      { ...context, graph: few, adjacency: normalizedAdjacency(few), attributes: new AttributeJoin(big) },
      optionsOf('attribute-mask', { maskProbability: 0.4 }),
      Rng.of(3),
    );
    const share = keptAttributes!.reduce((sum, kept) => sum + kept, 0) / keptAttributes!.length;
    expect(Math.abs(share - 0.6)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / keptAttributes!.length));
    expect(keptEdges).toBeUndefined();
    expect(masked({}, 2)).not.toEqual(masked({}, 3));
  });

  it('masks all at 1, nothing at 0', () => {
    expect(new Set(masked({ maskProbability: 1 }))).toEqual(new Set([0]));
    expect(new Set(masked({ maskProbability: 0 }))).toEqual(new Set([1]));
  });

  it('by attribute keeps or masks all tags of an item together, by value it does not', () => {
    const split = (by: string): number => {
      const kept = masked({ by, maskProbability: 0.5 });
      let count = 0;
      for (let node = 0; node < nodes.numEntities; node++) {
        const tags = [...kept.keys()].filter(
          (edge) =>
            edge >= nodes.offsets[node] &&
            edge < nodes.offsets[node + 1] &&
            nodes.relations[nodes.relationOf[nodes.columns[edge] - nodes.numEntities]].name === 'item.tags',
        );
        if (new Set(tags.map((edge) => kept[edge])).size > 1) count++;
      }
      return count;
    };
    expect(split('attribute')).toBe(0);
    expect(split('value')).toBeGreaterThan(3);
  });

  it('needs attribute nodes', () => {
    expect(() => drawView(context, optionsOf('attribute-mask'), Rng.of(1))).toThrow(/encoder\.attributes/);
  });
});

describe('node dropout', () => {
  it('keeps an edge if and only if both its ends stay', () => {
    const view = drawView(context, optionsOf('node-dropout', { dropProbability: 0.4 }), Rng.of(5));
    const users = edgeUsers(graph);
    let dropped = 0;
    for (let edge = 0; edge < graph.numEdges; edge++) {
      const both = view.keptNodes![users[edge]] && view.keptNodes![graph.numUsers + graph.userNeighbors[edge]];
      expect(Boolean(view.keptEdges![edge])).toBe(Boolean(both));
      dropped += both ? 0 : 1;
    }
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBeLessThan(graph.numEdges);
  });
});

describe('embedding noise', () => {
  it('has one key a layer, all different, and at least one for an encoder without layers', () => {
    const view = drawView(context, optionsOf('embedding-noise', { magnitude: 0.2 }), Rng.of(5));
    expect(view.noise!.magnitude).toBe(0.2);
    expect(view.noise!.keys).toHaveLength(2);
    expect(view.noise!.keys[0]).not.toEqual(view.noise!.keys[1]);
    expect(drawView({ ...context, numLayers: 0 }, optionsOf('embedding-noise'), Rng.of(5)).noise!.keys).toHaveLength(1);
  });
});
