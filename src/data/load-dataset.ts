/**
 * A source of interactions → filtered, split data with everything a manifest should say about where it came from.
 */
import { type Reporter, SILENT } from '../core/reporter.js';
import { type DataConfig, type DataConfigInput, parseDataConfig } from './data-config.js';
import { finishLog } from './finish-log.js';
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
  const { log, notes: ofFilters } = finishLog(await source.collect(), config, source.place);
  const userFeatures = await source.features('user', log.users);
  const itemFeatures = await source.features('item', log.items);
  const split = splitLog(log, { userFeatures, itemFeatures }, config);
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
  const { log, notes } = finishLog(source.collect(), resolved, source.place);
  const features = {
    userFeatures: source.features('user', log.users),
    itemFeatures: source.features('item', log.items),
  };
  const split = splitLog(log, features, resolved);
  return { ...split, notes: [...notes, ...split.notes] };
}
