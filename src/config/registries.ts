/** Every registry that a configuration chooses from by name, as one value that is handed on to whoever looks a name up. */
import type { RowsTable } from '../encoders/index.js';
import type { OwnMetrics } from '../evaluation/index.js';
import type { LossTables } from '../losses/index.js';
import type { NegativeSourceTable } from '../negatives/index.js';
import type { ViewTable } from '../views/index.js';
import { BUILT_IN_TABLES, runConfigSchema } from './run-config.js';

/** The built-in rows, or those with a caller's own beside them (`registriesWith`). */
export interface Registries {
  readonly losses: LossTables;
  readonly views: ViewTable;
  readonly rows: RowsTable;
  readonly negativeSources: NegativeSourceTable;
  /** Metrics beside the built-in ones. */
  readonly ownMetrics: OwnMetrics;
  /** Of configurations that choose from them; its type knows the built-in rows alone. */
  readonly configSchema: typeof runConfigSchema;
}

export const BUILT_IN: Registries = Object.freeze({ ...BUILT_IN_TABLES, configSchema: runConfigSchema });
