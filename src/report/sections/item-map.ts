/** The map of the items and the browser of what is near what. */
import { itemDegrees } from '../../graph/bipartite-csr.js';
import type { TrainedRun } from '../../runs/trained-run.js';
import { itemGroups } from '../figures/item-groups.js';
import { itemMap } from '../figures/item-map.js';
import { itemNeighbours } from '../figures/item-neighbours.js';
import type { MapData, NeighbourData } from '../page/client/client-data.js';
import { shown } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { embeddedJson, type Html, html } from '../page/html.js';
import { base64 } from '../page/packed-arrays.js';
import { searchField } from '../page/search-field.js';

/** Neighbours of an item that are told. */
const NEIGHBOURS = 10;

interface ItemMapSection {
  readonly section: Section;
  readonly data: readonly Html[];
}

/** Undefined for a model without vectors, or too few of them. */
export async function itemMapSection(run: TrainedRun, name: string): Promise<ItemMapSection | undefined> {
  const { embeddings, graph } = run;
  // numbers instead of vectors have no angles: popularity
  if (!embeddings || embeddings.embeddingDim < 2) return undefined;
  const map = await itemMap(embeddings, itemDegrees(graph.train));
  if (!map) return undefined;
  const near = await itemNeighbours(embeddings, NEIGHBOURS);
  const groups = itemGroups(run);
  const mapData: MapData = {
    items: base64(map.items),
    places: base64(Uint16Array.from(map.places, (place) => Math.round(65535 * place))),
    colorings: groups.map((group) => ({ ...group, codes: base64(group.codes) })),
  };
  const nearData: NeighbourData = { k: near.k, ids: base64(near.ids), cosines: base64(near.cosines) };
  const all = map.items.length;
  const how =
    map.numLaidOut < all
      ? `The ${shown(map.numLaidOut)} most popular items are laid out by UMAP, the others where their nearest of those lie.`
      : 'Laid out by UMAP.';
  const without = graph.items.size - all;
  const body = html`<div class="controls">
<label>Colour by<select id="map-color">${groups.map((group) => html`<option>${group.name}</option>`)}</select></label>
${searchField('find', 'Find an item')}
</div>
<div class="atlas"><div>
<div class="map"><canvas id="map" tabindex="0" role="application" aria-label="Map of ${shown(all)} items. Arrow keys move it, plus and minus zoom, Enter picks the item nearest to the middle."></canvas>
<div class="zoom"><button type="button" id="map-in" aria-label="Zoom in">+</button><button type="button" id="map-out" aria-label="Zoom out">−</button><button type="button" id="map-all" aria-label="Show all">⤢</button></div>
<div class="tip" id="map-tip" role="status" hidden></div></div>
<div class="legend" id="map-legend"></div>
<p class="note">${how} Near on the map is near by cosine; far says little. ${without > 0 && `${shown(without)} items without a vector are not on it. `}Drag to move;
click the map, then the wheel zooms.</p>
</div><div><h3>Nearest items</h3>
<p id="near-title" aria-live="polite">Pick an item on the map, or find one.</p>
<div class="controls"><button type="button" id="near-back" disabled>Back</button></div>
<ol class="results" id="near-list"></ol></div></div>`;
  const section: Section = {
    id: 'items',
    title: 'Map of items',
    question: `What does ${name} think is alike? Pick an item to see what is nearest to it, with cosines.`,
    body,
  };
  return { section, data: [embeddedJson('map-data', mapData), embeddedJson('near-data', nearData)] };
}
