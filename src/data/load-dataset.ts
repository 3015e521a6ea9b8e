/**
 * Files or a set in memory → filtered, split data with everything a manifest should say about where it came from.
 */
import { basename } from 'node:path';
import { type Reporter, SILENT } from '../core/reporter.js';
import { type DataConfig, type DataConfigInput, type FormatName, parseDataConfig } from './data-config.js';
import type { FeatureTable } from './feature-table.js';
import type { FeatureSide } from './features/feature-context.js';
import { findFeatures } from './features/find-features.js';
import { readFeatures } from './features/read-features.js';
import { InteractionCollector } from './interaction-collector.js';
import { PARTS } from './interaction-log.js';
import type { InteractionSet } from './interaction-set.js';
import { finishLog, prepareSet } from './prepare-log.js';
import { detectFormat } from './readers/detect-format.js';
import { refuseGarbledIds } from './readers/garbled-ids.js';
import { readContext } from './readers/read-context.js';
import { READERS } from './readers/registry.js';
import { SourceFile } from './readers/source-file.js';
import { resolveSource } from './resolve-source.js';
import { type DescribedSplit, splitLog } from './split-interactions.js';
import type { Vocabulary } from './vocabulary.js';

/** One file that was read. No folder: a manifest is the same wherever the data lie. */
export interface SourceFileRecord {
  readonly name: string;
  readonly role: 'interactions' | 'train' | 'valid' | 'test' | 'userFeatures' | 'itemFeatures';
  readonly bytes: number;
  /** Of the file as it lies on disk, lower-case hex. */
  readonly sha256: string;
}

export interface SourceDescription {
  readonly name: string;
  readonly format: FormatName;
  readonly files: readonly SourceFileRecord[];
}

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
  const resolvedConfig = parseDataConfig(config);
  const { name, folder, files } = resolveSource(source);
  const collector = new InteractionCollector(resolvedConfig);
  const context = readContext(resolvedConfig, collector, reporter);
  const records: SourceFileRecord[] = [];
  let format: FormatName | undefined;
  for (const { part, path } of files) {
    const file = new SourceFile(path);
    const fileFormat = resolvedConfig.format === 'auto' ? detectFormat(file) : resolvedConfig.format;
    format ??= fileFormat;
    await READERS[fileFormat](file, PARTS[part], context);
    await refuseGarbledIds(file, collector.users.vocabulary, collector.items.vocabulary);
    const role = files.length === 1 ? 'interactions' : part;
    records.push({ name: file.name, role, bytes: file.bytes, sha256: file.sha256 });
  }
  const { log, notes } = finishLog(collector, resolvedConfig, source);
  const interactionFiles = files.map(({ path }) => path);
  const features = async (side: FeatureSide, ids: Vocabulary): Promise<FeatureTable | undefined> => {
    const wanted = side === 'user' ? resolvedConfig.userFeatures : resolvedConfig.itemFeatures;
    const path = findFeatures(wanted, side, folder, interactionFiles);
    if (path === undefined) return undefined;
    const file = new SourceFile(path);
    const table = await readFeatures(file, side, ids, context);
    records.push({ name: file.name, role: `${side}Features`, bytes: file.bytes, sha256: file.sha256 });
    return table;
  };
  const userFeatures = await features('user', log.users);
  const itemFeatures = await features('item', log.items);
  const split = splitLog({ ...log, userFeatures, itemFeatures }, resolvedConfig);
  const badRows = context.badRows.notes();
  const otherNotes = [...context.notes, ...context.events.notes(), ...notes, ...split.notes];
  for (const note of badRows) reporter.warn(note);
  for (const note of otherNotes) reporter.info(note);
  return {
    ...split,
    notes: [...badRows, ...otherNotes],
    source: { name: basename(name), format: format!, files: records },
    config: resolvedConfig,
  };
}

/**
 * The same filters and splits for interactions in memory. Keys that only concern files have no effect.
 *
 * @throws ConfigError `CONFIG_SPLIT` for the split `given`
 */
export function splitInteractionSet(set: InteractionSet, config: DataConfigInput = {}): DescribedSplit {
  const resolvedConfig = parseDataConfig(config);
  const { log, notes } = prepareSet(set, resolvedConfig);
  const split = splitLog(log, resolvedConfig);
  return { ...split, notes: [...notes, ...split.notes] };
}
