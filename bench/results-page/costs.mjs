/** What things cost: time and memory, each table of one run on one machine. */
import { backends } from './backend-times.mjs';
import { centroids } from './centroids.mjs';
import { ann, leak, micro } from './machine-use.mjs';
import { evaluate, load, scale } from './part-times.mjs';
import { service } from './service.mjs';
import { step, stepBefore, wasm } from './step-times.mjs';

const INTRODUCTION = `Times are medians. They are compared within one table only: machines differ, and so does what else they did. No figure here is
of a choice between models, so nothing is selected.`;

export function costs() {
  const steps = [step(), stepBefore(), wasm()];
  const parts = [evaluate(), load(), scale()];
  const all = [...steps, ...parts, ...backends(), ann(), centroids(), service(), micro(), leak()];
  return ['## Costs', INTRODUCTION, ...all.filter(Boolean)].join('\n\n');
}
