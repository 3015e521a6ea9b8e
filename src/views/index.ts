export { BLOCK_VIEW_NAMES, type BlockView, drawBlockView } from './block-views.js';
export { drawView, VIEW_NAMES, VIEWS, type ViewName, type ViewOptions, viewSchema } from './registry.js';
export { type TruncatedSvd, truncatedSvd } from './truncated-svd.js';
export type { AddedEdges, DrawnView, LayerNoise, LowRank, ViewContext } from './view.js';
