/**
 * Strict configuration: an unknown object against a zod schema, with every problem told in one error that names the
 * path, what was expected, what came and, for an unknown key, the nearest known one. Layers (preset, file, command
 * line) are merged key by key before they are parsed.
 */
import type { z } from 'zod';
import { ConfigError, formatLocation } from './errors.js';
import { didYouMean } from './nearest-name.js';
import { ownValue } from './outside/own-keys.js';
import { parseYaml, readBoundedText } from './outside/yaml-text.js';
import { keysAt, kindsAt, pathsOf } from './schema-keys.js';

export type ConfigObject = { [key: string]: unknown };
/** Characters of a value in a message. */
const MAX_SHOWN = 200;
type Path = readonly (string | number)[];

/**
 * Parses `value` with `schema` (build it from `z.strictObject`) and returns the typed result with defaults filled in.
 * @param where what is being parsed, for the head of the message: `preset "joint"`, a file name, `--set`.
 * @throws ConfigError `CONFIG_INVALID` that lists every problem, one a line.
 */
export function parseStrict<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  const problems = describeProblems(schema, value, result.error?.issues ?? []);
  for (const path of pathsOfLostKeys(value)) {
    if (!problems.some((problem) => problem.startsWith(`${path}:`))) problems.push(`${path}: a key can't be called so`);
  }
  if (result.success && problems.length === 0) return result.data;
  const head = problems.length === 1 ? '' : `${problems.length} problems\n  `;
  throw new ConfigError('CONFIG_INVALID', `${where}: ${head}${problems.join('\n  ')}`, { cause: result.error });
}

/**
 * Deep merge: later layers win. Objects are merged key by key; everything else (arrays too) is replaced as a whole.
 * Where sections come in kinds, use `mergeConfigLayers`.
 * No layer is changed.
 */
export function mergeLayers(...layers: readonly ConfigObject[]): ConfigObject {
  const merged: ConfigObject = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
      const next = isObject(value) ? mergeLayers(isObject(below) ? below : {}, value) : value;
      setOwn(merged, key, next);
    }
  }
  return merged;
}

/**
 * Lays `a.b.c=VALUE` assignments over `base` and returns the result; VALUE is read as YAML (`3`, `true`, `[1, 2]`,
 * `"text"`), so what it would mean in a file is what it means here.
 * @throws ConfigError `CONFIG_OVERRIDE` when an assignment has no `=`, no key, or a value that is not YAML.
 */
export function applyOverrides(base: ConfigObject, assignments: readonly string[]): ConfigObject {
  return mergeLayers(base, parseAssignments(assignments));
}

/** The assignments alone, as one layer. */
export function parseAssignments(assignments: readonly string[]): ConfigObject {
  return mergeLayers(...assignments.map(parseAssignment));
}

function parseAssignment(assignment: string): ConfigObject {
  const equals = assignment.indexOf('=');
  const keys = assignment.slice(0, Math.max(equals, 0)).trim().split('.');
  if (equals < 1 || keys.some((key) => key === '')) {
    throw new ConfigError('CONFIG_OVERRIDE', `"${assignment}": expected key.path=value, e.g. training.epochs=20`);
  }
  const { value, problem } = parseYaml(assignment.slice(equals + 1).trim());
  if (problem) {
    throw new ConfigError('CONFIG_OVERRIDE', `"${assignment}": the value is not valid YAML (${problem.reason})`);
  }
  return keys.reduceRight<unknown>((inner, key) => setOwn({}, key, inner), value) as ConfigObject;
}

/**
 * Reads a YAML (or JSON) file that holds one mapping; an empty file is an empty mapping.
 * @throws ConfigError `CONFIG_FILE` when it can't be read, `CONFIG_YAML` with file:line:column when it does not parse.
 */
export function readConfigFile(file: string): ConfigObject {
  let text: string;
  try {
    text = readBoundedText(file);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    throw new ConfigError('CONFIG_FILE', `${file}: the configuration can't be read (${reason})`, { cause });
  }
  return parseConfigText(text, file);
}

/** As `readConfigFile`, from text; `where` heads the messages. */
export function parseConfigText(text: string, where: string): ConfigObject {
  const { value, problem } = parseYaml(text);
  if (problem) {
    const { reason, cause, line, column } = problem;
    const place = formatLocation({ file: where, line, column });
    throw new ConfigError('CONFIG_YAML', `${place}: not valid YAML: ${reason}`, { cause });
  }
  const mapping = value ?? {};
  if (!isObject(mapping)) {
    throw new ConfigError('CONFIG_YAML', `${where}: expected a mapping of keys to values, got ${describe(mapping)}`);
  }
  return mapping;
}

/** What a schema refuses of a value, a sentence each: where, what was expected, what came. */
export function describeProblems(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => describeIssue(schema, value, issue));
}

