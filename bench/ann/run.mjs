/**
 * Whether rebuilding the index of ANCE negatives stalls training: the mean time of a step, waits for the worker included,
 * with a rebuild every `--refresh` steps and without any, in alternating blocks of one process.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../dist/backend/index.js';
import { presetOf } from '../../dist/config/presets/registry.js';
import { resolveConfig } from '../../dist/config/resolve-config.js';
import { createPlantedWorld } from '../../dist/data/index.js';
import { itemDegrees } from '../../dist/graph/bipartite-csr.js';
import { buildGraph } from '../../dist/graph/index.js';
import { Model } from '../../dist/objective/model.js';
import { Objective } from '../../dist/objective/objective.js';
import { Adam } from '../../dist/ops/index.js';
import { EpochBatches } from '../../dist/training/batches.js';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: join(process.env.TWINLIGHT_DATA ?? '../shared/data', 'gowalla') },
    refresh: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '1' },
    tiny: { type: 'boolean', default: false },
  },
});
const refreshEvery = options.tiny ? 5 : Number(options.refresh);
const rounds = options.tiny ? 1 : Number(options.rounds);
const backend = await useBackend('auto');
const isReal = !options.tiny && existsSync(options.data);
const { train } = await buildGraph(
  isReal ? options.data : createPlantedWorld({ numUsers: 200, numItems: 150 }).interactions,
);

/**
 * Training with two negatives of each query from the top of its own ranking.
 * @param done steps that count as made, so that a snapshot need not be waited for
 */
function start(everySteps, done) {
  const sources = [{ name: 'in-batch' }, { name: 'ann', count: 2, warmUp: 'popularity', refreshEvery: everySteps }];
  const config = resolveConfig([presetOf('lightgcn').config, { negatives: { sources } }], 'ann');
  const model = new Model(config, train);
  const context = { graph: train, itemDegrees: itemDegrees(train), seed: config.seed };
  return {
    config,
    objective: new Objective(config, train, model, context),
    batches: new EpochBatches(train, { batchSize: config.training.batchSize, seed: config.seed }),
    adam: new Adam(model.variables),
    done,
  };
}

/** Milliseconds a step over the next `steps`, and how much of that was waiting for lists. */
async function run(training, steps) {
  const { config, objective, batches, adam } = training;
  let waited = 0;
  const begin = performance.now();
  for (let i = 0; i < steps; i++) {
    const before = performance.now();
    await objective.prepare(training.done);
    waited += performance.now() - before;
    const step = ++training.done;
    const batch = batches.batch({ epoch: 1, index: (step - 1) % batches.batchesPerEpoch });
    const { gradients } = await objective.compute({ batch, epoch: 1, step });
    adam.update(gradients, config.training.learningRate);
    tf.dispose(Object.values(gradients));
    await objective.finishStep({ batch });
    await new Promise((resume) => setImmediate(resume));
  }
  return { stepMs: (performance.now() - begin) / steps, waitMs: waited / steps };
}

const WARM_UP = 5;
const [without, refreshed] = [start(1e9, 0), start(refreshEvery, refreshEvery - WARM_UP)];
await run(without, WARM_UP);
// up to the first snapshot: from here on each block takes one, builds its index, and waits for the one before, if any
await run(refreshed, WARM_UP);
const rows = [];
for (let round = 0; round < rounds; round++) {
  rows.push({ without: await run(without, refreshEvery), refreshed: await run(refreshed, refreshEvery) });
}
const mean = (of) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
const [base, own] = [mean((row) => row.without.stepMs), mean((row) => row.refreshed.stepMs)];
const result = {
  data: isReal ? 'gowalla' : 'planted (numbers mean nothing)',
  items: train.numItems,
  users: train.numUsers,
  backend: `${backend.name}, ${backend.detail}`,
  cores: cpus().length,
  refreshEvery,
  stepMs: { without: base, refreshed: own, ratio: own / base },
  waitMs: mean((row) => row.refreshed.waitMs),
  rounds: rows,
};
refreshed.objective.dispose();
console.log(JSON.stringify(result, null, 2));
