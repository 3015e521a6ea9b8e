/**
 * Which keys a zod schema knows at a path, read from its definition: the material of "did you mean" messages.
 */
import type { z } from 'zod';

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
  const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[head] : undefined;
  const found = objects.flatMap((form) => {
    const { shape, element, valueType } = definitionOf(form);
    const next = shape?.[head] ?? element ?? valueType;
    return next ? keysAt(next, rest, inner) : [];
  });
  return [...new Set(found)];
}

function literalsAgree(shape: Readonly<Record<string, z.core.$ZodType>>, value: unknown): boolean {
  return Object.entries(shape).every(([key, member]) => {
    const { type, values } = definitionOf(member);
    return type !== 'literal' || values?.includes((value as Record<string, unknown> | undefined)?.[key]);
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
