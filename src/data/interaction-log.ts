/**
 * What reading and filtering work on: an InteractionSet that remembers which given file each row came from.
 */
import type { InteractionSet } from './interaction-set.js';

/** Which given file a row came from; a log in one file is all `train`. */
export const PARTS = Object.freeze({ train: 0, valid: 1, test: 2 });
export type PartName = keyof typeof PARTS;

export interface InteractionLog extends InteractionSet {
  /** PARTS, `[numInteractions]`; absent where there was one log. */
  readonly part?: Uint8Array;
}
