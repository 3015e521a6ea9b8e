/** The built-in registries with a caller's own rows beside them. */
import { METRICS } from '../../evaluation/index.js';
import { LOSSES } from '../../losses/index.js';
import { BUILT_IN, type Registries } from '../registries.js';
import { type BUILT_IN_TABLES, runConfigSchemaOf } from '../run-config.js';
import { checkExtensions } from './check-extensions.js';
import type { ExtensionKind, Extensions } from './extensions.js';

/**
 * A new value; nothing that others hold is changed.
 * @param where what the extensions are called in messages
 * @throws ConfigError `EXTENSION_NAME` for a name that is taken or can't be one, `EXTENSION_ROW` for what is no row
 */
export function registriesWith(extensions: Extensions = {}, where = 'extensions'): Registries {
  checkExtensions(extensions, TAKEN, where);
  if (Object.keys(extensions).length === 0) return BUILT_IN;
  const { losses = {}, views, rows, negativeSources, metrics } = extensions;
  const ofRole = (role: string) => Object.fromEntries(Object.entries(losses).filter(([, row]) => row.role === role));
  const tables = {
    losses: {
      main: { ...BUILT_IN.losses.main, ...ofRole('main') },
      contrastive: { ...BUILT_IN.losses.contrastive, ...ofRole('contrastive') },
      prototypes: { ...BUILT_IN.losses.prototypes, ...ofRole('prototypes') },
    },
    views: { ...BUILT_IN.views, ...views },
    rows: { ...BUILT_IN.rows, ...rows },
    negativeSources: { ...BUILT_IN.negativeSources, ...negativeSources },
    ownMetrics: { ...metrics },
  };
  // the type of a configuration knows the built-in rows alone; options of others are read by their own row
  return { ...tables, configSchema: runConfigSchemaOf(tables as unknown as typeof BUILT_IN_TABLES) } as Registries;
}

/** Names that are there already, by kind. Losses of all roles share theirs: `explain` asks for them by name alone. */
const TAKEN: Readonly<Record<ExtensionKind, object>> = Object.freeze({
  losses: LOSSES,
  views: BUILT_IN.views,
  rows: BUILT_IN.rows,
  negativeSources: BUILT_IN.negativeSources,
  metrics: METRICS,
});
