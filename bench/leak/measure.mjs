/**
 * Trains one preset on one backend for a number of steps and prints, as JSON, what memory it held at the end of each
 * epoch: `node --expose-gc measure.mjs GRAPH PRESET BACKEND STEPS FOLDER`.
 */
import * as tf from '@tensorflow/tfjs';
import { loadGraph } from '../../dist/graph/index.js';
import { train } from '../../dist/index.js';

const [folder, preset, backend, steps, run] = process.argv.slice(2);
const samples = [];
const { stepMs } = await train({
  source: await loadGraph(folder),
  preset,
  backend,
  run,
  config: {
    encoder: { embeddingDim: 16 },
    // more epochs than steps: maxSteps ends the run, and no validation comes between
    training: { batchSize: 64, epochs: Number(steps), maxSteps: Number(steps), patience: 0, evaluateEvery: 10 },
  },
  onEpoch({ step }) {
    globalThis.gc();
    const { heapUsed, rss } = process.memoryUsage();
    const { numTensors, numDataBuffers } = tf.memory();
    // only the native backend has a pool
    samples.push({ step, numTensors, numDataBuffers, pool: tf.backend().pool?.held ?? 0, heapUsed, rss });
  },
});
console.log(JSON.stringify({ stepMs, samples }));
