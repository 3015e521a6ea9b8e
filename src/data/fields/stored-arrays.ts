/**
 * Long arrays in the schemas of stored encodings: looked through in one pass, as zod's own arrays take a result a member.
 */
import { z } from 'zod';

export const strings = z.custom<readonly string[]>(
  (value) =>
    Array.isArray(value) && value.every((entry) => typeof entry === 'string') && new Set(value).size === value.length,
  'expected texts, each once',
);

export const numbers = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every((entry) => Number.isFinite(entry)),
  'expected numbers',
);

export const ascendingNumbers = z.custom<readonly number[]>(
  (value) =>
    Array.isArray(value) && value.every((entry, i) => Number.isFinite(entry) && (i === 0 || entry > value[i - 1])),
  'expected ascending numbers',
);
