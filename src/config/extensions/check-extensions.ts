/**
 * Extensions come from code that may not have been seen by a compiler: what they hold is looked at before anything is made of
 * it, so that a mistake is told by the name of the row and not by a fault in the middle of a step.
 */
import type { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import type { ExtensionKind, Extensions } from './extensions.js';

/** A row of unknown making. */
type Given = Readonly<Record<string, unknown>>;

/** What a row must have, beside the schema and the doc of all that have options. */
interface RowForm {
  /** What makes such a row, for messages. */
  readonly maker: string;
  readonly functions: readonly string[];
  /** Members with few values. */
  readonly choices?: Readonly<Record<string, readonly unknown[]>>;
  /** Options that the schema must have beside `name`. */
  readonly options: readonly string[];
}

const LOSS_FORMS: Readonly<Record<string, RowForm>> = Object.freeze({
  main: {
    maker: 'mainLoss',
    functions: ['compute'],
    choices: { negatives: ['softmax', 'sampled', 'pairwise', 'none'] },
    options: ['weight', 'similarity'],
  },
  contrastive: { maker: 'contrastiveLoss', functions: ['compute'], options: ['weight'] },
  prototypes: {
    maker: 'prototypeLoss',
    functions: ['compute'],
    choices: { compares: ['views', 'main-pass'] },
    options: ['weight'],
  },
});

/** Of those that have a schema and a doc; metrics have neither. */
const FORMS: Readonly<Record<Exclude<ExtensionKind, 'metrics'>, (row: Given) => RowForm | undefined>> = Object.freeze({
  losses: ({ role }) => (Object.hasOwn(LOSS_FORMS, String(role)) ? LOSS_FORMS[String(role)] : undefined),
  views: () => ({
    maker: 'defineView',
    functions: ['draw'],
    choices: { changes: ['nothing', 'graph', 'embeddings'] },
    options: [],
  }),
  rows: () => ({
    maker: 'defineRows',
    functions: ['createVariables', 'create', 'hears'],
    options: [],
  }),
  negativeSources: () => ({
    maker: 'defineNegativeSource',
    functions: ['create'],
    options: ['fromStep', 'untilStep', 'afterStall'],
  }),
});

const KINDS: readonly ExtensionKind[] = ['losses', 'views', 'rows', 'negativeSources', 'metrics'];
const NAME = /^[a-z][a-z0-9-]*$/i;
const DOC = ['formula', 'when', 'goesWrong', 'source'];

/**
 * @param taken names that are there already, as keys
 * @param where what the extensions are called in messages: a file, `extensions`
 * @throws ConfigError `EXTENSION_NAME` for a name that is taken or can't be one, `EXTENSION_ROW` for what is no row
 */
export function checkExtensions(
  extensions: Extensions,
  taken: Readonly<Record<ExtensionKind, object>>,
  where: string,
): void {
  if (!isObject(extensions)) refuse(where, `expected an object with some of ${KINDS.join(', ')}, got ${extensions}`);
  for (const [key, rows] of Object.entries(extensions as Given)) {
    const kind = key as ExtensionKind;
    if (!KINDS.includes(kind)) {
      refuse(`${where}: ${kind}`, `no such kind${didYouMean(kind, KINDS)}; expected some of ${KINDS.join(', ')}`);
    }
    if (rows === undefined) continue;
    if (!isObject(rows)) refuse(`${where}: ${kind}`, `expected rows by name, got ${rows}`);
    for (const [name, row] of Object.entries(rows)) {
      checkName(name, taken[kind], `${where}: ${kind}`);
      checkRow(kind, name, row, `${where}: ${kind}.${name}`);
    }
  }
}

function checkName(name: string, taken: object, at: string): void {
  const told = (message: string) => new ConfigError('EXTENSION_NAME', `${at}: ${message}`);
  if (!NAME.test(name)) throw told(`"${name}" can't be a name: expected letters, digits and hyphens, a letter first`);
  if (Object.hasOwn(taken, name)) throw told(`the name "${name}" is taken by twinlight's own; choose another`);
}

function checkRow(kind: ExtensionKind, name: string, row: unknown, at: string): void {
  if (!isObject(row)) refuse(at, `expected a row, got ${row}`);
  if (kind === 'metrics') {
    checkMetric(row, at);
    return;
  }
  const form = FORMS[kind](row);
  if (form === undefined) refuse(at, 'expected a row as mainLoss, contrastiveLoss or prototypeLoss makes it');
  const { maker, functions, choices = {}, options } = form;
  for (const member of functions) {
    if (typeof row[member] !== 'function') refuse(at, `expected a function ${member}, as ${maker} takes it`);
  }
  for (const [member, values] of Object.entries(choices)) {
    if (!values.includes(row[member])) refuse(at, `${member}: expected ${values.join(' | ')}, got ${row[member]}`);
  }
  checkSchema(row.schema, name, options, at);
  if (!isObject(row.doc) || DOC.some((part) => typeof (row.doc as Given)[part] !== 'string')) {
    refuse(at, `doc: expected texts ${DOC.join(', ')}, for twinlight explain`);
  }
}

function checkMetric({ kind, higherIsBetter, ofList, ofExposure }: Given, at: string): void {
  if (typeof higherIsBetter !== 'boolean') refuse(at, 'expected higherIsBetter: true | false');
  if (kind !== 'list' && kind !== 'exposure') refuse(at, `kind: expected list | exposure, got ${kind}`);
  if (typeof (kind === 'list' ? ofList : ofExposure) !== 'function') {
    refuse(at, `expected a function ${kind === 'list' ? 'ofList' : 'ofExposure'}`);
  }
}

/** The parts of a zod definition that are looked at. */
interface Definition {
  readonly type?: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly catchall?: z.core.$ZodType;
  readonly values?: readonly unknown[];
}

const definitionOf = (schema: unknown): Definition =>
  ((schema as Partial<z.core.$ZodType> | undefined)?._zod?.def ?? {}) as Definition;

function checkSchema(schema: unknown, name: string, options: readonly string[], at: string): void {
  const { type, shape, catchall } = definitionOf(schema);
  if (type !== 'object' || shape === undefined || definitionOf(catchall).type !== 'never') {
    refuse(
      at,
      `schema: expected z.strictObject({ name: z.literal('${name}'), … }), with the z of twinlight or of zod 4`,
    );
  }
  const { values } = definitionOf(shape.name);
  if (values?.length !== 1 || values[0] !== name) {
    refuse(at, `schema: expected name: z.literal('${name}'), as the row is called`);
  }
  const missing = options.filter((option) => !Object.hasOwn(shape, option));
  if (missing.length > 0) refuse(at, `schema: expected the options ${missing.join(', ')} too`);
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(at: string, message: string): never {
  throw new ConfigError('EXTENSION_ROW', `${at}: ${message}`);
}
