/** Interactions in memory as a source. Their vocabularies are kept as they are unless a filter drops rows. */
import type { DataConfig } from '../data-config.js';
import type { FeatureTable } from '../feature-table.js';
import { chosenColumns } from '../features/chosen-columns.js';
import { type FeatureSide, featureOptions } from '../features/feature-context.js';
import type { FeatureEntities } from '../features/feature-entities.js';
import { selectFeatureRows } from '../features/select-feature-rows.js';
import { InteractionCollector } from '../interaction-collector.js';
import { PARTS } from '../interaction-log.js';
import type { InteractionSet } from '../interaction-set.js';
import type { InteractionSource, SourceFindings } from './interaction-source.js';

/** Rows handed to the collector at a time: it looks their pairs up together. */
const ROWS = 1024;

export class InMemorySource implements InteractionSource {
  readonly kind = 'interactions';
  readonly name = 'graph';
  readonly place = 'interactions';

  constructor(
    private readonly set: InteractionSet,
    private readonly config: DataConfig,
  ) {}

  collect(): InteractionCollector {
    const { userIndex, itemIndex, timestamp, weight, event } = this.set;
    const collector = new InteractionCollector(this.config, this.set);
    collector.beginPart(PARTS.train, { timestamp: timestamp !== undefined, weight: weight !== undefined }, this.place);
    for (let start = 0; start < userIndex.length; start += ROWS) {
      const end = Math.min(start + ROWS, userIndex.length);
      collector.addAll({
        count: end - start,
        userIndex: userIndex.subarray(start, end),
        itemIndex: itemIndex.subarray(start, end),
        timestamp: timestamp?.subarray(start, end),
        weight: weight?.subarray(start, end),
        event: event?.subarray(start, end),
      });
    }
    return collector;
  }

  /** Entities of the table that no interaction names stay where nothing is filtered, and are added where they are kept. */
  features(side: FeatureSide, entities: FeatureEntities): FeatureTable | undefined {
    const { users, items, userFeatures, itemFeatures, userIndex, itemIndex } = this.set;
    const [own, given, index] = side === 'user' ? [users, userFeatures, userIndex] : [items, itemFeatures, itemIndex];
    if (given === undefined) return undefined;
    const table = chosenColumns(given, side, featureOptions(this.config, side).columns);
    if (entities.vocabulary === own) return table;
    if (entities.keepsOthers) {
      const isNamed = new Uint8Array(own.size);
      for (const entity of index) isNamed[entity] = 1;
      for (const [entity, id] of own.ids.entries()) if (isNamed[entity] === 0) entities.add(id);
    }
    return selectFeatureRows(
      table,
      entities.vocabulary.ids.map((id) => own.indexOf(id)!),
    );
  }

  findings(): SourceFindings {
    return { description: {}, warnings: [], notes: [] };
  }
}
