export { DRAW_EGO_DEFAULTS, type DrawEgoOptions, drawEgo } from './draw-ego.js';
export { DRAW_PROTOTYPES_DEFAULTS, type DrawPrototypesOptions, drawPrototypes } from './draw-prototypes.js';
export { type ReportOptions, reportRuns } from './report-runs.js';
