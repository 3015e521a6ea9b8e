/** What `training.monitor` names: a metric of all held-out pairs (`ndcg@20`), or of one task (`cold.ndcg@20`). */
import type { EvaluationSummary } from '../evaluation-report.js';
import { TASK_NAMES, type TaskName } from './registry.js';

export interface Monitored {
  readonly task: TaskName;
  /** Key in the task's metrics, e.g. `ndcg@20`. */
  readonly key: string;
  /** Key beside those of other tasks (`metricsOfTasks`), e.g. `cold.ndcg@20`; `ndcg@20` of overall. */
  readonly recordKey: string;
  /** Without its K, e.g. `ndcg`. */
  readonly metric: string;
  readonly k: number;
}

/** @param metrics names that may be monitored, for a regular expression of what `monitoredOf` takes */
export function monitorPattern(metrics: readonly string[]): RegExp {
  return new RegExp(`^((${TASK_NAMES.join('|')})\\.)?(${metrics.join('|')})@[1-9]\\d*$`);
}

/** @param monitor one that fits `monitorPattern` */
export function monitoredOf(monitor: string): Monitored {
  const dot = monitor.indexOf('.');
  const key = monitor.slice(dot + 1);
  const [metric, k] = key.split('@');
  const task = dot < 0 ? 'overall' : (monitor.slice(0, dot) as TaskName);
  return { task, key, recordKey: recordKeyOf(task, key), metric, k: Number(k) };
}

const recordKeyOf = (task: TaskName, key: string): string => (task === 'overall' ? key : `${task}.${key}`);

/** Metrics of all tasks of a report in one record: those of overall by their keys, those of others as `cold.ndcg@20`. */
export function metricsOfTasks(report: EvaluationSummary): Record<string, number> {
  const entries = [report, ...(report.tasks ?? [])].flatMap(({ task, metrics }) =>
    Object.entries(metrics).map(([key, value]) => [recordKeyOf(task, key), value] as const),
  );
  return Object.fromEntries(entries);
}
