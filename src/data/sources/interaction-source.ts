/**
 * Where interactions come from. A source puts its rows as columns into a collector, which filters them one by one, and has
 * attributes of users and items beside them. Files are one (`files.ts`), interactions in memory another (`in-memory.ts`);
 * `open-source.ts` says which it is.
 */
import type { FeatureTable } from '../feature-table.js';
import type { FeatureSide } from '../features/feature-context.js';
import type { FeatureEntities } from '../features/feature-entities.js';
import type { InteractionCollector } from '../interaction-collector.js';

/**
 * The order of the calls: `collect`, then `features` of users and of items, then `findings`. What can be seen without
 * reading the rows is refused by whoever makes the source.
 */
export interface InteractionSource {
  /** What the manifest of a graph calls this kind of source: `files`, `interactions`. */
  readonly kind: string;
  /** Name of a graph that is made of it, where nobody gives another. */
  readonly name: string;
  /** What messages about the whole of it point to: a path, `interactions`. */
  readonly place: string;
  /**
   * All its rows, read once. A source that comes split already begins a part for train, valid and test each; every other
   * one puts all its rows into train.
   *
   * @throws DataError with the place of a row that can't be used
   */
  collect(): InteractionCollector | Promise<InteractionCollector>;
  /**
   * Attributes of the users or items that the filters left, and of those that only the attributes name, where such are kept.
   *
   * @param entities row r of the table is that of entity r; those that are found are added
   * @returns undefined where the source has none
   */
  features(side: FeatureSide, entities: FeatureEntities): FeatureTable | undefined | Promise<FeatureTable | undefined>;
  findings(): SourceFindings;
}

/** What reading a source showed. */
export interface SourceFindings {
  /** What was read, for the manifest, beside its kind. No place: a manifest is the same wherever the data lie. JSON-able. */
  readonly description: object;
  /** Sentences about rows that could not be used. */
  readonly warnings: readonly string[];
  /** Other sentences that a reader should know. */
  readonly notes: readonly string[];
}
