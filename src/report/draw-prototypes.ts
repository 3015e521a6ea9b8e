/**
 * Picture of what prototypes stand for: every item in the circle of the prototype nearest to it by cosine, packed by
 * graphology-layout's `circlepack` (circle packing as in Wang et al. 2006, "Visualization of large hierarchical data
 * by circle packing"), sized by popularity; beside it a list with the most popular item of each prototype.
 */
import { UndirectedGraph } from 'graphology';
import { circlepack } from 'graphology-layout';
import { ConfigError, ShapeError } from '../core/errors.js';
import { Rng } from '../core/rng.js';
import { itemDegrees } from '../graph/bipartite-csr.js';
import { nodeLabel } from '../graph/node-label.js';
import type { TrainedRun } from '../runs/trained-run.js';
import { type Circle, enclosingCircle } from './enclosing-circle.js';
import {
  choosePrototypeItems,
  nearestPrototypes,
  type PrototypeChoice,
  type PrototypeGroup,
} from './prototype-groups.js';
import { renderSvg, type SvgElement, svgElement, truncate } from './svg.js';

export interface DrawPrototypesOptions {
  /** Items drawn at most, but one a prototype; of each prototype the most popular, in proportion to its size. */
  readonly maxItems: number;
  /** Prototypes drawn at most: the ones with the most items. More than about 60 are hard to tell apart. */
  readonly maxPrototypes: number;
  readonly maxLabelLength: number;
  readonly seed: number;
}

export const DRAW_PROTOTYPES_DEFAULTS: DrawPrototypesOptions = Object.freeze({
  maxItems: 500,
  maxPrototypes: 40,
  maxLabelLength: 40,
  seed: 1,
});

/** Side of the picture's square, pixels. */
const PICTURE = 620;
const ROW = 15;
/** Mean width of a character at font size 11, pixels, on the generous side. */
const CHARACTER = 6.6;
const LIST_TITLE = 'most popular item, number of items';

/**
 * An SVG file. It says how many items and prototypes are shown of how many, and how many prototypes have no item.
 *
 * @throws ConfigError `NO_PROTOTYPES` when the run was trained without item prototypes, ShapeError when dimensions
 *   differ.
 */
export function drawPrototypes(
  run: Pick<TrainedRun, 'graph' | 'embeddings' | 'itemPrototypes'>,
  options: Partial<DrawPrototypesOptions> = {},
): string {
  const { maxItems, maxPrototypes, maxLabelLength, seed } = { ...DRAW_PROTOTYPES_DEFAULTS, ...options };
  const { graph, embeddings, itemPrototypes } = run;
  if (!embeddings || !itemPrototypes) {
    throw new ConfigError('NO_PROTOTYPES', 'this run has no item prototypes; train with --preset joint or swav');
  }
  if (embeddings.embeddingDim !== itemPrototypes.embeddingDim) {
    const message = `expected prototypes of dimension ${embeddings.embeddingDim}, got ${itemPrototypes.embeddingDim}`;
    throw new ShapeError(message);
  }
  const popularity = itemDegrees(graph.train);
  const prototypeOf = nearestPrototypes(embeddings.items, itemPrototypes);
  const chosen = choosePrototypeItems({
    prototypeOf,
    popularity,
    numPrototypes: itemPrototypes.numPrototypes,
    maxItems,
    maxPrototypes,
  });
  const packed = pack(chosen.groups, popularity, seed);
  const rows = chosen.groups.map(
    ({ items, size }) =>
      `${truncate(nodeLabel(graph, 'item', items[0]), maxLabelLength)} (${size.toLocaleString('en-US')})`,
  );
  const tips = chosen.groups.map(({ items }) =>
    items.map((item) => `${nodeLabel(graph, 'item', item)}: ${popularity[item]} interactions`),
  );

  const pictures = chosen.groups.flatMap((group, rank) => groupShapes(group, rank, packed[rank], tips[rank]));
  const numbers = chosen.groups.map((_, rank) => groupNumber(packed[rank], rank));
  const list = rows.flatMap((text, rank) => listRow(text, rank));
  const caption = captionOf(chosen, graph.items.size, itemPrototypes.numPrototypes);
  const height = 72 + Math.max(PICTURE, ROW * chosen.groups.length + 24);
  const longest = Math.max(LIST_TITLE.length, ...rows.map((text) => text.length));
  return renderSvg({ width: PICTURE + 80 + CHARACTER * longest, height, title: 'Items by prototype' }, [
    svgElement('text', { x: 12, y: 22, 'font-size': 14, 'font-weight': 'bold', fill: '#222222' }, 'Items by prototype'),
    svgElement('text', { x: 12, y: 40, fill: '#555555' }, caption),
    svgElement('g', { transform: 'translate(12 56)' }, ...pictures, ...numbers),
    svgElement(
      'g',
      { transform: `translate(${PICTURE + 30} 72)` },
      svgElement('text', { x: 0, y: 0, fill: '#555555' }, LIST_TITLE),
      ...list,
    ),
  ]);
}

