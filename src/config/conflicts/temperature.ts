/** An adaptive temperature (Adap-τ) is a closed form of cosines. */
import { activeLosses, isAdaptive } from '../../losses/index.js';
import type { RunConfig } from '../run-config.js';

export function adaptiveTemperatureConflict({ losses }: RunConfig): string | undefined {
  const { main } = activeLosses(losses);
  if (!main || !isAdaptive(main.temperature) || main.options.similarity === 'cosine') return undefined;
  return 'an adaptive temperature is set from cosines; losses.main.similarity must be cosine';
}
