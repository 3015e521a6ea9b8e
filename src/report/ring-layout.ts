/**
 * Concentric layout of an ego network: centre, first hop and second hop on circles (graphology-layout `circular` and
 * `rotation`), ordered round the circle by the barycentre of their neighbours so that few edges cross (the ordering
 * step of Sugiyama, Tagawa, Toda 1981, on circles).
 */
import { UndirectedGraph } from 'graphology';
import { circular, rotation } from 'graphology-layout';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Direction from the centre, radians. */
  readonly angle: number;
}

/** Sweeps over both rings; the order settles after two or three. */
const SWEEPS = 4;

/**
 * @param rings node keys of the first and of the second hop
 * @param links pairs (first-hop key, second-hop key)
 * @param radii of the two rings
 * @returns position of every key relative to the centre
 */
export function ringLayout(
  rings: readonly [readonly string[], readonly string[]],
  links: readonly (readonly [string, string])[],
  radii: readonly [number, number],
): Map<string, Point> {
  const neighbors = new Map<string, string[]>([...rings[0], ...rings[1]].map((key) => [key, []]));
  for (const [first, second] of links) {
    neighbors.get(first)!.push(second);
    neighbors.get(second)!.push(first);
  }
  let first = placeRing(rings[0], radii[0], 0);
  let second = new Map<string, Point>();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    second = placeByBarycentre(rings[1], neighbors, first, radii[1]);
    if (sweep + 1 < SWEEPS) first = placeByBarycentre(rings[0], neighbors, second, radii[0]);
  }
  return new Map([...first, ...second]);
}

/** Even places on the circle in the order given, the first at `start` radians. */
function placeRing(keys: readonly string[], radius: number, start: number): Map<string, Point> {
  const graph = new UndirectedGraph();
  for (const key of keys) graph.addNode(key);
  circular.assign(graph, { center: 0.5, scale: radius }); // 0.5 is this layout's word for the origin
  rotation.assign(graph, start, { centeredOnZero: true });
  return new Map(graph.mapNodes((key, { x, y }): [string, Point] => [key, { x, y, angle: Math.atan2(y, x) }]));
}

function placeByBarycentre(
  keys: readonly string[],
  neighbors: ReadonlyMap<string, readonly string[]>,
  placed: ReadonlyMap<string, Point>,
  radius: number,
): Map<string, Point> {
  const wanted = keys.map((key, position) => {
    let x = 0;
    let y = 0;
    for (const neighbor of neighbors.get(key)!) {
      x += Math.cos(placed.get(neighbor)!.angle);
      y += Math.sin(placed.get(neighbor)!.angle);
    }
    // without neighbours, or with neighbours all round, there is no direction: by position
    const angle = Math.hypot(x, y) < 1e-9 ? (2 * Math.PI * position) / keys.length - Math.PI : Math.atan2(y, x);
    return { key, angle, position };
  });
  wanted.sort((a, b) => a.angle - b.angle || a.position - b.position);
  // turn the evenly spaced ring as a whole to where it is nearest to the wanted directions
  let x = 0;
  let y = 0;
  for (const [slot, { angle }] of wanted.entries()) {
    const turn = angle - (2 * Math.PI * slot) / wanted.length;
    x += Math.cos(turn);
    y += Math.sin(turn);
  }
  const order = wanted.map(({ key }) => key);
  return placeRing(order, radius, Math.atan2(y, x));
}
