/**
 * Whether Adap-τ belongs among what auto tries: the temperature that it sets by itself beside those of auto's grid, in the settings that auto
 * tries them with, for as many epochs as its second round has. Validation alone; see README.md. Needs `npm run build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mergeConfigLayers, presetOf, runConfigSchema, train } from '../../dist/index.js';
import { DATA_SETS, TINY } from './data-sets.mjs';

const PRESETS = { 'joint-one-pass': {}, lightgcn: { encoder: { numLayers: 2 } }, 'two-tower': {} };
const TEMPERATURES = [0.1, 0.15, 0.25, 0.4, { name: 'adaptive' }];
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: 'ml-100k' },
    presets: { type: 'string', default: Object.keys(PRESETS).join(',') },
    runs: { type: 'string', default: fileURLToPath(new URL('../../.cache/auto', import.meta.url)) },
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny } = values;
const nameOf = (temperature) => temperature.name ?? `${temperature}`;

/** Best ndcg@20 on validation. */
async function bestOf(graph, preset, temperature, run) {
  const isSmall = graph.train.numEdges < 100_000;
  const training = { learningRate: 0.005, epochs: tiny ? 1 : 12, patience: 5, ...(isSmall && { batchSize: 1024 }) };
  const own = { seed: 1, losses: { main: { temperature } }, training, ...PRESETS[preset] };
  const config = mergeConfigLayers(runConfigSchema, [presetOf(preset).config, own]);
  const { valid } = await train({ source: graph, preset, config, run, overwrite: true, skipTest: true });
  return valid['ndcg@20'];
}

const runs = tiny ? mkdtempSync(join(tmpdir(), 'twinlight-bench-adaptive-')) : resolve(values.runs);
try {
  const sets = tiny ? TINY : DATA_SETS;
  console.log(`data, preset: ${TEMPERATURES.map(nameOf).join(', ')}`);
  for (const set of tiny ? Object.keys(TINY) : values.data.split(',')) {
    const graph = await sets[set](runs);
    if (graph === undefined) continue;
    for (const preset of values.presets.split(',')) {
      const cells = [];
      for (const temperature of TEMPERATURES) {
        cells.push((await bestOf(graph, preset, temperature, join(runs, 'adaptive'))).toFixed(4));
      }
      console.log(`${graph.manifest.id}, ${preset}: ${cells.join(', ')}`);
    }
  }
} finally {
  if (tiny) rmSync(runs, { recursive: true, force: true });
}
