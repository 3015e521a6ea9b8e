/**
 * Splits by name. Each turns the positive interactions into one part each; `auto` chooses among them.
 */
import { ConfigError } from '../../core/errors.js';
import type { SplitConfig, SplitName } from '../split-config.js';
import type { Assignment, Positives } from './assignment.js';
import { splitColdItem, splitColdUser } from './cold-split.js';
import { splitGiven } from './given-split.js';
import { splitGlobalTime } from './global-time-split.js';
import { splitLeaveOneOut } from './leave-one-out-split.js';
import { splitPerUserTime } from './per-user-time-split.js';
import { splitRandom } from './random-split.js';
import { splitStrongGeneralisation } from './strong-generalisation-split.js';
import { splitWarmColdItem } from './warm-cold-item-split.js';

/** `filePart`: PARTS by file, `[numInteractions]`; absent where the source was one log. */
type Splitter<Name extends SplitName> = (
  positives: Positives,
  options: Extract<SplitConfig, { name: Name }>,
  seed: number,
  filePart: Uint8Array | undefined,
) => Assignment;

export const SPLITS = {
  given: (positives, options, seed, filePart) => {
    if (filePart) return splitGiven(positives, filePart, options, seed);
    const message = 'data.split.name is given, but the source has no train and test (or valid) files';
    throw new ConfigError('CONFIG_SPLIT', message);
  },
  random: splitRandom,
  'leave-one-out': (positives, _options, seed) => splitLeaveOneOut(positives, seed),
  'per-user-time': splitPerUserTime,
  'global-time': splitGlobalTime,
  'cold-item': splitColdItem,
  'cold-user': splitColdUser,
  'warm-cold-item': splitWarmColdItem,
  'strong-generalisation': splitStrongGeneralisation,
} as const satisfies { [Name in Exclude<SplitName, 'auto'>]: Splitter<Name> };

/** The split that `auto` stands for, with the shares it was given; any other as it is. */
export function resolveSplit(
  split: SplitConfig,
  has: { parts: boolean; timestamps: boolean },
): Exclude<SplitConfig, { name: 'auto' }> {
  if (split.name !== 'auto') return split;
  const { validRatio, testRatio } = split;
  if (has.parts) return { name: 'given', validRatio };
  return { name: has.timestamps ? 'global-time' : 'random', validRatio, testRatio };
}

export function assignParts(
  positives: Positives,
  split: Exclude<SplitConfig, { name: 'auto' }>,
  seed: number,
  filePart: Uint8Array | undefined,
): Assignment {
  // the table's type pairs each name with its options; TypeScript cannot follow that through an index
  const splitter = SPLITS[split.name] as Splitter<typeof split.name>;
  return splitter(positives, split as never, seed, filePart);
}
