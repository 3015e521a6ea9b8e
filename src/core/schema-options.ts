/**
 * The options of a strict object schema with their values, defaults and meanings, read from its definition: what `explain`
 * lists and what the pages of docs/reference/ print, so that no list of options is kept by hand.
 */
import type { z } from 'zod';

export interface OptionDoc {
  /** Dotted path within the entry. */
  readonly name: string;
  /** `number`, `text`, `a | b | c`, … */
  readonly kind: string;
  /** Bounds of a number: `≥ 0`, `1 to 4096`, `> 0, < 1`. Whole numbers say so: `whole, ≥ 1`. */
  readonly range?: string;
  /** Absent where there is none: the option is required, or off unless given (`optional`). */
  readonly default?: unknown;
  readonly optional: boolean;
  readonly description?: string;
  /** Of an option that only some kinds of its section know: the names of those kinds. */
  readonly of?: readonly string[];
}

/** The parts of a zod definition that are read here; each kind of schema has some of them. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
  readonly format?: string;
  readonly checks?: readonly z.core.$ZodCheck[];
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** What tells the kinds of an object apart: a literal under one of these keys. */
const TELLING_KEYS = ['name', 'kind'] as const;
/** The place of a key that the user chooses, in a map. */
const ANY_KEY = 'NAME';

/** @param schema an object schema (refined, defaulted or not); the literal that tells its kind is left out */
export function optionsOf(schema: z.core.$ZodType, prefix = ''): OptionDoc[] {
  const { shape } = definitionOf(unwrapped(schema).schema);
  return Object.entries(shape ?? {}).flatMap(([key, member]): OptionDoc[] => {
    const { schema: inner, fallback, optional } = unwrapped(member);
    const { type, shape: below, valueType } = definitionOf(inner);
    // what tells kinds apart, or that a kind has no name
    if (isTellingKey(key) && (type === 'literal' || type === 'undefined')) return [];
    const name = prefix + key;
    if (below) return optionsOf(inner, `${name}.`);
    const description = descriptionOf(member);
    const told = { optional, ...(description !== undefined && { description }) };
    const kinds = kindsOf(inner);
    const isSection = kinds.length > 1 && kinds.length === formsOf(inner).length;
    if (isSection) return [sectionOption(name, kinds, fallback, told), ...optionsOfKinds(kinds, name, true)];
    const range = rangeOf(inner);
    return [
      {
        name,
        kind: kindOf(inner),
        ...(range !== undefined && { range }),
        ...(fallback !== undefined && { default: fallback }),
        ...told,
      },
      ...optionsOfKinds(kinds, name, false),
      ...(valueType ? optionsOfKinds(kindsOf(valueType), `${name}.${ANY_KEY}`, false) : []),
    ];
  });
}

const isTellingKey = (key: string): boolean => (TELLING_KEYS as readonly string[]).includes(key);

/** The option that chooses the kind of a section: `schedule.name`. */
function sectionOption(
  section: string,
  kinds: readonly Kind[],
  fallback: unknown,
  told: { readonly optional: boolean; readonly description?: string },
): OptionDoc {
  const chosen = (fallback as { name?: string } | undefined)?.name;
  return {
    name: `${section}.name`,
    kind: kinds.flatMap(({ name }) => name ?? []).join(' | '),
    ...(chosen !== undefined && { default: chosen }),
    ...told,
  };
}

/** One object that a value may be, and its name (or what stands under another telling key) where that is a literal. */
interface Kind {
  readonly name: string | undefined;
  /** Where the name stands. */
  readonly key: string;
  readonly schema: z.core.$ZodType;
}

/** The objects among the forms of a value. */
function kindsOf(schema: z.core.$ZodType): Kind[] {
  return formsOf(schema).flatMap((form) => {
    const { shape } = definitionOf(form);
    if (!shape) return [];
    const key = TELLING_KEYS.find((each) => shape[each] !== undefined) ?? 'name';
    const [name] = shape[key] ? (definitionOf(unwrapped(shape[key]).schema).values ?? []) : [];
    return [{ name: name as string | undefined, key, schema: form }];
  });
}

/** A union's options, and theirs; a schema that is no union is its own form. */
function formsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { schema: inner } = unwrapped(schema);
  return definitionOf(inner).options?.flatMap(formsOf) ?? [inner];
}

/**
 * Options of all kinds, those that are the same for several of them once.
 * @param always whether the value is always of one of the kinds, so that what all of them know needs no names of theirs
 */
