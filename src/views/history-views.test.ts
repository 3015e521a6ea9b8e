/** What users keep of their histories under crop and mask. */
import { describe, expect, it } from 'vitest';
import { randomGraph } from '../../tests/random-arrays.js';
import { Rng } from '../core/rng.js';
import { normalizedAdjacency } from '../graph/adjacency.js';
import { type BipartiteCsr, buildBipartiteCsr } from '../graph/bipartite-csr.js';
import { drawView, VIEWS, viewSchema } from './index.js';

const untimed = randomGraph(60, 40, 0.3, 'histories');
const timestamp = Float64Array.from(untimed.userNeighbors, (_, edge) => (edge * 7919) % 1009);
const graph: BipartiteCsr = { ...untimed, timestamp };

function keptOf(of: BipartiteCsr, options: object, seed = 1): Uint8Array {
  const context = { lifetime: 'step' as const, graph: of, adjacency: normalizedAdjacency(of), numLayers: 1 };
  return drawView(context, viewSchema.parse(options), Rng.of(seed)).keptEdges!;
}
const edgesOf = ({ userOffsets }: BipartiteCsr, user: number): number[] =>
  Array.from({ length: userOffsets[user + 1] - userOffsets[user] }, (_, at) => userOffsets[user] + at);

describe('history-crop', () => {
  it.each([0.01, 0.3, 0.6, 1])('keeps a stretch in time of ⌊%d n⌋ edges, one at least', (share) => {
    const kept = keptOf(graph, { name: 'history-crop', share });
    for (let user = 0; user < graph.numUsers; user++) {
      const ordered = edgesOf(graph, user).sort((a, b) => timestamp[a] - timestamp[b]);
      const flags = ordered.map((edge) => kept[edge]).join('');
      expect(flags).toMatch(/^0*1*0*$/);
      const expected = ordered.length === 0 ? 0 : Math.max(1, Math.floor(share * ordered.length));
      expect(flags.replaceAll('0', '')).toHaveLength(expected);
    }
  });

  it('begins anywhere, equally often', () => {
    const numItems = 5;
    const one = buildBipartiteCsr(
      {
        userIndex: new Int32Array(numItems),
        itemIndex: Int32Array.of(0, 1, 2, 3, 4),
        timestamp: Float64Array.of(50, 40, 30, 20, 10),
      },
      { numUsers: 1, numItems },
    );
    const starts = new Map<string, number>();
    for (let seed = 0; seed < 900; seed++) {
      const flags = keptOf(one, { name: 'history-crop', share: 0.6 }, seed).join('');
      starts.set(flags, (starts.get(flags) ?? 0) + 1);
    }
    expect([...starts.keys()].sort()).toEqual(['00111', '01110', '11100']);
    for (const count of starts.values()) expect(Math.abs(count - 300)).toBeLessThan(60);
  });

  it('takes edges without a time for the earliest', () => {
    const merged = { ...graph, timestamp: timestamp.map((time, edge) => (edge % 3 === 0 ? Number.NaN : time)) };
    const kept = keptOf(merged, { name: 'history-crop', share: 0.5 });
    for (let user = 0; user < graph.numUsers; user++) {
      const edges = edgesOf(graph, user);
      const late = edges.filter((edge) => edge % 3 !== 0).sort((a, b) => timestamp[a] - timestamp[b]);
      const ordered = [...edges.filter((edge) => edge % 3 === 0), ...late];
      expect(ordered.map((edge) => kept[edge]).join('')).toMatch(/^0*1+0*$/);
    }
  });

  it('is refused where there are no times, when drawn and before', () => {
    expect(() => keptOf(untimed, { name: 'history-crop' })).toThrow(/no timestamps.*time column.*history-mask/);
    expect(() => VIEWS['history-crop'].refuse!(untimed)).toThrow(
      expect.objectContaining({ code: 'VIEW_NO_TIMES', name: 'ConfigError' }),
    );
    expect(() => VIEWS['history-crop'].refuse!(graph)).not.toThrow();
  });
});

describe('history-mask', () => {
  it('hides the asked share of edges, and leaves every user one at least', () => {
    const big = randomGraph(150, 150, 0.5, 'masked');
    const kept = keptOf(big, { name: 'history-mask', maskProbability: 0.4 });
    const share = kept.reduce((sum, flag) => sum + flag, 0) / big.numEdges;
    expect(Math.abs(share - 0.6)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / big.numEdges));
  });

  it('at 1 leaves each user exactly one edge, others for other seeds; at 0 all', () => {
    const [a, b] = [1, 2].map((seed) => keptOf(graph, { name: 'history-mask', maskProbability: 1 }, seed));
    for (let user = 0; user < graph.numUsers; user++) {
      const edges = edgesOf(graph, user);
      expect(edges.filter((edge) => a[edge])).toHaveLength(Math.min(1, edges.length));
    }
    expect(a).not.toEqual(b);
    expect(new Set(keptOf(graph, { name: 'history-mask', maskProbability: 0 }))).toEqual(new Set([1]));
  });
});
