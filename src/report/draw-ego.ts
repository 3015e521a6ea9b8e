/**
 * Picture of a user or an item and of what is within two hops: rings by hop, users as blue circles, items as orange
 * squares, labels pointing outwards.
 */
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import { EGO_DEFAULTS, type EgoNetwork, type EgoNode, type EgoOptions, egoNetwork } from '../graph/ego-network.js';
import { nodeKey, type Side } from '../graph/graphology-graph.js';
import { nodeLabel } from '../graph/node-label.js';
import type { SelectableGraph } from '../graph/to-graphology.js';
import { RECOMMENDED_COLOR, recommendedRing } from './recommended-ring.js';
import { type Point, ringLayout } from './ring-layout.js';
import { renderSvg, type SvgElement, svgElement, truncate } from './svg.js';

export interface DrawEgoOptions extends EgoOptions {
  /** Characters of a label; longer ones end in an ellipsis. */
  readonly maxLabelLength: number;
  /** Ids of items that a model recommends to the user in the middle, the best first. Default: none. */
  readonly recommended: readonly string[];
}

export const DRAW_EGO_DEFAULTS: DrawEgoOptions = Object.freeze({
  ...EGO_DEFAULTS,
  maxLabelLength: 22,
  recommended: [],
});

const COLORS: Readonly<Record<Side, string>> = { user: '#3b73b9', item: '#e08214' };
/** Mean width of a character at font size 11, in pixels. */
const CHARACTER = 6.2;
/** Least distance along a ring between two nodes, so that labels stay apart. */
const SPACING = 17;

/**
 * An SVG file. Where the neighbourhood is larger than the limits, some of it is drawn by degree, and the picture says so.
 *
 * @throws ConfigError `UNKNOWN_ID` when the graph has no such user or item.
 */
export function drawEgo(
  graph: SelectableGraph,
  center: { readonly side: Side; readonly id: string },
  options: Partial<DrawEgoOptions> = {},
): string {
  const { maxLabelLength, recommended, ...ego } = { ...DRAW_EGO_DEFAULTS, ...options };
  const network = egoNetwork(graph.train, center.side, indexOfId(graph, center.side, center.id), ego);
  const [first, second] = [1, 2].map((hop) =>
    network.nodes.filter((node) => node.hop === hop).map((node) => keyOf(graph, node)),
  );
  const labels = new Map(
    network.nodes.map((node) => [
      keyOf(graph, node),
      truncate(nodeLabel(graph, node.side, node.index), maxLabelLength),
    ]),
  );
  const width = (keys: readonly string[]): number =>
    CHARACTER * Math.max(0, ...keys.map((key) => labels.get(key)!.length));
  const inner = Math.max(80, (first.length * SPACING) / (2 * Math.PI));
  const outer = Math.max(inner + width(first) + 30, (second.length * SPACING) / (2 * Math.PI));
  const points = ringLayout([first, second], outerLinks(network, graph), [inner, outer]);
  const centerKey = keyOf(graph, network.nodes[0]);
  points.set(centerKey, { x: 0, y: 0, angle: 0 });

  const within = (second.length > 0 ? outer + width(second) : inner + width(first)) + 24;
  const ring = recommendedRing({
    graph,
    items: recommended.map((id) => indexOfId(graph, 'item', id)),
    radius: Math.max(within, (recommended.length * SPACING) / (2 * Math.PI)),
    maxLabelLength,
  });
  const half = recommended.length === 0 ? within : within + CHARACTER * ring.longest + 24;
  const caption = captionOf(network, labels.get(centerKey)!, ego);
  const canvasWidth = Math.max(2 * half, CHARACTER * 1.2 * Math.max(...caption.map((line) => line.length)) + 24);
  const lines = network.edges.map(({ userIndex, itemIndex }) => {
    const a = keyOf(graph, { side: 'user', index: userIndex });
    const b = keyOf(graph, { side: 'item', index: itemIndex });
    return edgeLine(points.get(a)!, points.get(b)!, a === centerKey || b === centerKey);
  });
  const shapes = network.nodes.map((node) =>
    nodeShape(node, points.get(keyOf(graph, node))!, nodeLabel(graph, node.side, node.index)),
  );
  const texts = network.nodes.map((node) =>
    nodeText(node, points.get(keyOf(graph, node))!, labels.get(keyOf(graph, node))!),
  );
  const top = 72;
  return renderSvg({ width: canvasWidth, height: top + 2 * half, title: caption[0] }, [
    svgElement('text', { x: 12, y: 22, 'font-size': 14, 'font-weight': 'bold', fill: '#222222' }, caption[0]),
    svgElement('text', { x: 12, y: 40, fill: '#555555' }, caption[1]),
    ...legend(12, 58, recommended.length > 0),
    svgElement(
      'g',
      { transform: `translate(${canvasWidth / 2} ${top + half})` },
      ...lines,
      ...shapes,
      ...texts,
      ...ring.elements,
    ),
  ]);
}

