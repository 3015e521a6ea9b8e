/** What prototypes stand for: of each its most popular items. */
import { itemDegrees } from '../../graph/bipartite-csr.js';
import { nodeLabel } from '../../graph/node-label.js';
import type { TrainedRun } from '../../runs/trained-run.js';
import { shown } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { html } from '../page/html.js';
import { choosePrototypeItems, nearestPrototypes } from '../prototype-groups.js';
import { truncate } from '../svg.js';

const MOST_PROTOTYPES = 60;
const MEMBERS = 12;

/** Undefined for a run without item prototypes. */
export function prototypesSection({ graph, embeddings, itemPrototypes }: TrainedRun): Section | undefined {
  if (!embeddings || !itemPrototypes) return undefined;
  const popularity = itemDegrees(graph.train);
  const { groups, numUsed } = choosePrototypeItems({
    prototypeOf: nearestPrototypes(embeddings.items, itemPrototypes),
    popularity,
    numPrototypes: itemPrototypes.numPrototypes,
    maxItems: graph.items.size,
    maxPrototypes: MOST_PROTOTYPES,
  });
  const { numPrototypes } = itemPrototypes;
  const lists = groups.map(
    ({ prototype, size, items }) => html`<details class="card"${groups.length <= 12 && html` open`}>
<summary>Prototype ${prototype} · ${shown(size)} items <span class="note"><bdi>${truncate(nodeLabel(graph, 'item', items[0]), 40)}</bdi> …</span></summary>
<ol class="members">${items
      .slice(0, MEMBERS)
      .map(
        (item) =>
          html`<li><bdi>${nodeLabel(graph, 'item', item)}</bdi> <span class="note">${shown(popularity[item])}</span></li>\n`,
      )}</ol></details>\n`,
  );
  const note = [
    groups.length < numUsed ? `The ${groups.length} largest of ${shown(numUsed)} prototypes that have items.` : '',
    numUsed < numPrototypes
      ? `${shown(numPrototypes - numUsed)} of ${shown(numPrototypes)} prototypes are nobody's nearest.`
      : '',
  ].join(' ');
  return {
    id: 'prototypes',
    title: 'Prototypes',
    question:
      'What do the prototypes stand for? Of each the most popular items that are nearest to it, with their interactions.',
    body: html`${note.trim() !== '' && html`<p class="note">${note}</p>`}<div class="columns">${lists}</div>`,
  };
}