/** Where a table names a key that zod leaves out of what it returns: a value for nobody, which would go unnoticed. */
function pathsOfLostKeys(value: unknown, path: Path = []): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '__proto__' ? [formatPath([...path, key])] : pathsOfLostKeys(inner, [...path, key]),
  );
}

function describeIssue(schema: z.ZodType, root: unknown, issue: z.core.$ZodIssue, base: Path = []): string[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const at = formatPath(path);
  const came = describe(valueAt(root, path));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = keysAt(schema, path, root).sort();
        return `${formatPath([...path, key])}: unknown key${keyHint(schema, formatPath([...path, key]), key, known)}`;
      });
    case 'invalid_type':
      return [came === 'nothing' ? missing(schema, root, path, issue.expected) : told(at, issue.expected, came)];
    case 'invalid_value': {
      const choices = issue.values.map(String);
      const value = valueAt(root, path);
      return [told(at, choices.join(' | '), came) + (typeof value === 'string' ? didYouMean(value, choices) : '')];
    }
    case 'too_small':
      return [told(at, bound(issue.origin, issue.inclusive ? '≥' : '>', issue.minimum), came)];
    case 'too_big':
      return [told(at, bound(issue.origin, issue.inclusive ? '≤' : '<', issue.maximum), came)];
    case 'not_multiple_of':
      return [told(at, `a multiple of ${issue.divisor}`, came)];
    case 'invalid_union':
      return describeUnion(schema, root, issue, path);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => describeIssue(schema, root, inner, path));
    default:
      return [`${at}: ${issue.message} (got ${came})`];
  }
}

/** The branch of a union that came closest: the one whose problems lie deepest, then the one with fewest problems. */
function describeUnion(schema: z.ZodType, root: unknown, issue: z.core.$ZodIssueInvalidUnion, path: Path): string[] {
  if (issue.errors.length === 0) {
    const options = ((issue as { options?: readonly unknown[] }).options ?? []).filter((name) => name !== undefined);
    const value = valueAt(root, path); // of a discriminated union, the path ends in the discriminator
    const wanted = options.length > 0 ? options.map(String).join(' | ') : 'one of the allowed forms';
    const hint = typeof value === 'string' ? didYouMean(value, options.map(String)) : '';
    return [told(formatPath(path), wanted, describe(value)) + hint];
  }
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(...branch.map((inner) => inner.path.length));
  const branches = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  const atTop = issue.errors.every((branch) => depth(branch) === 0);
  if (!atTop) return branches[0].flatMap((inner) => describeIssue(schema, root, inner, path));
  const texts = issue.errors.flatMap((branch) => branch.flatMap((inner) => describeIssue(schema, root, inner, path)));
  return [[...new Set(texts)].join('; or ')];
}

/** A key that is missing of a kind without a name may be missing because the section's name is. */
function missing(schema: z.ZodType, root: unknown, path: Path, expected: string): string {
  const above = path.slice(0, -1);
  const { names, onlyNameless } = kindsAt(schema, above, 'name');
  const section = valueAt(root, above) as ConfigObject | undefined;
  const isOpen =
    names.length > 0 && onlyNameless.length > 0 && !onlyNameless.some((key) => section?.[key] !== undefined);
  const named = isOpen ? `, or ${formatPath([...above, 'name'])}: ${names.join(' | ')}` : '';
  return `${formatPath(path)}: missing; expected ${expected}${named}`;
}

function keyHint(schema: z.ZodType, at: string, key: string, known: readonly string[]): string {
  const paths = pathsOf(schema);
  // a key of another kind of the same section: the encoder, loss or view that was chosen has none
  if (paths.includes(at)) return ` of what is chosen there; known keys: ${known.join(', ')}`;
  const near = didYouMean(key, known);
  if (near !== '') return near;
  const elsewhere = paths.filter((path) => path.split('.').at(-1) === key);
  if (elsewhere.length > 0) return ` (did you mean "${elsewhere.slice(0, 3).join('" or "')}"?)`;
  return known.length > 0 ? `; known keys: ${known.join(', ')}` : '; no keys are allowed here';
}

function bound(origin: string, sign: string, limit: number | bigint): string {
  if (origin === 'array' || origin === 'set') return `a list of length ${sign} ${limit}`;
  if (origin === 'string') return `a text of length ${sign} ${limit}`;
  return `a number ${sign} ${limit}`;
}

const told = (at: string, expected: string, came: string): string => `${at}: expected ${expected}, got ${came}`;
function formatPath(path: Path): string {
  if (path.length === 0) return '(top level)';
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${part}`)).join('');
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'no keys'}`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, MAX_SHOWN)) : String(value);
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? ownValue(value as ConfigObject, key) : undefined),
    root,
  );
}

function isObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets an own property whatever its name (a key `__proto__` from a file must not reach the prototype). */
function setOwn(target: ConfigObject, key: string, value: unknown): ConfigObject {
  return Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
