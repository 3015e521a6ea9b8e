/** Every rule about keys that contradict each other, in the order in which they are looked at. */
import { isTrained } from '../active-parts.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';
import { attributeConflict } from './attributes.js';
import { coldStartConflict } from './cold-start.js';
import { crossLayerConflict } from './cross-layer.js';
import { monitorConflict } from './monitor.js';
import { negativesConflict } from './negatives.js';
import { nothingToTrain } from './nothing-to-train.js';
import { propagationConflict } from './propagation.js';
import { selfPairingConflict } from './self-pairing.js';
import { adaptiveTemperatureConflict } from './temperature.js';
import { twoViewsConflict } from './two-views.js';

/** @returns a sentence that names the keys and what to do, or undefined where all is well */
type ConflictRule = (config: RunConfig, registries: Registries) => string | undefined;

/** Rules about training; what is not trained has no use for the keys that they compare. */
const RULES: readonly ConflictRule[] = Object.freeze([
  monitorConflict,
  nothingToTrain,
  adaptiveTemperatureConflict,
  negativesConflict,
  attributeConflict,
  propagationConflict,
  crossLayerConflict,
  selfPairingConflict,
  twoViewsConflict,
  coldStartConflict,
]);

/** The first conflict of a configuration, undefined where there is none. */
export function conflictIn(config: RunConfig, registries: Registries): string | undefined {
  if (!isTrained(config)) return undefined;
  for (const rule of RULES) {
    const conflict = rule(config, registries);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}
