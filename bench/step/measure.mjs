/**
 * One preset on one backend: `measure.mjs GRAPH PRESET BACKEND STEPS [key=value…]` prints one JSON line with the median
 * step time, the first step's, the peak memory and, on the native backend, the share of each kernel.
 */
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../dist/backend/index.js';
import { loadAddon } from '../../dist/backend/native/index.js';
import { presetOf } from '../../dist/config/presets/registry.js';
import { resolveConfig } from '../../dist/config/resolve-config.js';
import { parseAssignments } from '../../dist/core/strict-config.js';
import { loadGraph } from '../../dist/graph/index.js';
import { Model } from '../../dist/objective/model.js';
import { Objective } from '../../dist/objective/objective.js';
import { Adam } from '../../dist/ops/index.js';
import { EpochBatches } from '../../dist/training/batches.js';

const [folder, preset, backend, steps, ...set] = process.argv.slice(2);
await useBackend(backend);
const { train } = await loadGraph(folder);
const config = resolveConfig([presetOf(preset).config, parseAssignments(set)], preset);
const model = new Model(config, train);
const objective = new Objective(config, train, model);
const batches = new EpochBatches(train, { batchSize: config.training.batchSize, seed: config.seed });
const adam = new Adam(model.variables);

/** Milliseconds spent in each kernel of the addon since the last reset. */
const spent = new Map();
const loaded = backend === 'native' ? loadAddon() : {};
if (loaded.addon) {
  for (const [name, kernel] of Object.entries(loaded.addon)) {
    if (typeof kernel !== 'function' || name === 'allocate') continue;
    loaded.addon[name] = (...args) => {
      const start = performance.now();
      const result = kernel(...args);
      spent.set(name, (spent.get(name) ?? 0) + performance.now() - start);
      return result;
    };
  }
}

const times = [];
for (let step = 1; step <= Number(steps) + 1; step++) {
  // the first step warms up: views are drawn, code is compiled
  if (step === 2) spent.clear();
  const start = performance.now();
  const { gradients } = await objective.compute({
    batch: batches.batch({ epoch: 1, index: (step - 1) % batches.batchesPerEpoch }),
    epoch: 1,
    step,
  });
  adam.update(gradients, config.training.learningRate);
  tf.dispose(Object.values(gradients));
  times.push(performance.now() - start);
}
const [firstStepMs, ...rest] = times;
const total = rest.reduce((sum, time) => sum + time, 0);
rest.sort((a, b) => a - b);
const kernels = [...spent].map(([name, time]) => [name, time / total]).sort((a, b) => b[1] - a[1]);
const shares = Object.fromEntries(kernels.filter(([, share]) => share >= 0.005));
if (loaded.addon) shares.elsewhere = 1 - kernels.reduce((sum, [, share]) => sum + share, 0);
const peakRssMB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ stepMs: rest[rest.length >> 1], firstStepMs, peakRssMB, shares }));
