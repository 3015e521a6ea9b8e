/** What a training run tells when an epoch and when all is done: the records of `metrics.jsonl` and `report.json`. */

/** Metric name (`recall@20`, …) → value over the evaluated users. */
export type Metrics = Readonly<Record<string, number>>;

/** What the probed step of an epoch says of one negative source; see `objective/parts/negative-probe.ts`. */
export interface SourceReport {
  /** Part of all pairs of a query with a negative. */
  readonly share: number;
  /** Mean similarity (before the temperature) of its pairs. */
  readonly meanScore: number;
  /** Part of its pairs whose item the user has in train, before the guard takes them out. */
  readonly falseNegatives: number;
  /** ‖∂ main loss / ∂ rows of its items‖. */
  readonly gradientNorm: number;
}

/** One line of `metrics.jsonl`. */
export interface EpochRecord {
  readonly epoch: number;
  /** Steps made by the end of the epoch. */
  readonly step: number;
  readonly learningRate: number;
  /** Mean of each part over the epoch's batches, before weighting; `total` is weighted. */
  readonly losses: Readonly<Record<string, number>>;
  /** Mean over the epoch of the codes' worst relative deviation from equal prototype shares; see Sinkhorn's iterations. */
  readonly codeImbalance?: number;
  /** Means over the epoch, of the parts whose temperature is not a fixed number; the first is the main loss's. */
  readonly temperature?: number;
  readonly auxiliaryTemperature?: number;
  readonly contrastiveTemperature?: number;
  /** Learned weights of the encoder's layers at the epoch's end, `[numLayers + 1]`. */
  readonly layerWeights?: readonly number[];
  /** Of the epoch's first step, by negative source. */
  readonly negatives?: Readonly<Record<string, SourceReport>>;
  /** Median over the epoch; the only field that differs between two runs of the same seed. */
  readonly stepMs: number;
  readonly valid?: Metrics;
  /** Mean squared distance of positive pairs, and log mean Gaussian potential, on unit vectors (Wang & Isola 2020). */
  readonly alignment?: number;
  readonly uniformity?: { readonly users: number; readonly items: number };
  /** Prototypes that are nobody's nearest. */
  readonly deadPrototypes?: { readonly users?: number; readonly items?: number };
}

/** Figures of one task of a part: see `TASKS`. */
export interface TaskFigures {
  /** Items that were ranked. */
  readonly candidates: number;
  /** Users that were asked. */
  readonly users: number;
  readonly metrics: Metrics;
}

export interface TrainReport {
  /** Run folder as the caller gave it. */
  readonly run: string;
  readonly graph: string;
  readonly preset: string;
  readonly backend: string;
  readonly seed: number;
  /** Epochs begun. */
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly steps: number;
  /** Median over the steps of this process. */
  readonly stepMs: number;
  readonly peakRssMB: number;
  /** Why training ended. */
  readonly stopped: 'epochs' | 'max-steps' | 'early' | 'interrupted' | 'untrained';
  /** What speaks against the result, a sentence each: below a baseline and why, or that the best epoch is the last. Absent: nothing. */
  readonly warnings?: readonly string[];
  readonly valid: Metrics;
  readonly test: Metrics;
  /** By task, overall among them: where cold items or users have held-out pairs. */
  readonly tasks?: {
    readonly valid?: Readonly<Record<string, TaskFigures>>;
    readonly test?: Readonly<Record<string, TaskFigures>>;
  };
  /** 95 % bootstrap interval over users of the test metric. */
  readonly testIntervals: Readonly<Record<string, readonly [number, number]>>;
  /** Learned weights of the encoder's layers in the selected epoch, `[numLayers + 1]`. */
  readonly layerWeights?: readonly number[];
  /** What each negative source was like at the beginning of the last epoch. */
  readonly negatives?: Readonly<Record<string, SourceReport>>;
  readonly evaluatedUsers: { readonly valid: number; readonly test: number };
  /** Of what was selected, trained once more on train and validation; in a file of its own. Absent: not asked for. */
  readonly refit?: TrainReport;
  /** Users with held-out pairs, where only a random sample of them was evaluated (`evaluation.maxUsers`). */
  readonly usersSampledFrom?: { readonly valid?: number; readonly test?: number };
}
