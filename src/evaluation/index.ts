export {
  ALIGNMENT_UNIFORMITY_DEFAULTS,
  type AlignmentUniformity,
  alignmentUniformity,
  type PositivePairs,
} from './alignment-uniformity.js';
export {
  BOOTSTRAP_DEFAULTS,
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  metricInterval,
  metricIntervals,
} from './bootstrap.js';
export { type ItemCohort, itemCohorts, type UserCohort, userCohorts } from './cohorts.js';
export { COLLAPSE_DEFAULTS, type CollapseCheck, type CollapseOptions, checkCollapse } from './collapse.js';
export { compareReports, type MetricComparison, type ReportComparison } from './compare-reports.js';
export { type ComparisonToFirst, compareReportsToFirst, SIGNIFICANCE } from './compare-to-first.js';
export {
  type EmbeddingGeometry,
  embeddingGeometry,
  ITEM_HUBNESS_DEFAULTS,
  itemHubness,
} from './embedding-geometry.js';
export { EVALUATION_DEFAULTS, type EvaluationOptions, evaluateRecommender } from './evaluate-recommender.js';
export {
  type CohortReport,
  type EvaluationReport,
  type EvaluationSummary,
  reportOfTask,
  summary,
  tasksOf,
} from './evaluation-report.js';
export { holmCorrected } from './holm.js';
export { assertNoLeak, findLeak, type Leak } from './leak-check.js';
export { defineMetric, type Exposure, type Metric, type OwnMetrics } from './metrics/metric.js';
export {
  DEFAULT_METRICS,
  higherIsBetter,
  METRIC_NAMES,
  METRICS,
  type MetricName,
  monitorableMetrics,
} from './metrics/registry.js';
export { type PairedTest, pairedTest } from './paired-test.js';
export { evaluateTasks, type TaskOptions } from './protocols/evaluate-tasks.js';
export { type Monitored, metricsOfTasks, monitoredOf, monitorPattern } from './protocols/monitored.js';
export {
  type NamedQuestion,
  questionsOf,
  refuseTask,
  TASK_NAMES,
  TASKS,
  type TaskName,
} from './protocols/registry.js';
export type { HeldOut, Question, Task } from './protocols/task.js';
