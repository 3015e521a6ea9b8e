/**
 * One layer of a configuration, typed from the schema: any of its keys and nothing else. A layer lies over others, so even
 * the `name` that tells the kinds of a section apart may be left to the layer below.
 */
import type { z } from 'zod';
import type { runConfigSchema } from './run-config.js';

/** Every key optional at every depth; lists are replaced as a whole, so they stay as they are. */
type Layered<T> = T extends readonly unknown[] | string | number | boolean | undefined
  ? T
  : { [Key in keyof T]?: Layered<T[Key]> };

export type RunConfigLayer = Layered<z.input<typeof runConfigSchema>>;
