/** Every preset by name. */
import { ConfigError } from '../../core/errors.js';
import { didYouMean } from '../../core/nearest-name.js';
import { contentKnn } from './content-knn.js';
import { contentNeighbours } from './content-neighbours.js';
import { directau } from './directau.js';
import { ease } from './ease.js';
import { features } from './features.js';
import { graphFilter } from './graph-filter.js';
import { history } from './history.js';
import { itemKnn } from './item-knn.js';
import { joint } from './joint.js';
import { jointOnePass } from './joint-one-pass.js';
import { lightgcn } from './lightgcn.js';
import { lightgcnBpr } from './lightgcn-bpr.js';
import { popularity } from './popularity.js';
import type { Preset } from './preset.js';
import { sgl } from './sgl.js';
import { simgcl } from './simgcl.js';
import { swav } from './swav.js';
import { twoTower } from './two-tower.js';
import { xsimgcl } from './xsimgcl.js';

export const PRESETS = Object.freeze({
  popularity,
  'item-knn': itemKnn,
  'graph-filter': graphFilter,
  ease,
  'content-knn': contentKnn,
  'content-neighbours': contentNeighbours,
  'two-tower': twoTower,
  'lightgcn-bpr': lightgcnBpr,
  lightgcn,
  sgl,
  simgcl,
  xsimgcl,
  directau,
  history,
  features,
  swav,
  'joint-one-pass': jointOnePass,
  joint,
} satisfies Record<string, Preset>);

export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];
export const DEFAULT_PRESET: PresetName = 'joint';

/**
 * @param others names that the caller takes beside presets
 * @throws ConfigError `PRESET_UNKNOWN` that lists all of them
 */
export function presetOf(name: string, others: readonly string[] = []): Preset {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name as PresetName];
  const names = [...others, ...PRESET_NAMES];
  throw new ConfigError(
    'PRESET_UNKNOWN',
    `preset "${name}" is not known${didYouMean(name, names)}; choose one of ${names.join(', ')}`,
  );
}
