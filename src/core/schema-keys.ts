/**
 * Which keys a zod schema knows at a path, read from its definition: the material of "did you mean" messages.
 */

import type { z } from 'zod';
import { ownValue } from './outside/own-keys.js';

/** The parts of a zod definition that are walked here; each kind of schema has some of them. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly values?: readonly unknown[];
  readonly getter?: () => z.core.$ZodType;
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** The object forms a schema can take: wrappers (default, optional, pipe, lazy) opened, unions spread. */
function formsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType, in: input, out: output, options, getter } = definitionOf(schema);
  // a pipe is either a schema followed by a transform or, for preprocessing, the other way round
  const piped = input && definitionOf(input).type === 'transform' ? output : input;
  const inner = innerType ?? piped ?? getter?.();
  if (inner) return formsOf(inner);
  return options ? options.flatMap(formsOf) : [schema];
}

/**
 * Keys known at `path` of `schema`. Where a union offers several objects, those whose literal members agree with
 * `value` (the thing being parsed) are taken; if none agree, all.
 */
export function keysAt(schema: z.core.$ZodType, path: readonly (string | number)[], value: unknown): string[] {
  const objects = formsOf(schema);
  const [head, ...rest] = path;
  if (head === undefined) {
    const shapes = objects.map((form) => definitionOf(form).shape).filter((shape) => shape !== undefined);
    const agreeing = shapes.filter((shape) => literalsAgree(shape, value));
    return [...new Set((agreeing.length > 0 ? agreeing : shapes).flatMap((shape) => Object.keys(shape)))];
  }
  const inner =
    typeof value === 'object' && value !== null ? ownValue(value as Record<string, unknown>, head) : undefined;
  const found = objects.flatMap((form) => {
    const { shape, element, valueType } = definitionOf(form);
    const next = ownValue(shape, head) ?? element ?? valueType;
    return next ? keysAt(next, rest, inner) : [];
  });
  return [...new Set(found)];
}

function literalsAgree(shape: Readonly<Record<string, z.core.$ZodType>>, value: unknown): boolean {
  return Object.entries(shape).every(([key, member]) => {
    const values = literalsOf(member);
    return values === undefined || values.includes((value as Record<string, unknown> | undefined)?.[key]);
  });
}

/** What a literal member may be, `undefined` for one that must be absent (`z.undefined().optional()`). */
function literalsOf(member: z.core.$ZodType): readonly unknown[] | undefined {
  const { type, innerType, values } = definitionOf(member);
  if (type === 'optional' && innerType && definitionOf(innerType).type === 'undefined') return [undefined];
  return type === 'literal' ? values : undefined;
}

/** The kinds that a section comes in, told apart by a key such as `name`. */
interface Kinds {
  /** Empty where the section does not come in kinds. */
  readonly names: readonly string[];
  /** Keys of the kind that goes without a name; empty where there is none. */
  readonly nameless: readonly string[];
  /** Those of them that no other kind has: one of them tells that kind. */
  readonly onlyNameless: readonly string[];
}

export function kindsAt(schema: z.core.$ZodType, path: readonly (string | number)[], key: string): Kinds {
  const kinds = shapesAt(schema, path).flatMap((shape) => {
    const names = shape[key] && literalsOf(shape[key]);
    return names ? [{ names, keys: Object.keys(shape).filter((other) => other !== key) }] : [];
  });
  const isNameless = ({ names }: { readonly names: readonly unknown[] }): boolean => names.includes(undefined);
  const named = kinds.filter((kind) => !isNameless(kind));
  const nameless = kinds.filter(isNameless).flatMap(({ keys }) => keys);
  return {
    names: named.flatMap(({ names }) => names.map(String)),
    nameless,
    onlyNameless: nameless.filter((other) => !named.some(({ keys }) => keys.includes(other))),
  };
}

/** The object forms at `path`, whatever is being parsed. */
function shapesAt(
  schema: z.core.$ZodType,
  path: readonly (string | number)[],
): Readonly<Record<string, z.core.$ZodType>>[] {
  const [head, ...rest] = path;
  const shapes = formsOf(schema)
    .map((form) => definitionOf(form).shape)
    .filter((shape) => shape !== undefined);
  if (head === undefined) return shapes;
  return shapes.flatMap((shape) => {
    const inner = ownValue(shape, head);
    return inner ? shapesAt(inner, rest) : [];
  });
}

/** Every dotted path of `schema` that leads to a value, e.g. `losses.main.temperature`. */
export function pathsOf(schema: z.core.$ZodType): string[] {
  const paths = formsOf(schema).flatMap((form) =>
    Object.entries(definitionOf(form).shape ?? {}).flatMap(([key, member]) => {
      const below = pathsOf(member);
      return below.length === 0 ? [key] : below.map((path) => `${key}.${path}`);
    }),
  );
  return [...new Set(paths)];
}
