/** What a stored configuration names and no registry has: the run was trained with an extension that is not given. */
import { ConfigError } from '../../core/errors.js';
import type { ConfigObject } from '../../core/strict-config.js';
import { monitorableMetrics, monitoredOf } from '../../evaluation/index.js';
import type { Registries } from '../registries.js';
import type { ExtensionKind } from './extensions.js';

interface NamedPlace {
  /** Dotted. */
  readonly key: string;
  readonly name: unknown;
  readonly kind: ExtensionKind;
  readonly known: readonly string[];
}

/**
 * @param config of this version's form
 * @param where what it is called in messages
 * @throws ConfigError `EXTENSION_MISSING` that names the key, the name and how to give the extension
 */
export function refuseMissingExtensions(config: ConfigObject, registries: Registries, where: string): void {
  const missing = namedPlaces(config, registries).find(
    ({ name, known }) => typeof name === 'string' && !known.includes(name),
  );
  if (missing === undefined) return;
  const { key, name, kind } = missing;
  throw new ConfigError(
    'EXTENSION_MISSING',
    `${where}: ${key} is "${name}", which is not one of twinlight's own; give the extension that the run was trained with: ` +
      `--extension FILE, in code extensions: { ${kind}: { … } }`,
  );
}

/** Every place where a configuration may name a row of an extension. */
function namedPlaces(config: ConfigObject, registries: Registries): NamedPlace[] {
  const at = (...path: string[]): unknown => path.reduce<unknown>((value, key) => sectionOf(value)[key], config);
  const place = (kind: ExtensionKind, table: object, ...path: string[]): NamedPlace => {
    return { key: path.join('.'), name: at(...path), kind, known: Object.keys(table) };
  };
  const { losses, views, rows, negativeSources, ownMetrics } = registries;
  const sources = at('negatives', 'sources');
  const { metric } = monitoredOf(String(at('training', 'monitor') ?? 'ndcg@20'));
  return [
    place('losses', losses.main, 'losses', 'main', 'name'),
    place('losses', losses.contrastive, 'losses', 'contrastive', 'name'),
    place('losses', losses.prototypes, 'losses', 'prototypes', 'name'),
    place('views', views, 'views', 'first', 'name'),
    place('views', views, 'views', 'second', 'name'),
    place('rows', rows, 'encoder', 'rows', 'name'),
    ...(Array.isArray(sources) ? sources : []).map((source, i): NamedPlace => {
      const known = Object.keys(negativeSources);
      return { key: `negatives.sources[${i}].name`, name: sectionOf(source).name, kind: 'negativeSources', known };
    }),
    { key: 'training.monitor', name: metric, kind: 'metrics', known: monitorableMetrics(ownMetrics) },
  ];
}

const sectionOf = (value: unknown): ConfigObject =>
  typeof value === 'object' && value !== null ? (value as ConfigObject) : {};
