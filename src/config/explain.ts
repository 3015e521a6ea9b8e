/**
 * What a name of any registry means: formula, options with their defaults, when to use it, what goes wrong, source. The
 * text is the registry row's `doc`, the options are read from its schema. Of a preset: what it sets.
 */
import type { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import { ConfigError } from '../core/errors.js';
import { didYouMean } from '../core/nearest-name.js';
import { type OptionDoc, optionsOf } from '../core/schema-options.js';
import { ENCODERS, PROPAGATIONS } from '../encoders/index.js';
import { FEATURE_LOSSES, LOSSES } from '../losses/index.js';
import { FIELD_VIEWS } from '../views/index.js';
import type { Preset } from './presets/preset.js';
import { PRESET_NAMES, PRESETS, type PresetName } from './presets/registry.js';
import { BUILT_IN, type Registries } from './registries.js';

export interface Explanation extends ConceptDoc {
  readonly name: string;
  /** `negative source`, `loss`, `loss on features`, `view`, `view of features`, `encoder`, `rows`, `propagation`. */
  readonly family: string;
  /** Where the name goes in a configuration. */
  readonly key: string;
  readonly options: readonly OptionDoc[];
}

export interface PresetExplanation extends Preset {
  readonly name: string;
}

interface Family {
  readonly key: string;
  readonly entries: Readonly<Record<string, { readonly schema: z.ZodType; readonly doc: ConceptDoc }>>;
}

/** Every registry whose entries are chosen by name, by family. */
export function explainedBy({ losses, views, rows, negativeSources }: Registries): Readonly<Record<string, Family>> {
  const { main, contrastive, prototypes } = losses;
  const everyLoss = { ...main, ...contrastive, ...prototypes };
  return {
    'negative source': { key: 'negatives.sources', entries: negativeSources },
    loss: { key: 'losses', entries: { ...LOSSES, ...everyLoss } },
    'loss on features': { key: 'losses.features, coldStart.alignment, coldStart.teacher', entries: FEATURE_LOSSES },
    view: { key: 'views.first, views.second', entries: views },
    'view of features': { key: 'views.fields', entries: FIELD_VIEWS },
    encoder: { key: 'encoder', entries: ENCODERS },
    rows: { key: 'encoder.rows', entries: rows },
    propagation: { key: 'encoder.propagation', entries: PROPAGATIONS },
  };
}

/** Those of the built-in registries. */
export const EXPLAINED = Object.freeze(explainedBy(BUILT_IN));

export function explainableNames(registries: Registries = BUILT_IN): string[] {
  return [...new Set(Object.values(explainedBy(registries)).flatMap(({ entries }) => Object.keys(entries)))];
}

/**
 * @param registries where the name is looked up; default: the built-in ones
 * @returns one explanation a registry that has the name; none for a name that only a preset has
 * @throws ConfigError `EXPLAIN_UNKNOWN` that lists the names
 */
export function explain(name: string, registries: Registries = BUILT_IN): Explanation[] {
  const found = Object.entries(explainedBy(registries)).flatMap(([family, { key, entries }]) => {
    if (!Object.hasOwn(entries, name)) return [];
    const { schema, doc } = entries[name];
    return [{ name, family, key, options: optionsOf(schema), ...doc }];
  });
  if (found.length > 0 || explainPreset(name) !== undefined) return found;
  const names = [...new Set([...explainableNames(registries), ...PRESET_NAMES])];
  throw new ConfigError(
    'EXPLAIN_UNKNOWN',
    `"${name}" is not known${didYouMean(name, names)}; choose one of ${names.join(', ')}`,
  );
}

/** @returns undefined where no preset has the name */
export function explainPreset(name: string): PresetExplanation | undefined {
  return Object.hasOwn(PRESETS, name) ? { name, ...PRESETS[name as PresetName] } : undefined;
}
