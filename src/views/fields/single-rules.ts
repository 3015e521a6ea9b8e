/** The pairs of views of fields that hide by one rule, by name; `together` puts several of them on one another. */
import { complementary } from './complementary.js';
import { correlatedMask } from './correlated-mask.js';
import { dimensionMask } from './dimension-mask.js';
import { randomMask } from './random-mask.js';
import { valueDropout } from './value-dropout.js';

export const SINGLE_RULES = Object.freeze({
  'value-dropout': valueDropout,
  complementary,
  'random-mask': randomMask,
  'correlated-mask': correlatedMask,
  'dimension-mask': dimensionMask,
});
