/** `measure.mjs GRAPH PRESET BACKEND STEPS` prints what one backend takes for a step. */
import * as tf from '@tensorflow/tfjs';
import { recordKernelTimes, useBackend } from '../../dist/backend/index.js';
import { presetOf } from '../../dist/config/presets/registry.js';
import { resolveConfig } from '../../dist/config/resolve-config.js';
import { loadGraph } from '../../dist/graph/index.js';
import { Model } from '../../dist/objective/model.js';
import { Objective } from '../../dist/objective/objective.js';
import { Adam } from '../../dist/ops/index.js';
import { EpochBatches } from '../../dist/training/batches.js';

const [folder, preset, backend, steps] = process.argv.slice(2);
const { detail, device } = await useBackend(backend);
const { train } = await loadGraph(folder);
const config = resolveConfig([presetOf(preset).config], preset);
const model = new Model(config, train);
const objective = new Objective(config, train, model);
const batches = new EpochBatches(train, { batchSize: config.training.batchSize, seed: config.seed });
const adam = new Adam(model.variables);
const times = new Map();
const stepTimes = [];
let firstStepMs = 0;
for (let step = 1; step <= Number(steps) + 1; step++) {
  // the first step warms up: views are drawn, code is compiled, sparse matrices are converted
  if (step === 2) recordKernelTimes(times);
  const start = performance.now();
  const { gradients } = await objective.compute({
    batch: batches.batch({ epoch: 1, index: (step - 1) % batches.batchesPerEpoch }),
    epoch: 1,
    step,
  });
  adam.update(gradients, config.training.learningRate);
  // what is still under way on a device belongs to this step
  const sample = Object.values(model.variables)[0].slice([0, 0], [1, 1]);
  await sample.data();
  sample.dispose();
  tf.dispose(Object.values(gradients));
  if (step === 1) firstStepMs = performance.now() - start;
  else stepTimes.push(performance.now() - start);
}
const mean = stepTimes.reduce((sum, time) => sum + time, 0) / stepTimes.length;
const kernels =
  backend === 'webgpu'
    ? await deviceShares()
    : Object.fromEntries([...times].map(([name, { milliseconds }]) => [name, milliseconds / stepTimes.length / mean]));
stepTimes.sort((a, b) => a - b);
const stepMs = stepTimes[stepTimes.length >> 1];
const peakRssMB = Math.round(process.resourceUsage().maxRSS / 1024);
const { batchesPerEpoch: stepsPerEpoch } = batches;
console.log(JSON.stringify({ detail, device, stepMs, stepsPerEpoch, firstStepMs, peakRssMB, kernels }));

/** Part of each shader in one more step, by the device's own clock: kernels are only launched when they return. */
async function deviceShares() {
  recordKernelTimes(undefined);
  const milliseconds = new Map();
  const timed = async (body) => {
    const { getExtraProfileInfo } = await tf.backend().time(body);
    for (const entry of getExtraProfileInfo().split(', ').filter(Boolean)) {
      const [name, time] = entry.split(': ');
      const part = name.endsWith('Program') ? "tfjs's own" : name;
      milliseconds.set(part, (milliseconds.get(part) ?? 0) + Number(time));
    }
  };
  let computing;
  await timed(() => {
    computing = objective.compute({ batch: batches.batch({ epoch: 1, index: 0 }), epoch: 1, step: Number(steps) + 2 });
  });
  const { gradients } = await computing;
  await timed(() => adam.update(gradients, config.training.learningRate));
  tf.dispose(Object.values(gradients));
  const total = [...milliseconds.values()].reduce((sum, time) => sum + time, 0);
  return Object.fromEntries([...milliseconds].map(([name, time]) => [name, time / total]));
}
