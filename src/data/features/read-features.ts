/**
 * Attributes of users or items: a table (RecBole atomic `.user` and `.item`, CSV or JSON lines) and files of vectors beside
 * it. Rows of ids that are no entities are counted and left out.
 */

import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { ownValue, recordOf } from '../../core/outside/own-keys.js';
import type { FeatureColumn, FeatureTable } from '../feature-table.js';
import type { FieldOptionsOf } from '../fields/field-options.js';
import { detectFormat } from '../readers/detect-format.js';
import type { SourceFile } from '../readers/text/source-file.js';
import { REPLACEMENT } from '../readers/text/utf8-check.js';
import { readCsvFeatures } from './csv-features.js';
import { type FeatureContext, type FeatureReader, type FeatureSide, featureOptions } from './feature-context.js';
import type { FeatureEntities } from './feature-entities.js';
import { readJsonlFeatures } from './jsonl-features.js';
import type { RawFeatures } from './raw-features.js';
import { RECBOLE_SEPARATOR, readRecboleFeatures } from './recbole-features.js';
import { typedColumn } from './typed-column.js';
import { readVectors } from './vectors/read-vectors.js';

/** Where the features of a side lie. */
interface FeaturePlaces {
  /** Undefined where there is none. */
  readonly table: SourceFile | undefined;
  /** Of the interactions: what paths of vectors are relative to. */
  readonly folder: string;
}

interface ReadTable {
  readonly table: FeatureTable;
  /** Files of vectors. */
  readonly vectorPaths: readonly string[];
}

/**
 * @param entities row r of the table is that of entity r; grows where entities are kept that only the files name
 * @throws DataError with file and line, ConfigError `CONFIG_FEATURES` when a configured column does not exist
 */
export async function readFeatures(
  places: FeaturePlaces,
  side: FeatureSide,
  entities: FeatureEntities,
  context: FeatureContext,
): Promise<ReadTable> {
  const { table: file, folder } = places;
  const reader = file && featureReaderOf(file);
  const raw = file && (await reader!.read(file, side, entities, context));
  if (file && raw) context.notes.push(...notesOf(raw, file, side, entities));
  const vectors = fileVectors(side, context);
  const read: { readonly name: string; readonly vectors: Awaited<ReturnType<typeof readVectors>> }[] = [];
  for (const { name, options } of vectors) {
    read.push({ name, vectors: await readVectors({ side, name, options, folder }, entities, context) });
  }
  if (entities.numAdded > 0) {
    const what = `${entities.numAdded} ${side}s without any interaction`;
    context.notes.push(`${what} are kept as cold ones; data.coldItems=drop (--cold-items drop) leaves them out`);
  }
  const separator = reader?.isRecbole ? RECBOLE_SEPARATOR : context.config.featureSeparator;
  const columns = raw && file ? typedColumns(raw, file, side, { separator, numRows: entities.size }, context) : [];
  const ofFiles = read.map(({ name, vectors: { rows } }): readonly [string, FeatureColumn] => {
    const { unitLength } = vectors.find((vector) => vector.name === name)!.options;
    return [name, { ...rows.finish(entities.size), options: { kind: 'vector', unitLength } }];
  });
  return {
    table: { numRows: entities.size, columns: recordOf([...columns, ...ofFiles]) },
    vectorPaths: read.flatMap(({ vectors: { paths } }) => paths),
  };
}

/** The reader of a table's format, which is seen from its name and content. */
export function featureReaderOf(file: SourceFile): { readonly read: FeatureReader; readonly isRecbole: boolean } {
  const isRecbole = /\.(user|item)(\.gz)?$/i.test(file.name) || detectFormat(file) === 'recbole';
  if (isRecbole) return { read: readRecboleFeatures, isRecbole };
  return { read: detectFormat(file) === 'jsonl' ? readJsonlFeatures : readCsvFeatures, isRecbole };
}

/** The configured columns that have files of their own. */
function fileVectors(
  side: FeatureSide,
  { config }: FeatureContext,
): { readonly name: string; readonly options: FieldOptionsOf<'vector'> }[] {
  return Object.entries(featureOptions(config, side).columns).flatMap(([name, choice]) =>
    typeof choice === 'object' && choice.kind === 'vector' && choice.path !== undefined
      ? [{ name, options: choice }]
      : [],
  );
}

function notesOf(raw: RawFeatures, file: SourceFile, side: FeatureSide, entities: FeatureEntities): string[] {
  const { name } = file;
  const notes: string[] = [];
  if (raw.numUnknown > 0) notes.push(leftOut(raw.numUnknown, name, side, entities.keepsOthers));
  if (raw.numRespelt > 0) {
    notes.push(
      `${name}: ${raw.numRespelt} of these are known in another Unicode form; bring both files to one form (NFC)`,
    );
  }
  if (raw.numHeaders > 0) notes.push(`${name}: ${raw.numHeaders} rows are the header once more, and were left out`);
  const numWithout = entities.size - raw.lines.filter((line) => line > 0).length;
  if (numWithout > 0) notes.push(`${name}: ${numWithout} of ${entities.size} ${side}s have no row`);
  if (!file.isUtf8 && raw.garbledId !== undefined) {
    notes.push(garbled(file, `some ids match no ${side}`, raw.garbledId));
  }
  return notes;
}

function leftOut(count: number, file: string, side: FeatureSide, keepsOthers: boolean): string {
  if (keepsOthers) return `${file}: ${count} ${side}s whose interactions were all filtered out were left out`;
  const what = `${file}: ${count} ${side}s without any interaction were left out`;
  return side === 'item' ? `${what}; data.coldItems=keep (--cold-items keep) makes cold items of them` : what;
}

/** Said, not refused: what the interactions know is whole, and titles in another encoding are common. */
function garbled({ name }: SourceFile, consequence: string, example: string): string {
  const text = JSON.stringify(example.slice(0, 60));
  return `${name} is not UTF-8: ${consequence} (such as ${text}); save it as UTF-8 (iconv -f ISO-8859-1 -t UTF-8, where it is Latin-1)`;
}

function typedColumns(
  raw: RawFeatures,
  file: SourceFile,
  side: FeatureSide,
  { separator, numRows }: { readonly separator: string; readonly numRows: number },
  context: FeatureContext,
): [string, FeatureColumn][] {
  const { config, notes } = context;
  const choices = featureOptions(config, side).columns;
  const elsewhere = new Set(fileVectors(side, context).map(({ name }) => name));
  const names = raw.columns.map(({ name }) => name);
  for (const name of Object.keys(choices)) {
    if (elsewhere.has(name) !== names.includes(name)) continue;
    const message = elsewhere.has(name)
      ? `data.${side}Features.columns gives "${name}" a file of its own, but ${file.name} has such a column too`
      : `data.${side}Features.columns names "${name}"${didYouMean(name, names)}, but ${file.name} has ${names.join(', ')}`;
    throw new ConfigError('CONFIG_FEATURES', message);
  }
  const columns: [string, FeatureColumn][] = [];
  for (const column of raw.columns) {
    const place = { path: file.path, name: file.name, lines: raw.lines };
    const typed = typedColumn(column, ownValue(choices, column.name), { separator, numRows }, place, context);
    if (typed === undefined) continue;
    columns.push([column.name, typed]);
    const broken = 'values' in typed ? typed.values.find((value) => value.includes(REPLACEMENT)) : undefined;
    if (!file.isUtf8 && broken !== undefined) {
      notes.push(garbled(file, `values of "${column.name}" that differ in such bytes only become one`, broken));
    }
  }
  return columns;
}
