/** The losses on what is known of entities, by name. Each has a section of its own in the configuration, so none is chosen. */
import { contentAlignmentRow } from './content-alignment.js';
import { distillationRow } from './distillation.js';
import { featureContrastRow } from './feature-contrast.js';

export const FEATURE_LOSSES = Object.freeze({
  'feature-contrast': featureContrastRow,
  'content-alignment': contentAlignmentRow,
  distillation: distillationRow,
});
