/**
 * The losses of a configuration that have a weight, each with its row of the registry: what everyone asks who wants to know
 * what a run's losses are and need.
 */
import type { ContrastiveLoss, MainLoss, PrototypeLoss } from './loss-row.js';
import type {
  AuxiliaryLossOptions,
  ContrastiveOptions,
  LossesOptions,
  MainLossOptions,
  PrototypeOptions,
} from './losses-schema.js';
import type { LossTables } from './registry.js';
import type { TemperatureOptions } from './temperature/temperature.js';

export interface ActiveMainLoss {
  readonly row: MainLoss;
  readonly options: MainLossOptions | AuxiliaryLossOptions;
  /** Of the options, where the loss has one. */
  readonly temperature?: TemperatureOptions;
}
export interface ActiveContrastiveLoss {
  readonly row: ContrastiveLoss;
  readonly options: ContrastiveOptions;
  readonly temperature?: TemperatureOptions;
}
export interface ActivePrototypeLoss {
  readonly row: PrototypeLoss;
  readonly options: PrototypeOptions;
}

/** Absent: a weight of 0. */
export interface ActiveLosses {
  readonly main?: ActiveMainLoss;
  readonly auxiliary?: ActiveMainLoss;
  readonly contrastive?: ActiveContrastiveLoss;
  readonly prototypes?: ActivePrototypeLoss;
}

/** @param tables the registry's (`LOSS_TABLES`) or others over it; they have the names that the options give */
export function activeLosses(losses: LossesOptions, tables: LossTables): ActiveLosses {
  const active = <Row, Options extends Named>(table: Readonly<Record<string, Row>>, options: Options) => {
    const { name, weight, temperature } = options;
    return weight > 0 ? { row: table[name], options, temperature } : undefined;
  };
  return {
    main: active(tables.main, losses.main),
    auxiliary: active(tables.main, losses.auxiliary),
    contrastive: active(tables.contrastive, losses.contrastive),
    prototypes: active(tables.prototypes, losses.prototypes),
  };
}

interface Named {
  readonly name: string;
  readonly weight: number;
  readonly temperature?: TemperatureOptions;
}
