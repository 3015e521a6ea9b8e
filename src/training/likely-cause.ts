/**
 * Which key of a configuration most likely keeps a model below its baselines. Rules, in the order of how surely they ruin a
 * model; each looks at the configuration and the shape of the data alone.
 */
import type { RunConfig } from '../config/run-config.js';
import type { BipartiteCsr } from '../graph/bipartite-csr.js';

const BOUNDS = Object.freeze({
  /** Of Adam; above it validation jumps about, or nothing is learned. */
  learningRate: 0.05,
  /** Adam moves a number by the learning rate a step: below this product of both, rows are still near where they began. */
  way: 0.1,
  l2Weight: 0.01,
  weightDecay: 0.001,
  /** Share of all user-item pairs that are edges, from which on data count as dense: MovieLens has 4 to 6 %, gowalla 0.07 %. */
  density: 0.01,
  /** Of the main loss under cosine. */
  temperature: { leastDense: 0.15, least: 0.05, most: 1.5 },
  /** Of a contrastive or prototype part beside a main loss of weight 1. */
  partWeight: 1,
});

interface Circumstances {
  readonly config: RunConfig;
  readonly train: BipartiteCsr;
  /** Made so far. */
  readonly steps: number;
}

type Rule = (circumstances: Circumstances) => string | undefined;

/** A sentence that names the key, what it is and what to try. */
export function likelyCause(circumstances: Circumstances): string {
  const found = RULES.map((rule) => rule(circumstances)).find((cause) => cause !== undefined);
  return (
    found ??
    'no key stands out; try training.learningRate, then losses.main.temperature, and compare with the preset two-tower'
  );
}

/** The first that applies is told. */
const RULES: readonly Rule[] = [
  function similarity({ config: { losses }, train }) {
    const main = softmaxOf(losses);
    if (main?.similarity !== 'inner-product' || !isDense(train)) return undefined;
    return (
      `losses.main.similarity is inner-product under a softmax${atTemperature(main)}, which suits large sparse logs; this one ` +
      'is dense: try cosine with losses.main.temperature=0.25 (and the default losses.l2.weight)'
    );
  },
  function l2({ config: { losses } }) {
    const { weight } = losses.l2;
    if (weight < BOUNDS.l2Weight) return undefined;
    return `losses.l2.weight is ${weight}, which holds the embeddings near 0; try 0.0001`;
  },
  function weightDecay({ config: { training } }) {
    if (training.weightDecay < BOUNDS.weightDecay) return undefined;
    return `training.weightDecay is ${training.weightDecay}, which shrinks every row at every step; try 0`;
  },
  function tooFast({ config: { training } }) {
    if (training.learningRate <= BOUNDS.learningRate) return undefined;
    return `training.learningRate is ${training.learningRate}: too large for Adam; try 0.005`;
  },
  function temperature({ config: { losses }, train }) {
    const main = softmaxOf(losses);
    const value = main?.temperature;
    if (main?.similarity !== 'cosine' || typeof value !== 'number') return undefined;
    const { least, leastDense, most } = BOUNDS.temperature;
    const bound = isDense(train) ? leastDense : least;
    if (value >= bound && value <= most) return undefined;
    const wanted = isDense(train) ? '0.2 to 0.5 on dense data like these' : '0.1 to 0.2 on sparse data like these';
    return `losses.main.temperature is ${value}; try ${wanted}`;
  },
  function logQ({ config: { losses } }) {
    const main = softmaxOf(losses);
    if (main?.similarity !== 'cosine' || main.logQ !== 'none') return undefined;
    return 'losses.main.logQ is none, so that popular items are pushed down; try frequency';
  },
  function tooSlow({ config, steps }) {
    if (!hardlyMoved(config, steps)) return undefined;
    return (
      `training.learningRate is ${config.training.learningRate}: in ${steps} steps the embeddings have hardly left where they began; ` +
      'go on, or try 0.005 to 0.01'
    );
  },
  function parts({ config: { losses } }) {
    const heavy = (['contrastive', 'prototypes'] as const).find((part) => losses[part].weight >= BOUNDS.partWeight);
    if (heavy === undefined) return undefined;
    return `losses.${heavy}.weight is ${losses[heavy].weight}, as heavy as what is ranked; try 0.1`;
  },
];

/** Whether the rows can't be far yet from where they began. */
export function hardlyMoved({ training }: RunConfig, steps: number): boolean {
  return steps * training.learningRate < BOUNDS.way;
}

interface Softmax {
  readonly similarity: string;
  readonly temperature: unknown;
  readonly logQ: unknown;
}

/** The main loss where it is a softmax, whatever its kind. */
function softmaxOf({ main }: RunConfig['losses']): Softmax | undefined {
  return main.weight > 0 && 'logQ' in main ? main : undefined;
}

const atTemperature = ({ temperature }: Softmax): string =>
  typeof temperature === 'number' ? ` with temperature ${temperature}` : '';

function isDense({ numEdges, numUsers, numItems }: BipartiteCsr): boolean {
  return numEdges > BOUNDS.density * numUsers * numItems;
}
