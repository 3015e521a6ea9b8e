/** A field that finds items, with the places for what it finds; the page's script fills them (`client/item-search.ts`). */
import { type Html, html } from './html.js';

export function searchField(name: string, label: string): Html {
  return html`<div><label>${label}<input type="search" id="${name}" autocomplete="off" placeholder="title or id" aria-controls="${name}-results"></label>
<div id="${name}-status" class="note" role="status"></div><ul class="results" id="${name}-results" aria-label="Items found"></ul></div>`;
}
