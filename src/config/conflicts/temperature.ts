/** An adaptive temperature (Adap-τ) is a closed form of cosines. */
import type { RunConfig } from '../run-config.js';

export function adaptiveTemperatureConflict({ losses: { main } }: RunConfig): string | undefined {
  if (main.weight === 0 || !('temperature' in main) || typeof main.temperature !== 'object') return undefined;
  if (main.temperature.name !== 'adaptive' || main.similarity === 'cosine') return undefined;
  return 'an adaptive temperature is set from cosines; losses.main.similarity must be cosine';
}
