import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../tests/parse-xml.js';
import { Rng } from '../core/rng.js';
import { Vocabulary } from '../data/vocabulary.js';
import { assembleGraph } from '../graph/assemble-graph.js';
import { sealGraph } from '../graph/seal-graph.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import { drawEgo } from './draw-ego.js';
import { drawPrototypes } from './draw-prototypes.js';
import { enclosingCircle } from './enclosing-circle.js';
import { choosePrototypeItems, nearestPrototypes } from './prototype-groups.js';
import { ringLayout } from './ring-layout.js';
import { escapeXml, renderSvg, svgElement, truncate } from './svg.js';

function graphOf(userIds: string[], itemIds: string[], pairs: [number, number][], titles?: string[]): StoredGraph {
  const none = { userIndex: new Int32Array(0), itemIndex: new Int32Array(0) };
  const content = assembleGraph({
    users: Vocabulary.from(userIds),
    items: Vocabulary.from(itemIds),
    train: {
      userIndex: Int32Array.from(pairs, (pair) => pair[0]),
      itemIndex: Int32Array.from(pairs, (pair) => pair[1]),
    },
    valid: none,
    test: none,
    ...(titles && {
      itemFeatures: { numRows: titles.length, columns: { movie_title: { kind: 'text', texts: titles } } },
    }),
  });
  return sealGraph(content, { name: 'test', split: 'given', source: {}, data: {}, notes: [] });
}

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

function randomGraph(numUsers: number, numItems: number, numPairs: number): StoredGraph {
  const rng = Rng.of(7, 'draw');
  const pairs = Array.from({ length: numPairs }, (): [number, number] => [
    rng.integer(numUsers),
    Math.floor(numItems * rng.uniform() ** 3),
  ]);
  return graphOf(ids('user-', numUsers), ids('item-', numItems), pairs);
}

describe('svg', () => {
  it('writes well-formed XML from any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [, , , shown] = parseXml(
          renderSvg({ width: 10, height: 10, title: text }, [svgElement('text', { x: 1 / 3, 'data-id': text }, text)]),
        );
        expect(shown.attributes.x).toBe('0.33');
        expect(shown.text).toBe(escapeXml(text));
      }),
    );
    expect(escapeXml('<a href="x">&\u0000\ud800')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;\ufffd\ufffd');
  });

  it('cuts a label between characters as a reader sees them', () => {
    expect(truncate('  one\n two  ', 9)).toBe('one two');
    expect(truncate('abcdef', 6)).toBe('abcdef');
    expect(truncate('abcdefg', 6)).toBe('abcde…');
    expect(truncate('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧…');
  });
});

describe('drawEgo', () => {
  it('shows every node with its title or id, and escapes what would break the file', () => {
    const graph = graphOf(
      ['<u> & "v"', ']]>'],
      ['i0', 'i1'],
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      ['Tea & <Jam>', ''],
    );
    const elements = parseXml(drawEgo(graph, { side: 'user', id: '<u> & "v"' }));
    const texts = elements.filter(({ tag }) => tag === 'text').map(({ text }) => text);
    for (const label of ['Tea & <Jam>', 'i1', ']]>', '<u> & "v"']) expect(texts).toContain(escapeXml(label));
    expect(texts).toContain('all 4 nodes within two hops');
    expect(elements.filter(({ tag }) => tag === 'line').length).toBe(3);
  });

  it('says how much of a large neighbourhood it shows, stays small and is the same every time', () => {
    const graph = randomGraph(300, 200, 6000);
    const svg = drawEgo(graph, { side: 'item', id: 'item-0' }, { seed: 5 });
    expect(svg).toMatch(/sample: 37 of \d+ nodes shown, drawn by degree \(seed 5\)/);
    expect(svg.length).toBeLessThan(40_000);
    expect(drawEgo(graph, { side: 'item', id: 'item-0' }, { seed: 5 })).toBe(svg);
    parseXml(svg);
  });

  it('draws a node without neighbours, and names the nearest id for an unknown one', () => {
    const graph = graphOf(['anna', 'bert'], ['tea'], [[0, 0]]);
    expect(parseXml(drawEgo(graph, { side: 'user', id: 'bert' })).filter(({ tag }) => tag === 'line')).toEqual([]);
    expect(() => drawEgo(graph, { side: 'user', id: 'ana' })).toThrow('"ana" in the graph (did you mean "anna"?)');
  });
});

