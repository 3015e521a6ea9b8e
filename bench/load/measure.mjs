/** One measurement in a process of its own: `measure.mjs csv FILE` or `measure.mjs build SOURCE FOLDER`, as JSON (ms). */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { SILENT } from '../../dist/core/reporter.js';
import { parseDataConfig } from '../../dist/data/data-config.js';
import { InteractionCollector } from '../../dist/data/interaction-collector.js';
import { loadDataset } from '../../dist/data/load-dataset.js';
import { readCsv } from '../../dist/data/readers/csv/csv-reader.js';
import { readContext } from '../../dist/data/readers/read-context.js';
import { SourceFile } from '../../dist/data/readers/text/source-file.js';
import { assembleGraph } from '../../dist/graph/assemble-graph.js';
import { loadGraph, saveGraph } from '../../dist/graph/index.js';
import { sealGraph } from '../../dist/graph/seal-graph.js';

const [what, source, folder] = process.argv.slice(2);
const times = {};
async function timed(key, work) {
  const start = performance.now();
  const result = await work();
  times[key] = performance.now() - start;
  return result;
}

if (what === 'csv') {
  const config = parseDataConfig({});
  const collector = new InteractionCollector(config);
  const log = await timed('ingestMs', async () => {
    await readCsv(new SourceFile(source), 0, readContext(config, collector, SILENT));
    return collector.finish();
  });
  times.rows = collector.counts.read;
  times.distinctPairs = log.userIndex.length;
} else {
  const split = await timed('readAndSplitMs', () => loadDataset(source));
  const content = await timed('assembleMs', () => assembleGraph(split));
  const graph = await timed('sealMs', () =>
    sealGraph(content, { name: 'bench', split: 'given', source: { kind: 'files' }, data: {}, notes: [] }),
  );
  const saved = await timed('saveMs', () => saveGraph(graph, mkdtempSync(join(folder, 'graphs-'))));
  times.totalMs = Object.values(times).reduce((sum, time) => sum + time, 0);
  await timed('loadMs', () => loadGraph(saved.folder));
  times.edges = saved.train.numEdges;
}
console.log(JSON.stringify({ ...times, peakRssMB: process.resourceUsage().maxRSS / 1024 }));
