/**
 * Where the attributes of users and items lie: as configured, else beside the interactions by the usual names.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { FeatureSource } from '../data-config.js';
import type { FeatureSide } from './feature-context.js';

/**
 * Path of the table, or undefined where there is none.
 *
 * @param interactions names of the interaction files: `x.inter` and `x.train.inter` go with `x.item`
 * @throws DataError `DATA_MISSING_FILE` when a configured file does not exist, and when columns are configured of a table
 *   that can't be found
 */
export function findFeatures(
  source: FeatureSource,
  side: FeatureSide,
  folder: string,
  interactions: readonly string[],
): string | undefined {
  if (source === 'none') return undefined;
  if (source !== 'auto' && source.path !== undefined) {
    const path = join(folder, source.path);
    if (existsSync(path)) return path;
    const message = `no such file (data.${side}Features.path)`;
    throw new DataError('DATA_MISSING_FILE', message, { location: { file: path } });
  }
  const names = readdirSync(folder).sort();
  const stems = interactions.map((name) => basename(name).replace(/(\.[^.]+)?\.inter(\.gz)?$/i, ''));
  const atomic = names.find((name) =>
    stems.some((stem) => new RegExp(`^${escapeRegExp(stem)}\\.${side}(\\.gz)?$`).test(name)),
  );
  const plain = names.find((name) => new RegExp(`^${side}s?\\.(csv|tsv|jsonl|ndjson)(\\.gz)?$`, 'i').test(name));
  const found = atomic ?? plain;
  if (found !== undefined) return join(folder, found);
  const ofTable = source === 'auto' ? undefined : columnOfTable(source.columns);
  if (ofTable === undefined) return undefined;
  const message =
    `no ${side}s.csv, ${side}s.jsonl or the like beside the interactions, which should have the column "${ofTable}"; ` +
    `name the file with data.${side}Features.path`;
  throw new DataError('DATA_MISSING_FILE', message, { location: { file: folder } });
}

/** A configured column that has no file of its own. */
function columnOfTable(columns: Exclude<FeatureSource, string>['columns']): string | undefined {
  const hasFile = (choice: (typeof columns)[string]): boolean =>
    typeof choice === 'object' && choice.kind === 'vector' && choice.path !== undefined;
  return Object.keys(columns).find((name) => !hasFile(columns[name]));
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
