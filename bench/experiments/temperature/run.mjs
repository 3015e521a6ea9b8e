/** Temperatures of the softmax, and how much of the gradient the hardest negatives have; see README.md. Needs `npm run build`. */
import { onPlanted, runStudy } from '../study/run-study.mjs';
import { gradientShares, PARTS } from './gradient-share.mjs';

const TEMPERATURES = [0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1];
const REFERENCE = 0.25;
const at = (temperature) => ({ losses: { main: { temperature } } });
const hard = (data) => ({
  negatives: { sources: [{ name: 'in-batch' }, { name: 'rank-window', ...data.window, ratio: 0.01 }] },
});
const ON_BOTH = [0.05, 0.1, 0.25, 0.5];
const named = (temperature) => {
  const variant = { name: `τ ${temperature}`, group: 'fixed', config: at(temperature) };
  return ON_BOTH.includes(temperature) ? variant : onPlanted(variant);
};
const withHard = (temperature) => ({
  name: `τ ${temperature}, 1 % rank window`,
  group: 'with hard negatives',
  only: ['planted'],
  config: (data) => ({ ...at(temperature), ...hard(data) }),
});
const moving = (name, options) => ({
  name: `τ ${name}`,
  group: 'not fixed',
  only: ['planted'],
  config: at({ name, ...options }),
});

/** A fixed temperature's own figures, and those of all temperatures on the reference's model. */
function probe(run) {
  const { temperature } = run.config.losses.main;
  if (typeof temperature !== 'number') return {};
  const { batchSize } = run.config.training;
  return { temperature, ...gradientShares(run, batchSize, temperature === REFERENCE ? TEMPERATURES : [temperature]) };
}
const share = (part, of) => (cell, baseline) => {
  const { temperature } = cell.test;
  return temperature === undefined ? undefined : (of === 'own' ? cell : baseline).test[`${part} at ${temperature}`];
};
const column = (title, of) => ({ title, of, digits: 2, spread: false });

await runStudy(import.meta.url, {
  name: 'temperature',
  preset: 'lightgcn',
  config: { encoder: { numLayers: 2 } },
  data: ['planted', 'ml-100k'],
  seeds: [1, 2, 3],
  baseline: `τ ${REFERENCE}`,
  probe,
  columns: [
    ...PARTS.map((part) => column(`hardest ${100 * part} %`, share(`hardest ${100 * part} %`, 'own'))),
    ...PARTS.map((part) => column(`hardest ${100 * part} %, same model`, share(`hardest ${100 * part} %`, 'same'))),
    column('p(positive)', share('positive', 'own')),
  ],
  variants: [
    ...TEMPERATURES.map(named),
    withHard(0.5),
    withHard(0.1),
    moving('scheduled', { from: 0.5, to: 0.1, steps: 300 }),
    moving('learned', { initial: 0.25, min: 0.05, max: 1 }),
    moving('adaptive', { min: 0.1, max: 0.5 }),
  ],
});
