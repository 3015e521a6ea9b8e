/** Every encoder's definition in dense products, for the contract suite: layers, and how they add up. */
import { type EncoderOptions, encoderSchema } from '../src/encoders/index.js';

export const CASE_SIZE = Object.freeze({ numUsers: 6, numItems: 8, dim: 4 });
const { numUsers, dim } = CASE_SIZE;

/** The layers of a definition in dense products: layer 0 and the hop that makes the next. */
type Definition = (table: Float32Array, hop: (layer: number[]) => number[]) => number[][];
export interface EncoderCase {
  readonly label: string;
  readonly options: EncoderOptions;
  readonly layers: Definition;
  /** Of the layers in the final embedding; of learned ones, softmax of `LOGITS`. */
  readonly weights: readonly number[];
}

/** Of learned layer weights. */
export const LOGITS = [0.3, -0.7, 0.9];
const softmax = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  return logits.map((x) => Math.exp(x) / total);
};
const chain: Definition = (table, hop) => [[...table], hop([...table]), hop(hop([...table]))];
/** [R̃ E; E] and its hops, R̃ E taken from the definition: user rows of Â [0; E]. */
const history: Definition = (items, hop) => {
  const zeros = new Array<number>(numUsers * dim).fill(0);
  const first = [...hop([...zeros, ...items]).slice(0, numUsers * dim), ...items];
  return [first, hop(first), hop(hop(first))];
};
const add = (a: readonly number[], b: readonly number[], share = 1): number[] => a.map((x, i) => x + share * b[i]);
const tanh = (x: readonly number[]): number[] => x.map(Math.tanh);
/** Two layers over the first one, by a rule of what is heard, the layer before and the first. */
const layered =
  (
    rule: (heard: number[], previous: number[], first: number[]) => number[],
    start: Definition = (x) => [[...x]],
  ): Definition =>
  (table, hop) => {
    const [first] = start(table, hop);
    const second = rule(hop(first), first, first);
    return [first, second, rule(hop(second), second, first)];
  };
const refined = (heard: number[], _: number[], first: number[]): number[] =>
  heard.map((value, i) => {
    const row = (x: number[]): number[] => x.slice(Math.floor(i / dim) * dim, (Math.floor(i / dim) + 1) * dim);
    const dot = row(heard).reduce((sum, x, d) => sum + x * row(first)[d], 0);
    const norms = Math.hypot(...row(heard)) * Math.hypot(...row(first));
    return norms === 0 ? 0 : (value * dot) / norms;
  });
/** EGCF: tanh around the users' sum too. */
const egcfStart: Definition = (items, hop) => {
  const heard = history(items, hop)[0].slice(0, numUsers * dim);
  return [[...tanh(heard), ...items]];
};
const made = (label: string, options: object, layers: Definition, weights: readonly number[]): EncoderCase => {
  return { label, options: encoderSchema.parse({ embeddingDim: dim, ...options }), layers, weights };
};
const two = { numLayers: 2 };
export const ENCODER_CASES: readonly EncoderCase[] = [
  made('table', { name: 'table' }, (table) => [[...table]], [1]),
  made('lightgcn, mean', { name: 'lightgcn', ...two }, chain, [1 / 3, 1 / 3, 1 / 3]),
  made('lightgcn, last', { name: 'lightgcn', ...two, layerCombination: 'last' }, chain, [0, 0, 1]),
  made('lightgcn, learned', { name: 'lightgcn', ...two, layerCombination: 'learned' }, chain, softmax(LOGITS)),
  made('history, mean', { name: 'history', ...two }, history, [1 / 3, 1 / 3, 1 / 3]),
  made('history, a list', { name: 'history', ...two, layerCombination: [0.5, 0, 2] }, history, [0.5, 0, 2]),
  made('history, learned', { name: 'history', ...two, layerCombination: 'learned' }, history, softmax(LOGITS)),
  made(
    'lightgcn, previous',
    { name: 'lightgcn', ...two, residual: 'previous' },
    layered((heard, before) => add(heard, before)),
    [1 / 3, 1 / 3, 1 / 3],
  ),
  made(
    'lightgcn, first',
    { name: 'lightgcn', ...two, layerCombination: 'last', residual: { name: 'first', share: 0.3 } },
    layered((heard, _, first) =>
      add(
        heard.map((x) => 0.7 * x),
        first,
        0.3,
      ),
    ),
    [0, 0, 1],
  ),
  made(
    'lightgcn, refined (LayerGCN)',
    { name: 'lightgcn', ...two, layerCombination: [0, 1, 1], residual: 'refined' },
    layered(refined),
    [0, 1, 1],
  ),
  made(
    'lightgcn, tanh, previous, learned',
    { name: 'lightgcn', ...two, layerCombination: 'learned', activation: 'tanh', residual: 'previous' },
    layered((heard, before) => add(tanh(heard), before)),
    softmax(LOGITS),
  ),
  made(
    'history, tanh (EGCF)',
    { name: 'history', ...two, layerCombination: [0, 1, 1], activation: 'tanh' },
    layered((heard) => tanh(heard), egcfStart),
    [0, 1, 1],
  ),
  made(
    'history, tanh, first',
    { name: 'history', ...two, activation: 'tanh', residual: { name: 'first', share: 0.2 } },
    layered(
      (heard, _, first) =>
        add(
          tanh(heard).map((x) => 0.8 * x),
          first,
          0.2,
        ),
      egcfStart,
    ),
    [1 / 3, 1 / 3, 1 / 3],
  ),
  made(
    'history, previous',
    { name: 'history', ...two, residual: 'previous' },
    layered((heard, before) => add(heard, before), history),
    [1 / 3, 1 / 3, 1 / 3],
  ),
  made('history, no layers', { name: 'history', numLayers: 0 }, (items, hop) => [history(items, hop)[0]], [1]),
];