describe('ringLayout', () => {
  it('puts each hop evenly on its circle', () => {
    const rings = [ids('a', 7), ids('b', 15)] as const;
    const rng = Rng.of(1, 'rings');
    const links = rings[1].map((key) => [rings[0][rng.integer(7)], key] as const);
    const points = ringLayout(rings, links, [50, 120]);
    for (const [ring, radius] of [
      [rings[0], 50],
      [rings[1], 120],
    ] as const) {
      const angles = ring.map((key) => points.get(key)!.angle).sort((x, y) => x - y);
      for (const key of ring) expect(Math.hypot(points.get(key)!.x, points.get(key)!.y)).toBeCloseTo(radius, 8);
      for (let i = 1; i < angles.length; i++) {
        expect(angles[i] - angles[i - 1]).toBeCloseTo((2 * Math.PI) / ring.length, 8);
      }
    }
  });

  it('places a second-hop node beside its only neighbour', () => {
    const rings = [ids('a', 6), ids('b', 6)] as const;
    const links = [0, 1, 2, 3, 4, 5].map((i) => [`a${(i * 5) % 6}`, `b${i}`] as const);
    const points = ringLayout(rings, links, [50, 120]);
    for (const [first, second] of links) {
      expect(Math.cos(points.get(first)!.angle - points.get(second)!.angle)).toBeCloseTo(1, 8);
    }
  });
});

describe('enclosingCircle', () => {
  it('holds every circle and has the closed form of two and of four circles', () => {
    const circle = (x: number, y: number, radius: number) => ({ x, y, radius });
    const two = enclosingCircle([circle(0, 0, 1), circle(10, 0, 3)]);
    expect(two.radius).toBeCloseTo(7, 1);
    expect(two.x).toBeCloseTo(6, 1);
    const four = enclosingCircle([circle(1, 0, 1), circle(-1, 0, 1), circle(0, 1, 1), circle(0, -1, 1)]);
    expect(four.radius).toBeCloseTo(2, 1);
    expect(enclosingCircle([circle(2, 3, 4)])).toEqual(circle(2, 3, 4));
    expect(enclosingCircle([circle(0, 0, 9), circle(1, 0, 1)]).radius).toBeCloseTo(9, 1);
    const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
    const some = fc.record({ x: coordinate, y: coordinate, radius: fc.double({ min: 0.1, max: 9, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 12 }), (circles) => {
        const around = enclosingCircle(circles);
        for (const { x, y, radius } of circles) {
          expect(Math.hypot(x - around.x, y - around.y) + radius).toBeLessThanOrEqual(around.radius + 1e-9);
        }
      }),
    );
  });
});

describe('prototype groups', () => {
  it('takes the prototype of largest inner product, the lower number on a tie, none for a zero vector', () => {
    const vectors = Float32Array.of(1, 0, 0, 1, -1, 0);
    const items = Float32Array.of(2, 1, -3, 1, 1, 1, 0, 0, 0, 5);
    expect([...nearestPrototypes(items, { numPrototypes: 3, embeddingDim: 2, vectors })]).toEqual([0, 2, 0, -1, 1]);
  });

  it('shares the items shown in proportion to size, the most popular first, one a prototype at least', () => {
    const prototypeOf = Int32Array.of(...new Array(12).fill(0), ...new Array(4).fill(2), 3, -1);
    const popularity = Int32Array.from({ length: 18 }, (_, item) => item);
    const choice = choosePrototypeItems({ prototypeOf, popularity, numPrototypes: 5, maxItems: 8, maxPrototypes: 10 });
    expect(choice.groups).toEqual([
      { prototype: 0, size: 12, items: [11, 10, 9, 8, 7] },
      { prototype: 2, size: 4, items: [15] },
      { prototype: 3, size: 1, items: [16] },
    ]);
    expect(choice).toMatchObject({ numUsed: 3, numPlaced: 17 });
    expect(
      choosePrototypeItems({ prototypeOf, popularity, numPrototypes: 5, maxItems: 8, maxPrototypes: 1 }).groups.length,
    ).toBe(1);
  });
});

