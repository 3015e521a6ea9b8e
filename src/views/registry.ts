/** Every view by name; see `view.ts` for what a row says. */
import { z } from 'zod';
import type { Rng } from '../core/rng.js';
import { schemasOf } from '../core/schemas-of.js';
import { attributeMaskSchema, drawAttributeMask } from './attribute-mask.js';
import { drawEdgeAddition, edgeAdditionSchema } from './edge-addition.js';
import { blockEdgeDropout, drawEdgeDropout, edgeDropoutSchema } from './edge-dropout.js';
import { blockEmbeddingNoise, drawEmbeddingNoise, embeddingNoiseSchema } from './embedding-noise.js';
import { drawHistoryCrop, historyCropSchema, refuseTimeless } from './history-crop.js';
import { drawHistoryMask, historyMaskSchema } from './history-mask.js';
import { drawIdentity, identitySchema } from './identity.js';
import { joinAttributes } from './join-attributes.js';
import { drawLayerwiseEdgeDropout, layerwiseEdgeDropoutSchema } from './layerwise-edge-dropout.js';
import { blockNodeDropout, drawNodeDropout, nodeDropoutSchema } from './node-dropout.js';
import { drawRandomWalk, randomWalkSchema } from './random-walk.js';
import { drawSingularValue, singularValueSchema } from './singular-value.js';
import { type BlockView, type DrawnView, defineView, type View, type ViewContext } from './view.js';
import { VIEW_DOCS } from './view-docs.js';

export const VIEWS = Object.freeze({
  identity: defineView({
    schema: identitySchema,
    draw: drawIdentity,
    drawBlock: () => ({}),
    changes: 'nothing',
    doc: VIEW_DOCS.identity,
  }),
  'edge-dropout': defineView({
    schema: edgeDropoutSchema,
    draw: drawEdgeDropout,
    drawBlock: blockEdgeDropout,
    changes: 'graph',
    doc: VIEW_DOCS['edge-dropout'],
  }),
  'node-dropout': defineView({
    schema: nodeDropoutSchema,
    draw: drawNodeDropout,
    drawBlock: blockNodeDropout,
    changes: 'graph',
    doc: VIEW_DOCS['node-dropout'],
  }),
  'embedding-noise': defineView({
    schema: embeddingNoiseSchema,
    draw: drawEmbeddingNoise,
    drawBlock: blockEmbeddingNoise,
    changes: 'embeddings',
    doc: VIEW_DOCS['embedding-noise'],
  }),
  'edge-addition': defineView({
    schema: edgeAdditionSchema,
    draw: drawEdgeAddition,
    changes: 'graph',
    doc: VIEW_DOCS['edge-addition'],
  }),
  'layerwise-edge-dropout': defineView({
    schema: layerwiseEdgeDropoutSchema,
    draw: drawLayerwiseEdgeDropout,
    changes: 'graph',
    doc: VIEW_DOCS['layerwise-edge-dropout'],
  }),
  'random-walk': defineView({
    schema: randomWalkSchema,
    draw: drawRandomWalk,
    changes: 'graph',
    doc: VIEW_DOCS['random-walk'],
  }),
  'history-crop': defineView({
    schema: historyCropSchema,
    refuse: refuseTimeless,
    draw: drawHistoryCrop,
    changes: 'graph',
    doc: VIEW_DOCS['history-crop'],
  }),
  'history-mask': defineView({
    schema: historyMaskSchema,
    draw: drawHistoryMask,
    changes: 'graph',
    doc: VIEW_DOCS['history-mask'],
  }),
  'attribute-mask': defineView({
    schema: attributeMaskSchema,
    draw: drawAttributeMask,
    changes: 'graph',
    doc: VIEW_DOCS['attribute-mask'],
  }),
  'singular-value': defineView({
    schema: singularValueSchema,
    draw: drawSingularValue,
    changes: 'graph',
    doc: VIEW_DOCS['singular-value'],
  }),
});

export type ViewName = keyof typeof VIEWS;
export const VIEW_NAMES = Object.keys(VIEWS) as ViewName[];
/** The registry's views, or others over it. */
export type ViewTable = Readonly<Record<string, View>>;

/** One view's options, told apart by `name`; the type is that of the registry's. */
export const viewSchemaOf = (views: typeof VIEWS) => z.discriminatedUnion('name', schemasOf(views));
export const viewSchema = viewSchemaOf(VIEWS);
export type ViewOptions = z.infer<typeof viewSchema>;

/** Names of the views that can be drawn for sampled blocks. */
export function blockViewNames(views: ViewTable): string[] {
  return Object.keys(views).filter((name) => views[name].drawBlock);
}
export const BLOCK_VIEW_NAMES = blockViewNames(VIEWS) as ViewName[];

/** Draws the view that `options.name` names; over attribute nodes too, where the context has them. */
export function drawView(context: ViewContext, options: ViewOptions, rng: Rng, views: ViewTable = VIEWS): DrawnView {
  const view = views[options.name].draw(context, options, rng);
  return context.attributes ? joinAttributes(view, context, context.attributes) : view;
}

/** @param options of one of `blockViewNames` @param numLayers layers that the encoder runs */
export function drawBlockView(options: ViewOptions, numLayers: number, rng: Rng, views: ViewTable = VIEWS): BlockView {
  return views[options.name].drawBlock!(options, numLayers, rng);
}
