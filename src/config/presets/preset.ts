/** A preset: a small configuration over the shared parts, and one line that says what it is. */
import type { z } from 'zod';
import type { runConfigSchema } from '../run-config.js';

export interface Preset {
  readonly description: string;
  /** Laid under `--config` and `--set`. */
  readonly config: z.input<typeof runConfigSchema>;
}
