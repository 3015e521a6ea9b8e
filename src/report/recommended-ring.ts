/** What a model recommends to the user of an ego picture: green squares on a ring of their own, numbered from the best. */
import { nodeLabel } from '../graph/node-label.js';
import type { SelectableGraph } from '../graph/to-graphology.js';
import { type SvgElement, svgElement, truncate } from './svg.js';

export const RECOMMENDED_COLOR = '#2c9e4b';

interface RecommendedRing {
  readonly elements: readonly SvgElement[];
  /** Of the longest label, in characters. */
  readonly longest: number;
}

interface RingOptions {
  readonly graph: SelectableGraph;
  /** Item indices, the best first. */
  readonly items: readonly number[];
  readonly radius: number;
  readonly maxLabelLength: number;
}

/** Evenly on the circle from the right on, clockwise. */
export function recommendedRing({ graph, items, radius, maxLabelLength }: RingOptions): RecommendedRing {
  const labels = items.map((item, i) => `${i + 1}. ${truncate(nodeLabel(graph, 'item', item), maxLabelLength)}`);
  const elements = items.flatMap((item, i) => {
    const angle = (2 * Math.PI * (i + 0.5)) / items.length;
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    const toLeft = Math.cos(angle) < 0;
    const turn = (angle * 180) / Math.PI + (toLeft ? 180 : 0);
    const tip = svgElement('title', {}, `recommended: ${nodeLabel(graph, 'item', item)}`);
    return [
      svgElement('rect', { x: x - 6, y: y - 6, width: 12, height: 12, rx: 1.5, fill: RECOMMENDED_COLOR }, tip),
      svgElement(
        'text',
        {
          transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${turn.toFixed(2)})`,
          x: toLeft ? -12 : 12,
          y: 4,
          'text-anchor': toLeft ? 'end' : 'start',
          fill: '#1d6b33',
        },
        labels[i],
      ),
    ];
  });
  return { elements, longest: Math.max(0, ...labels.map((label) => label.length)) };
}
