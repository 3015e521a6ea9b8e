/** Every view by name: its option schema, how to draw it, and what it changes. */
import { z } from 'zod';
import type { ConceptDoc } from '../core/concept-doc.js';
import type { Rng } from '../core/rng.js';
import { attributeMaskSchema, drawAttributeMask } from './attribute-mask.js';
import { drawEdgeAddition, edgeAdditionSchema } from './edge-addition.js';
import { drawEdgeDropout, edgeDropoutSchema } from './edge-dropout.js';
import { drawEmbeddingNoise, embeddingNoiseSchema } from './embedding-noise.js';
import { drawIdentity, identitySchema } from './identity.js';
import { joinAttributes } from './join-attributes.js';
import { drawLayerwiseEdgeDropout, layerwiseEdgeDropoutSchema } from './layerwise-edge-dropout.js';
import { drawNodeDropout, nodeDropoutSchema } from './node-dropout.js';
import { drawRandomWalk, randomWalkSchema } from './random-walk.js';
import { drawSingularValue, singularValueSchema } from './singular-value.js';
import type { DrawnView, ViewContext, ViewFunction } from './view.js';
import { VIEW_DOCS } from './view-docs.js';

interface ViewEntry<Options> {
  readonly schema: z.ZodType<Options>;
  readonly draw: ViewFunction<Options>;
  /** `graph` views change edges, and so do nothing for an encoder that passes no messages. */
  readonly changes: 'nothing' | 'graph' | 'embeddings';
  readonly doc: ConceptDoc;
}

const entry = <Options>(row: ViewEntry<Options>): ViewEntry<Options> => row;

export const VIEWS = Object.freeze({
  identity: entry({ schema: identitySchema, draw: drawIdentity, changes: 'nothing', doc: VIEW_DOCS.identity }),
  'edge-dropout': entry({
    schema: edgeDropoutSchema,
    draw: drawEdgeDropout,
    changes: 'graph',
    doc: VIEW_DOCS['edge-dropout'],
  }),
  'node-dropout': entry({
    schema: nodeDropoutSchema,
    draw: drawNodeDropout,
    changes: 'graph',
    doc: VIEW_DOCS['node-dropout'],
  }),
  'embedding-noise': entry({
    schema: embeddingNoiseSchema,
    draw: drawEmbeddingNoise,
    changes: 'embeddings',
    doc: VIEW_DOCS['embedding-noise'],
  }),
  'edge-addition': entry({
    schema: edgeAdditionSchema,
    draw: drawEdgeAddition,
    changes: 'graph',
    doc: VIEW_DOCS['edge-addition'],
  }),
  'layerwise-edge-dropout': entry({
    schema: layerwiseEdgeDropoutSchema,
    draw: drawLayerwiseEdgeDropout,
    changes: 'graph',
    doc: VIEW_DOCS['layerwise-edge-dropout'],
  }),
  'random-walk': entry({
    schema: randomWalkSchema,
    draw: drawRandomWalk,
    changes: 'graph',
    doc: VIEW_DOCS['random-walk'],
  }),
  'attribute-mask': entry({
    schema: attributeMaskSchema,
    draw: drawAttributeMask,
    changes: 'graph',
    doc: VIEW_DOCS['attribute-mask'],
  }),
  'singular-value': entry({
    schema: singularValueSchema,
    draw: drawSingularValue,
    changes: 'graph',
    doc: VIEW_DOCS['singular-value'],
  }),
});

export type ViewName = keyof typeof VIEWS;
export const VIEW_NAMES = Object.keys(VIEWS) as ViewName[];

/** One view's options, told apart by `name`. */
export const viewSchema = z.discriminatedUnion('name', [
  identitySchema,
  edgeDropoutSchema,
  nodeDropoutSchema,
  embeddingNoiseSchema,
  edgeAdditionSchema,
  layerwiseEdgeDropoutSchema,
  randomWalkSchema,
  attributeMaskSchema,
  singularValueSchema,
]);
export type ViewOptions = z.infer<typeof viewSchema>;

/** Draws the view that `options.name` names; over attribute nodes too, where the context has them. */
export function drawView(context: ViewContext, options: ViewOptions, rng: Rng): DrawnView {
  // the union and the table have the same keys, which the type system can't follow through the index
  const draw = VIEWS[options.name].draw as ViewFunction<ViewOptions>;
  const view = draw(context, options, rng);
  return context.attributes ? joinAttributes(view, context, context.attributes) : view;
}
