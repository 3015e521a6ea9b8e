/**
 * One layer of a configuration, typed from the schema: any of its keys and nothing else. A layer lies over others, so even
 * the `name` that tells the kinds of a section apart may be left to the layer below.
 */
import type { z } from 'zod';
import type { ExtensionKind, Extensions } from './extensions/extensions.js';
import type { runConfigSchema } from './run-config.js';

/** Every key optional at every depth; lists are replaced as a whole, so they stay as they are. */
type Layered<T> = T extends readonly unknown[] | string | number | boolean | undefined
  ? T
  : { [Key in keyof T]?: Layered<T[Key]> };

export type NoExtensions = Readonly<Record<never, never>>;

/** @typeParam Own extensions whose options are keys as well; those of which no more is known than `Extensions` may be any */
export type RunConfigLayer<Own extends Extensions = NoExtensions> = Layered<ConfigInput<Own>>;

type BuiltInInput = z.input<typeof runConfigSchema>;
type Section<Key extends keyof BuiltInInput> = NonNullable<BuiltInInput[Key]>;

/** The input of the schema, wider where a name may be one of `Own`. */
type ConfigInput<Own extends Extensions> = Omit<BuiltInInput, 'losses' | 'views' | 'encoder' | 'negatives'> & {
  readonly losses?: Wider<
    Section<'losses'>,
    {
      readonly main: OptionsOf<Own, 'losses', 'main'>;
      readonly contrastive: OptionsOf<Own, 'losses', 'contrastive'>;
      readonly prototypes: OptionsOf<Own, 'losses', 'prototypes'>;
    }
  >;
  readonly views?: Wider<
    Section<'views'>,
    { readonly first: OptionsOf<Own, 'views'>; readonly second: OptionsOf<Own, 'views'> }
  >;
  readonly encoder?: WithRows<Section<'encoder'>, OptionsOf<Own, 'rows'>>;
  readonly negatives?: WithSources<Section<'negatives'>, OptionsOf<Own, 'negativeSources'>>;
};

/** A section whose keys take what they took, or what is added to them. */
type Wider<Of, Added> = { [Key in keyof Of]: Key extends keyof Added ? Of[Key] | Added[Key] : Of[Key] };

type WithRows<Encoder, Added> = Encoder extends { rows: infer Rows }
  ? Omit<Encoder, 'rows'> & { readonly rows: Rows | Added }
  : Encoder;

type WithSources<Negatives extends { sources?: readonly unknown[] }, Added> = Omit<Negatives, 'sources'> & {
  readonly sources?: readonly (NonNullable<Negatives['sources']>[number] | Added)[];
};

/** Options of the rows of a kind (of losses, of a role): those of their schemas, or any where these are not known. */
type OptionsOf<Own extends Extensions, Kind extends ExtensionKind, Role = unknown> = Kind extends keyof Own
  ? RowsIn<NonNullable<Own[Kind]>, Role>
  : never;
type RowsIn<Table, Role> =
  Table extends Readonly<Record<string, unknown>> ? OptionsOfRow<Table[keyof Table], Role> : never;
type OptionsOfRow<Row, Role> = Row extends { readonly schema: infer Schema extends z.ZodType }
  ? Role extends 'main' | 'contrastive' | 'prototypes'
    ? Row extends { readonly role: Role }
      ? Known<z.input<Schema>>
      : never
    : Known<z.input<Schema>>
  : never;
type Known<Options> = Options extends { name: infer Name }
  ? string extends Name
    ? { readonly name: string; readonly [option: string]: unknown }
    : Options
  : never;
