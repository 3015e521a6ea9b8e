/**
 * A source of interactions → filtered, split data with everything a manifest should say about where it came from.
 */
import { type Reporter, SILENT } from '../core/reporter.js';
import { type DataConfig, type DataConfigInput, parseDataConfig } from './data-config.js';
import { FeatureEntities } from './features/feature-entities.js';
import { finishLog } from './finish-log.js';
import type { InteractionCollector } from './interaction-collector.js';
import type { InteractionLog } from './interaction-log.js';
import type { InteractionSet } from './interaction-set.js';
import { FilesSource, type SourceDescription } from './sources/files.js';
import { findFiles } from './sources/find-files.js';
import { InMemorySource } from './sources/in-memory.js';
import type { InteractionSource } from './sources/interaction-source.js';
import { type DescribedSplit, splitLog } from './split-interactions.js';

export interface LoadedDataset extends DescribedSplit {
  readonly source: SourceDescription;
  /** With defaults filled in. */
  readonly config: DataConfig;
}

/**
 * @param source a file or a folder
 * @throws DataError with file and line when the data can't be used, ConfigError when the configuration does not fit
 */
export async function loadDataset(
  source: string,
  config: DataConfigInput = {},
  { reporter = SILENT }: { reporter?: Reporter } = {},
): Promise<LoadedDataset> {
  const resolved = parseDataConfig(config);
  const files = new FilesSource(findFiles(source), resolved, reporter);
  const split = await splitSource(files, resolved, reporter);
  return { ...split, source: files.findings().description, config: resolved };
}

/** Reads, filters and splits a source, and tells the reporter what a reader should know of it. */
export async function splitSource(
  source: InteractionSource,
  config: DataConfig,
  reporter: Reporter,
): Promise<DescribedSplit> {
  const collector = await source.collect();
  const { log, notes: ofFilters } = finishLog(collector, config, source.place);
  const users = new FeatureEntities(log.users);
  const items = itemsOf(log, collector, config);
  const userFeatures = await source.features('user', users);
  const itemFeatures = await source.features('item', items);
  const split = { ...splitLog(log, { userFeatures, itemFeatures }, config), items: items.vocabulary };
  const { warnings, notes: ofSource } = source.findings();
  const notes = [...ofSource, ...ofFilters, ...split.notes];
  for (const warning of warnings) reporter.warn(warning);
  for (const note of notes) reporter.info(note);
  return { ...split, notes: [...warnings, ...notes] };
}

/**
 * The same for interactions in memory, at once. Keys that only concern files have no effect.
 *
 * @throws ConfigError `CONFIG_SPLIT` for the split `given`
 */
export function splitInteractionSet(set: InteractionSet, config: DataConfigInput = {}): DescribedSplit {
  const resolved = parseDataConfig(config);
  const source = new InMemorySource(set, resolved);
  const collector = source.collect();
  const { log, notes } = finishLog(collector, resolved, source.place);
  const items = itemsOf(log, collector, resolved);
  const features = {
    userFeatures: source.features('user', new FeatureEntities(log.users)),
    itemFeatures: source.features('item', items),
  };
  const split = splitLog(log, features, resolved);
  return { ...split, items: items.vocabulary, notes: [...notes, ...split.notes] };
}

/**
 * Items that only their features name come after all others and after the split, which is the same with them and without.
 * Those that the log names are the filters' matter.
 */
function itemsOf(
  { items }: InteractionLog,
  collector: InteractionCollector,
  { coldItems, itemFeatures }: DataConfig,
): FeatureEntities {
  const keeps = coldItems === 'keep' || (coldItems === 'auto' && typeof itemFeatures === 'object');
  return new FeatureEntities(items, keeps ? collector.items.vocabulary : undefined);
}
