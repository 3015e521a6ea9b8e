/** Interactions in memory as a source. Their vocabularies are kept as they are unless a filter drops rows. */
import type { DataConfig } from '../data-config.js';
import type { FeatureTable } from '../feature-table.js';
import type { FeatureSide } from '../features/feature-context.js';
import { selectFeatureRows } from '../features/select-feature-rows.js';
import { InteractionCollector } from '../interaction-collector.js';
import { PARTS } from '../interaction-log.js';
import type { InteractionSet } from '../interaction-set.js';
import type { Vocabulary } from '../vocabulary.js';
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

  features(side: FeatureSide, ids: Vocabulary): FeatureTable | undefined {
    const { users, items, userFeatures, itemFeatures } = this.set;
    const [own, table] = side === 'user' ? [users, userFeatures] : [items, itemFeatures];
    if (table === undefined || ids === own) return table;
    return selectFeatureRows(
      table,
      ids.ids.map((id) => own.indexOf(id)!),
    );
  }

  findings(): SourceFindings {
    return { description: {}, warnings: [], notes: [] };
  }
}
