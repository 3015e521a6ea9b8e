/** The tfjs backends that every suite over backends runs on: `native` and `tensorflow` where they can be had. */
import { backendStates } from '../src/backend/index.js';

const states = await backendStates();
for (const { name, missing } of states)
  if (missing !== undefined) console.warn(`tests skip the ${name} backend: ${missing}`);

export const RUNNABLE_BACKENDS: readonly string[] = states
  .filter(({ missing }) => missing === undefined)
  .map(({ name }) => name);
