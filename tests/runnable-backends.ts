/** The tfjs backends that every suite over backends runs on: `native` where its kernels are built. */
import { missingNative } from '../src/backend/index.js';

const missing = missingNative();
if (missing !== undefined) console.warn(`tests skip the native backend: ${missing}`);

export const RUNNABLE_BACKENDS: readonly string[] = missing === undefined ? ['native', 'wasm', 'cpu'] : ['wasm', 'cpu'];
