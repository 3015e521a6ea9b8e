/**
 * Attributes of users or items from a file: RecBole atomic (`.user`, `.item`), CSV or JSON lines. Only rows of ids that
 * the interactions know are kept; the others are counted.
 */

import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue, recordOf } from '../../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../feature-table.js';
import { detectFormat } from '../readers/detect-format.js';
import type { SourceFile } from '../readers/text/source-file.js';
import { REPLACEMENT } from '../readers/text/utf8-check.js';
import type { Vocabulary } from '../vocabulary.js';
import { inferKind } from './column-kind.js';
import { readCsvFeatures } from './csv-features.js';
import { encodeColumn } from './encode-column.js';
import { type FeatureContext, type FeatureReader, type FeatureSide, featureOptions } from './feature-context.js';
import { readJsonlFeatures } from './jsonl-features.js';
import type { RawFeatures } from './raw-features.js';
import { readRecboleFeatures } from './recbole-features.js';

const RECBOLE_SEPARATOR = ' ';

/**
 * @param ids vocabulary of the side: row r of the table is ids.idOf(r)
 * @throws DataError with file and line, ConfigError `CONFIG_FEATURES` when a configured column does not exist
 */
export async function readFeatures(
  file: SourceFile,
  side: FeatureSide,
  ids: Vocabulary,
  context: FeatureContext,
): Promise<FeatureTable> {
  const isRecbole = /\.(user|item)(\.gz)?$/i.test(file.name) || detectFormat(file) === 'recbole';
  const raw = await readerOf(file, isRecbole)(file, side, ids, context);
  if (raw.numUnknown > 0) {
    context.notes.push(`${file.name}: ${raw.numUnknown} ${side}s without any interaction were left out`);
  }
  if (raw.numRespelt > 0) {
    context.notes.push(
      `${file.name}: ${raw.numRespelt} of these are known in another Unicode form; bring both files to one form (NFC)`,
    );
  }
  if (raw.numHeaders > 0) {
    context.notes.push(`${file.name}: ${raw.numHeaders} rows are the header once more, and were left out`);
  }
  if (raw.numKnown < ids.size) {
    context.notes.push(`${file.name}: ${ids.size - raw.numKnown} of ${ids.size} ${side}s have no row`);
  }
  if (!file.isUtf8 && raw.garbledId !== undefined) {
    context.notes.push(garbled(file, `some ids match no ${side}`, raw.garbledId));
  }
  const separator = isRecbole ? RECBOLE_SEPARATOR : context.config.featureSeparator;
  return { numRows: ids.size, columns: encodeColumns(raw, file, side, separator, context) };
}

function readerOf(file: SourceFile, isRecbole: boolean): FeatureReader {
  if (isRecbole) return readRecboleFeatures;
  return detectFormat(file) === 'jsonl' ? readJsonlFeatures : readCsvFeatures;
}

/** Said, not refused: what the interactions know is whole, and titles in another encoding are common. */
function garbled({ name }: SourceFile, consequence: string, example: string): string {
  const text = JSON.stringify(example.slice(0, 60));
  return `${name} is not UTF-8: ${consequence} (such as ${text}); save it as UTF-8 (iconv -f ISO-8859-1 -t UTF-8, where it is Latin-1)`;
}

function encodeColumns(
  raw: RawFeatures,
  file: SourceFile,
  side: FeatureSide,
  separator: string,
  { config, notes }: FeatureContext,
): Record<string, FeatureColumn> {
  const kinds = featureOptions(config, side).columns;
  const names = raw.columns.map(({ name }) => name);
  for (const name of Object.keys(kinds)) {
    if (names.includes(name)) continue;
    const message = `data.${side}Features.columns names "${name}"${didYouMean(name, names)}, but ${file.name} has ${names.join(', ')}`;
    throw new ConfigError('CONFIG_FEATURES', message);
  }
  const columns = recordOf<FeatureColumn>([]);
  for (const column of raw.columns) {
    const kind = ownValue(kinds, column.name) ?? inferKind(column, separator);
    if (kind === 'ignore') continue;
    const bad: string[] = [];
    const encoded = encodeColumn(column.texts, kind, separator, (text) => bad.push(text));
    columns[column.name] = encoded;
    const broken = 'values' in encoded ? encoded.values.find((value) => value.includes(REPLACEMENT)) : undefined;
    if (!file.isUtf8 && broken !== undefined) {
      notes.push(garbled(file, `values of "${column.name}" that differ in such bytes only become one`, broken));
    }
    if (bad.length > 0) {
      notes.push(
        `${file.name}: ${bad.length} cells of "${column.name}" are no numbers (such as ${JSON.stringify(bad[0])}) and count as missing`,
      );
    }
  }
  return columns;
}
