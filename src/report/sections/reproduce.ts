/** How to get the same numbers again: command, configuration, versions, hashes. */
import { stringify } from 'yaml';
import type { RunFigures } from '../figures/run-figures.js';
import { dataTable, type TableCell } from '../page/data-table.js';
import type { Section } from '../page/document.js';
import { type Html, html } from '../page/html.js';

export function reproduceSection(runs: readonly RunFigures[]): Section {
  return {
    id: 'reproduce',
    title: 'How to reproduce',
    question: 'With which command, configuration, data and versions does the same come out?',
    body: html`${runs.map(runPart)}
<h3>Graph</h3>
${dataTable(['what', ''], graphRows(runs[0]))}
<details><summary>How the data were read, filtered and split</summary><pre>${stringify(runs[0].run.graph.manifest.data)}</pre></details>`,
  };
}

function runPart({ name, run: { manifest, config } }: RunFigures): Html {
  const rows: TableCell[][] = [
    ['seed', String(manifest.seed)],
    ['backend', manifest.backend],
    ['sha256 of what was run', manifest.runHash ? html`<code>${manifest.runHash}</code>` : undefined],
    ['sha256 of config.yaml', manifest.configHash ? html`<code>${manifest.configHash}</code>` : undefined],
    [
      'versions',
      Object.entries(manifest.versions)
        .map(([of, version]) => `${of} ${version}`)
        .join(', '),
    ],
  ];
  const again =
    config.ranker.name === 'fused'
      ? 'twinlight fuse RUN RUN …   # the runs and weights of the configuration'
      : `twinlight train graphs/${manifest.graphId} --preset ${manifest.preset} --config config.yaml --run checkpoints/again`;
  return html`<h3>${name}</h3>
<p>Save the configuration as <code>config.yaml</code> (it lies in the run's folder too), then:</p>
<pre>${again}</pre>
${dataTable(['what', ''], rows)}
<details><summary>Configuration</summary><pre>${stringify(config)}</pre></details>`;
}

function graphRows({ run }: RunFigures): TableCell[][] {
  const { id, hash, source, createdBy } = run.graph.manifest;
  return [
    ['graph', id],
    ['sha256', html`<code>${hash}</code>`],
    ['made of', JSON.stringify(source)],
    ['made by', createdBy],
  ];
}