function keyOf(graph: SelectableGraph, { side, index }: Pick<EgoNode, 'side' | 'index'>): string {
  return nodeKey(side, (side === 'user' ? graph.users : graph.items).idOf(index));
}

function indexOfId(graph: SelectableGraph, side: Side, id: string): number {
  const vocabulary = side === 'user' ? graph.users : graph.items;
  const index = vocabulary.indexOf(id);
  if (index === undefined) {
    throw new ConfigError('UNKNOWN_ID', `no ${side} with the id "${id}" in the graph${didYouMean(id, vocabulary.ids)}`);
  }
  return index;
}

/** Edges between the rings as (first-hop key, second-hop key). */
function outerLinks(network: EgoNetwork, graph: SelectableGraph): [string, string][] {
  const { side, index } = network.nodes[0];
  const links: [string, string][] = [];
  for (const { userIndex, itemIndex } of network.edges) {
    const user = keyOf(graph, { side: 'user', index: userIndex });
    const item = keyOf(graph, { side: 'item', index: itemIndex });
    if ((side === 'user' ? userIndex : itemIndex) === index) continue;
    links.push(side === 'user' ? [item, user] : [user, item]);
  }
  return links;
}

function captionOf(network: EgoNetwork, label: string, { seed }: EgoOptions): [string, string] {
  const number = new Intl.NumberFormat('en-US');
  const [shown, total] = [number.format(network.shownNodes), number.format(network.totalNodes)];
  return [
    `Two hops around ${network.nodes[0].side} ${label}`,
    network.sampled
      ? `sample: ${shown} of ${total} nodes shown, drawn by degree (seed ${seed})`
      : `all ${total} nodes within two hops`,
  ];
}

function legend(x: number, y: number, hasRecommended: boolean): SvgElement[] {
  const recommended = [
    svgElement('rect', { x: x + 252, y: y - 9, width: 10, height: 10, fill: RECOMMENDED_COLOR }),
    svgElement('text', { x: x + 267, y, fill: '#555555' }, 'recommended, 1 the best'),
  ];
  return [
    svgElement('circle', { cx: x + 5, cy: y - 4, r: 5, fill: COLORS.user }),
    svgElement('text', { x: x + 15, y, fill: '#555555' }, 'user'),
    svgElement('rect', { x: x + 52, y: y - 9, width: 10, height: 10, fill: COLORS.item }),
    svgElement('text', { x: x + 67, y, fill: '#555555' }, 'item (larger: more interactions)'),
    ...(hasRecommended ? recommended : []),
  ];
}

function edgeLine(a: Point, b: Point, atCenter: boolean): SvgElement {
  const stroke = atCenter ? { stroke: '#8a8a8a', 'stroke-width': 1.2 } : { stroke: '#c9c9c9', 'stroke-width': 0.8 };
  return svgElement('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, ...stroke });
}

/** Radius in pixels, growing with the logarithm of the degree. */
function radiusOf(node: EgoNode): number {
  return node.hop === 0 ? 11 : Math.min(9, 3.5 + 0.6 * Math.log2(1 + node.degree));
}

function nodeShape(node: EgoNode, { x, y }: Point, label: string): SvgElement {
  const r = radiusOf(node);
  const look = { fill: COLORS[node.side], stroke: node.hop === 0 ? '#222222' : '#ffffff', 'stroke-width': 1.2 };
  const tip = svgElement('title', {}, `${node.side} ${label}: ${node.degree} interactions`);
  if (node.side === 'user') return svgElement('circle', { cx: x, cy: y, r, ...look }, tip);
  return svgElement('rect', { x: x - r, y: y - r, width: 2 * r, height: 2 * r, rx: 1.5, ...look }, tip);
}

/** The centre's label below it; every other one outwards along its ray, never upside down. */
function nodeText(node: EgoNode, { x, y, angle }: Point, label: string): SvgElement {
  const look = {
    fill: '#222222',
    stroke: '#ffffff',
    'stroke-width': 3,
    'stroke-linejoin': 'round',
    'paint-order': 'stroke',
  };
  if (node.hop === 0) {
    return svgElement('text', { x, y: y + 25, 'text-anchor': 'middle', 'font-weight': 'bold', ...look }, label);
  }
  const toLeft = Math.cos(angle) < -1e-9;
  const turn = (angle * 180) / Math.PI + (toLeft ? 180 : 0);
  const offset = radiusOf(node) * (node.side === 'item' ? 1.4 : 1) + 3;
  return svgElement(
    'text',
    {
      transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${turn.toFixed(2)})`,
      x: toLeft ? -offset : offset,
      y: 4,
      'text-anchor': toLeft ? 'end' : 'start',
      ...look,
    },
    label,
  );
}
