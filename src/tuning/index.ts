export type { AshaOptions } from './asha.js';
export { TUNE_DEFAULTS, type TuneOptions } from './open-study.js';
export { PRESET_SPACES } from './preset-spaces.js';
export { SAMPLER_NAMES, type SamplerName } from './samplers.js';
export { assignmentsOf, type ParameterValue, type SearchSpace, type TrialValues } from './search-space.js';
export { isStudyFolder, type StudyRecord, type TrialRecord } from './study-records.js';
export { type BestTrial, readStudy, type StudyReport } from './study-report.js';
export { TPE_DEFAULTS } from './tpe/tpe-sampler.js';
export { type TuneReport, tune } from './tune.js';
