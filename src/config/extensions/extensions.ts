/**
 * What a caller brings to the registries from outside: rows of its own, by name. They stand beside the built-in ones for the
 * call that they are given to and for no other; nothing global changes.
 */
import type { RowsKind } from '../../encoders/index.js';
import type { OwnMetrics } from '../../evaluation/index.js';
import type { ContrastiveLoss, MainLoss, PrototypeLoss } from '../../losses/index.js';
import type { NegativeSourceRow } from '../../negatives/index.js';
import type { View } from '../../views/index.js';

/** Each name is the literal `name` of its row's schema, and in a configuration stands where built-in names of that kind do. */
export interface Extensions {
  /** By their role (`mainLoss`, `contrastiveLoss`, `prototypeLoss`) for `losses.main`, `.contrastive` or `.prototypes`. */
  readonly losses?: Readonly<Record<string, MainLoss | ContrastiveLoss | PrototypeLoss>>;
  /** For `views.first` and `views.second`. */
  readonly views?: Readonly<Record<string, View>>;
  /** For `encoder.rows`. */
  readonly rows?: Readonly<Record<string, RowsKind>>;
  /** For the list `negatives.sources`. */
  readonly negativeSources?: Readonly<Record<string, NegativeSourceRow>>;
  /** Computed wherever a run is evaluated; those of lists, of which more is better, may be `training.monitor`. */
  readonly metrics?: OwnMetrics;
}

/** The kinds of extensions, by the key under which they are given. */
export type ExtensionKind = keyof Extensions;