/** Positions of every group's items inside the picture's square, `groups` order. */
function pack(groups: readonly PrototypeGroup[], popularity: Int32Array, seed: number): Circle[][] {
  const graph = new UndirectedGraph();
  const most = Math.max(1, ...groups.flatMap((group) => group.items.map((item) => popularity[item])));
  const gap = 0.12;
  const radius = (item: number): number => 0.6 + 2.4 * Math.sqrt(popularity[item] / most);
  for (const group of groups) {
    for (const item of group.items) {
      graph.addNode(item, { prototype: `p${group.prototype}`, size: radius(item) + gap });
    }
  }
  const rng = Rng.of(seed, 'circlepack');
  const places = circlepack(graph, { hierarchyAttributes: ['prototype'], rng: () => rng.uniform() });
  const at = (item: number): Circle => ({ ...places[item], radius: radius(item) });
  const raw = groups.map((group) => group.items.map(at));
  const all = enclosingCircle(raw.flat());
  const scale = PICTURE / 2 / (all.radius * 1.03);
  return raw.map((circles) =>
    circles.map((circle) => ({
      x: PICTURE / 2 + (circle.x - all.x) * scale,
      y: PICTURE / 2 + (circle.y - all.y) * scale,
      radius: circle.radius * scale,
    })),
  );
}

/** Hues far apart for neighbouring ranks: the golden angle. */
function color(rank: number, lightness: number): string {
  return `hsl(${((rank * 137.508) % 360).toFixed(1)}, 55%, ${lightness}%)`;
}

/** @param circles of the group's items, and `tips` what each of them says when pointed at */
function groupShapes(
  group: PrototypeGroup,
  rank: number,
  circles: readonly Circle[],
  tips: readonly string[],
): SvgElement[] {
  const around = enclosingCircle(circles);
  const ground = svgElement(
    'circle',
    { cx: around.x, cy: around.y, r: around.radius + 1, fill: color(rank, 93), stroke: color(rank, 70) },
    svgElement('title', {}, `prototype ${group.prototype}: ${group.size} items`),
  );
  const dots = circles.map(({ x, y, radius }, i) =>
    svgElement('circle', { cx: x, cy: y, r: radius, fill: color(rank, 55) }, svgElement('title', {}, tips[i])),
  );
  return [ground, ...dots];
}

function groupNumber(circles: readonly Circle[], rank: number): SvgElement {
  const { x, y } = enclosingCircle(circles);
  return svgElement(
    'text',
    {
      x,
      y: y + 4.5,
      'text-anchor': 'middle',
      'font-size': 13,
      'font-weight': 'bold',
      fill: '#222222',
      stroke: '#ffffff',
      'stroke-width': 3,
      'stroke-linejoin': 'round',
      'paint-order': 'stroke',
    },
    String(rank + 1),
  );
}

function listRow(text: string, rank: number): SvgElement[] {
  const y = 20 + rank * ROW;
  return [
    svgElement('circle', { cx: 5, cy: y - 4, r: 5, fill: color(rank, 55) }),
    svgElement('text', { x: 32, y, 'text-anchor': 'end', 'font-weight': 'bold', fill: '#222222' }, String(rank + 1)),
    svgElement('text', { x: 40, y, fill: '#222222' }, text),
  ];
}

function captionOf({ groups, numUsed, numPlaced }: PrototypeChoice, numItems: number, numPrototypes: number): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const shown = groups.reduce((sum, group) => sum + group.items.length, 0);
  const parts = [
    shown < numPlaced
      ? `sample: ${number(shown)} of ${number(numItems)} items, the most popular of each prototype`
      : `${number(shown)} items`,
    ...(numPlaced < numItems ? [`items without a vector: ${number(numItems - numPlaced)}`] : []),
    groups.length < numUsed
      ? `the ${number(groups.length)} largest of ${number(numPrototypes)} prototypes`
      : `${number(groups.length)} prototypes`,
    ...(numUsed < numPrototypes ? [`prototypes without items: ${number(numPrototypes - numUsed)}`] : []),
  ];
  return `${parts.join('; ')}. Larger circle: more interactions.`;
}
