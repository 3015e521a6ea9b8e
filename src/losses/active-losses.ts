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
import { type LossTables, lossNamed } from './registry.js';
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

/** @param tables where rows are looked up; default: the registry */
export function activeLosses(losses: LossesOptions, tables?: LossTables): ActiveLosses {
  const active = <Section extends keyof LossTables, Options extends Named>(section: Section, options: Options) => {
    const { name, weight, temperature } = options;
    return weight > 0 ? { row: lossNamed(section, name, tables), options, temperature } : undefined;
  };
  return {
    main: active('main', losses.main),
    auxiliary: active('main', losses.auxiliary),
    contrastive: active('contrastive', losses.contrastive),
    prototypes: active('prototypes', losses.prototypes),
  };
}

interface Named {
  readonly name: string;
  readonly weight: number;
  readonly temperature?: TemperatureOptions;
}
