/** `two-views` pairing needs views that differ from each other and do something to the encoder that they go through. */
import { depthOf, type EncoderOptions, encoderParts } from '../../encoders/index.js';
import { activeLosses } from '../../losses/index.js';
import type { ViewOptions } from '../../views/index.js';
import { usesViews } from '../active-parts.js';
import type { Registries } from '../registries.js';
import type { RunConfig } from '../run-config.js';

export function twoViewsConflict(config: RunConfig, registries: Registries): string | undefined {
  const { encoder, views } = config;
  if (views.pairing !== 'two-views' || !usesViews(activeLosses(config.losses, registries.losses))) return undefined;
  const { first, second } = views;
  if (first.name === 'identity' && second.name === 'identity') {
    return 'a contrastive or swav loss needs views that differ: both views.first and views.second are identity';
  }
  if (first.name === 'singular-value' && second.name === 'singular-value') {
    return 'views.first and views.second are both singular-value, which draws nothing: give one of them another view';
  }
  return withoutEffect('first', first, encoder, registries) ?? withoutEffect('second', second, encoder, registries);
}

/** A view that leaves the encoder's output as it is. */
function withoutEffect(
  slot: 'first' | 'second',
  view: ViewOptions,
  encoder: EncoderOptions,
  registries: Registries,
): string | undefined {
  if (depthOf(encoder, registries.rows).numHops > 0 || view.name === 'identity') return undefined;
  const { rows, propagation } = encoderParts(encoder);
  const called = encoder.name ?? `of rows ${rows.name} and propagation ${propagation.name}`;
  if (registries.views[view.name].changes === 'graph') {
    return (
      `views.${slot} is ${view.name}, which changes edges, but encoder ${called} passes no messages` +
      `${propagation.name === 'none' ? '' : ' with numLayers 0'}; use encoder table and embedding-noise`
    );
  }
  if (propagation.name === 'none') return undefined;
  return `views.${slot} is ${view.name}, which moves the output of layers, but encoder.numLayers is 0; use encoder table`;
}
