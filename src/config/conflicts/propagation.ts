/** Sampled neighbours cannot do everything that the whole graph can, and fan-outs belong to them alone. */
import { depthOf } from '../../encoders/index.js';
import { wholeGraphNeeded } from '../propagation.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

export function propagationConflict(config: RunConfig, registries: Registries): string | undefined {
  const { propagation, fanOut } = config.training;
  const { numHops } = depthOf(config.encoder, registries.rows);
  if (fanOut && propagation === 'full') return 'training.fanOut has no effect with training.propagation full';
  if (fanOut && fanOut.length !== numHops) {
    return `training.fanOut has ${fanOut.length} numbers, but messages go ${numHops} hops; give one each`;
  }
  const problem = propagation === 'sampled' ? wholeGraphNeeded(config, registries) : undefined;
  return problem && `${problem}; take training.propagation full`;
}
