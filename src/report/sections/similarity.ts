/** How far the vectors keep what people took apart from what they did not. */

import { heldOutFor } from '../../runs/held-out.js';
import type { DrawChart } from '../charts/load-echarts.js';
import type { RunFigures } from '../figures/run-figures.js';
import { similarityHistograms } from '../figures/similarity-histograms.js';
import { cards, lineCard } from '../page/cards.js';
import { percent, shown } from '../page/data-table.js';
import type { Section } from '../page/document.js';

/** Undefined where no run has vectors and lists. */
export function similaritySection(
  draw: DrawChart,
  runs: readonly RunFigures[],
  part: 'valid' | 'test',
): Section | undefined {
  const charts = runs.flatMap(({ name, run, lists }) => {
    // numbers instead of vectors have no angles: popularity
    if (!run.embeddings || run.embeddings.embeddingDim < 2 || !lists) return [];
    const { userOffsets, userNeighbors } = run.graph.train;
    const histograms = similarityHistograms(run.embeddings, {
      train: { offsets: userOffsets, values: userNeighbors },
      heldOut: heldOutFor(run.graph, part).relevant,
      lists,
    });
    const means = histograms.map((each) => `${each.name} ${shown(each.mean)}`).join(', ');
    const chart = {
      x: { name: 'cosine of user and item' },
      y: { name: 'share of pairs', tick: percent },
      lines: histograms,
      stairs: true,
    };
    return [lineCard(draw, { title: name, note: `Means: ${means}.` }, chart)];
  });
  if (charts.length === 0) return undefined;
  return {
    id: 'similarity',
    title: 'Similarities',
    question: 'Are positives nearer than random pairs, and how near are the wrong items of the lists?',
    body: cards(charts),
  };
}
