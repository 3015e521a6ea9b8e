/**
 * Readers of interactions by format name.
 */
import type { FormatName } from '../data-config.js';
import { readCsv } from './csv/csv-reader.js';
import { readJsonl } from './jsonl-reader.js';
import { readLightgcn } from './lightgcn-reader.js';
import type { InteractionReader } from './read-context.js';
import { readRecbole } from './recbole-reader.js';

export const READERS = {
  lightgcn: readLightgcn,
  recbole: readRecbole,
  csv: readCsv,
  jsonl: readJsonl,
} as const satisfies Record<FormatName, InteractionReader>;
