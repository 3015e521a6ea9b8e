/**
 * What reading and filtering work on: interactions that remember which part of their source each row came from.
 */
import type { Interactions } from './interaction-set.js';
import type { Vocabulary } from './vocabulary.js';

/** Parts of a source that comes split already; one log is all `train`. */
export const PARTS = Object.freeze({ train: 0, valid: 1, test: 2 });
export type PartName = keyof typeof PARTS;

export interface InteractionLog extends Interactions {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  /** PARTS, `[numInteractions]`; absent where there was one log. */
  readonly part?: Uint8Array;
}
