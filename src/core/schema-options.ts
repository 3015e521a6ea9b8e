/**
 * The options of a strict object schema with their kinds and defaults, read from its definition: what `explain` lists,
 * so that no list of options is kept by hand.
 */
import type { z } from 'zod';

export interface OptionDoc {
  /** Dotted path within the entry. */
  readonly name: string;
  /** `number`, `text`, `a | b | c`, … */
  readonly kind: string;
  /** Absent where there is none: the option is required, or off unless given (`optional`). */
  readonly default?: unknown;
  readonly optional: boolean;
  readonly description?: string;
}

/** The parts of a zod definition that are read here; each kind of schema has some of them. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** @param schema an object schema (refined, defaulted or not); its `name` literal is left out */
export function optionsOf(schema: z.core.$ZodType, prefix = ''): OptionDoc[] {
  const { shape } = definitionOf(unwrapped(schema).schema);
  return Object.entries(shape ?? {}).flatMap(([key, member]): OptionDoc[] => {
    const { schema: inner, fallback, optional } = unwrapped(member);
    if (key === 'name' && definitionOf(inner).type === 'literal') return [];
    const description = (member as z.ZodType).description ?? (inner as z.ZodType).description;
    const name = prefix + key;
    if (definitionOf(inner).shape) return optionsOf(inner, `${name}.`);
    return [
      {
        name,
        kind: kindOf(inner),
        optional,
        ...(fallback !== undefined && { default: fallback }),
        ...(description !== undefined && { description }),
      },
    ];
  });
}

/** The schema inside defaults, optionals and pipes, and what they say on the way. */
function unwrapped(schema: z.core.$ZodType): { schema: z.core.$ZodType; fallback?: unknown; optional: boolean } {
  let inner = schema;
  let fallback: unknown;
  let optional = false;
  for (;;) {
    const { type, innerType, in: input, defaultValue } = definitionOf(inner);
    if (type === 'default' || type === 'prefault') fallback ??= defaultValue;
    if (type === 'optional') optional = true;
    const next = innerType ?? (type === 'pipe' ? input : undefined);
    if (next === undefined) return { schema: inner, fallback, optional };
    inner = next;
  }
}

function kindOf(schema: z.core.$ZodType): string {
  const { type, options, entries, values, element, shape } = definitionOf(schema);
  // one of several kinds of a section: what tells them apart, and the other keys
  if (shape) {
    const keys = Object.entries(shape).map(([key, member]) => {
      const { schema: inner } = unwrapped(member);
      return definitionOf(inner).type === 'literal' ? `${key}: ${kindOf(inner)}` : key;
    });
    return `{ ${keys.join(', ')} }`;
  }
  if (type === 'union') return (options ?? []).map((option) => kindOf(unwrapped(option).schema)).join(' | ');
  if (type === 'enum') return Object.values(entries ?? {}).join(' | ');
  if (type === 'literal') return (values ?? []).map(String).join(' | ');
  if (type === 'array') return `list of ${kindOf(unwrapped(element!).schema)}`;
  return { string: 'text', boolean: 'true | false' }[type] ?? type;
}
