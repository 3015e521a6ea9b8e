/** An adaptive temperature (Adap-τ) is a closed form of cosines. */
import { activeLosses, isAdaptive } from '../../losses/index.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

export function adaptiveTemperatureConflict({ losses }: RunConfig, registries: Registries): string | undefined {
  const { main } = activeLosses(losses, registries.losses);
  if (!main || !isAdaptive(main.temperature) || main.options.similarity === 'cosine') return undefined;
  return 'an adaptive temperature is set from cosines; losses.main.similarity must be cosine';
}