function optionsOfKinds(kinds: readonly Kind[], section: string, always: boolean): OptionDoc[] {
  const found = new Map<string, { option: OptionDoc; of: Set<string | undefined> }>();
  for (const { name, schema } of kinds) {
    // an option of an option says already what it belongs to
    for (const { of = [name], ...option } of optionsOf(schema, `${section}.`)) {
      const key = JSON.stringify(option);
      const { of: all } = found.get(key) ?? { of: new Set<string | undefined>() };
      for (const kind of of) all.add(kind);
      found.set(key, { option, of: all });
    }
  }
  const everyKind = kinds.map(({ name }) => name).join();
  return [...found.values()].map(({ option, of }) => {
    const names = [...of].filter((name) => name !== undefined);
    // what only a kind without a name knows says so by its own name
    return names.length === 0 || (always && [...of].join() === everyKind) ? option : { ...option, of: names };
  });
}

/** The description of a schema or of what it wraps. */
function descriptionOf(schema: z.core.$ZodType): string | undefined {
  const { innerType } = definitionOf(schema);
  return (schema as z.ZodType).description ?? (innerType && descriptionOf(innerType));
}

/** The schema inside defaults, optionals and pipes, and what they say on the way. */
function unwrapped(schema: z.core.$ZodType): { schema: z.core.$ZodType; fallback?: unknown; optional: boolean } {
  let inner = schema;
  let fallback: unknown;
  let optional = false;
  for (;;) {
    const { type, innerType, in: input, out: output, defaultValue } = definitionOf(inner);
    if (type === 'default' || type === 'prefault') fallback ??= defaultValue;
    if (type === 'optional') optional = true;
    // a pipe is either a schema followed by a transform or, for preprocessing, the other way round
    const piped = input && definitionOf(input).type === 'transform' ? output : input;
    const next = innerType ?? (type === 'pipe' ? piped : undefined);
    if (next === undefined) return { schema: inner, fallback, optional };
    inner = next;
  }
}

function kindOf(schema: z.core.$ZodType): string {
  const { type, options, entries, values, element, valueType, shape } = definitionOf(schema);
  if (shape) return `{ ${Object.keys(shape).join(', ')} }`;
  if (type === 'union') {
    const forms = (options ?? []).flatMap(formsOf);
    const named = kindsOf(schema).filter(({ name }) => name !== undefined);
    const kinds = named.map(({ name }) => name);
    const others = forms.filter((form) => kindsOf(form).every(({ name }) => name === undefined)).map(kindOf);
    // what stands in one of several kinds of a section are options of their own
    return [...new Set(others), ...(kinds.length > 0 ? [`{ ${named[0].key}: ${kinds.join(' | ')}, … }`] : [])].join(
      ' | ',
    );
  }
  if (type === 'enum') return Object.values(entries ?? {}).join(' | ');
  if (type === 'literal') return (values ?? []).map(String).join(' | ');
  if (type === 'array') return `list of ${kindOf(unwrapped(element!).schema)}`;
  if (type === 'record') return `map to ${kindOf(unwrapped(valueType!).schema)}`;
  return { string: 'text', boolean: 'true | false' }[type] ?? type;
}

/** Bounds of the number that a value, or an element of it, is or may be; undefined where there are none. */
function rangeOf(schema: z.core.$ZodType): string | undefined {
  const { type, element } = definitionOf(schema);
  if (type === 'array') return rangeOf(unwrapped(element!).schema);
  const number = formsOf(schema).find((form) => definitionOf(form).type === 'number');
  const { checks = [], format } = number ? definitionOf(number) : {};
  const all = checks.map((check) => check._zod.def as NumberCheck);
  const isWhole = [format, ...all.map((check) => check.format)].includes('safeint');
  const least = all.find(({ check }) => check === 'greater_than');
  const most = all.find(({ check }) => check === 'less_than');
  const bounds =
    least?.inclusive && most?.inclusive
      ? [`${least.value} to ${most.value}`]
      : [
          ...(least ? [`${least.inclusive ? '≥' : '>'} ${least.value}`] : []),
          ...(most ? [`${most.inclusive ? '≤' : '<'} ${most.value}`] : []),
        ];
  return [...(isWhole ? ['whole'] : []), ...bounds].join(', ') || undefined;
}

/** What zod keeps about one check of a number. */
interface NumberCheck {
  readonly check: string;
  readonly format?: string;
  readonly value?: number;
  readonly inclusive?: boolean;
}