describe('drawPrototypes', () => {
  const embeddingDim = 8;
  const normals = (rows: number, label: string): Float32Array => {
    const rng = Rng.of(3, label);
    return Float32Array.from({ length: rows * embeddingDim }, () => rng.normal());
  };
  const graph = randomGraph(100, 300, 3000);
  const embeddings = {
    embeddingDim,
    users: new Float32Array(100 * embeddingDim),
    items: normals(300, 'items'),
    normalized: false,
  };
  const itemPrototypes = { numPrototypes: 12, embeddingDim, vectors: normals(12, 'prototypes') };

  it('draws items apart from each other and inside the picture, and says what is left out', () => {
    const svg = drawPrototypes({ graph, embeddings, itemPrototypes }, { maxItems: 120 });
    expect(svg).toMatch(
      /sample: 1[01]\d of 300 items, the most popular of each prototype; 11 prototypes; prototypes without items: 1\./,
    );
    const circles = parseXml(svg)
      .filter(({ tag, attributes }) => tag === 'circle' && attributes.stroke === undefined && attributes.cx !== '5')
      .map(({ attributes }) => ({ x: +attributes.cx, y: +attributes.cy, r: +attributes.r }));
    expect(circles.length).toBe(Number(/sample: (\d+)/.exec(svg)![1]));
    for (const [i, a] of circles.entries()) {
      expect(Math.min(a.x - a.r, a.y - a.r)).toBeGreaterThan(-1);
      expect(Math.max(a.x + a.r, a.y + a.r)).toBeLessThan(621);
      for (const b of circles.slice(0, i)) {
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(a.r + b.r - 0.05);
      }
    }
    expect(drawPrototypes({ graph, embeddings, itemPrototypes }, { maxItems: 120 })).toBe(svg);
  });

  it('tells of dead prototypes, of prototypes and items not shown', () => {
    const vectors = itemPrototypes.vectors.slice();
    vectors.copyWithin(embeddingDim, 0, embeddingDim); // the second is the first again: it never wins
    const items = embeddings.items.slice().fill(0, 0, 10 * embeddingDim);
    const svg = drawPrototypes(
      { graph, embeddings: { ...embeddings, items }, itemPrototypes: { ...itemPrototypes, vectors } },
      { maxPrototypes: 5, maxItems: 1000 },
    );
    expect(svg).toMatch(/items without a vector: 10; the 5 largest of 12 prototypes; prototypes without items: 1\./);
  });

  it('refuses a run without prototypes and prototypes of another dimension', () => {
    expect(() => drawPrototypes({ graph, embeddings })).toThrow('train with --preset joint or swav');
    const other = { numPrototypes: 1, embeddingDim: 4, vectors: new Float32Array(4) };
    expect(() => drawPrototypes({ graph, embeddings, itemPrototypes: other })).toThrow('dimension 8, got 4');
  });
});

it('a picture of a user has what a model recommends, in its order', () => {
  const graph = graphOf(
    ['u', 'v'],
    ['a', 'b', 'c<d'],
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    ['Alpha', 'Beta', 'Gamma <3'],
  );
  const plain = drawEgo(graph, { side: 'user', id: 'u' });
  const drawn = drawEgo(graph, { side: 'user', id: 'u' }, { recommended: ['c<d', 'b'] });
  const texts = parseXml(drawn).map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['1. Gamma &lt;3', '2. Beta', 'recommended, 1 the best']));
  expect(plain).not.toContain('recommended');
  const widthOf = (svg: string) => Number(parseXml(svg)[0].attributes.width);
  expect(widthOf(drawn)).toBeGreaterThan(widthOf(plain));
  expect(() => drawEgo(graph, { side: 'user', id: 'u' }, { recommended: ['z'] })).toThrow(/no item with the id "z"/);
});
