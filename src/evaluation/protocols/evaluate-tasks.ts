/**
 * All tasks that held-out pairs ask, of one recommender: the report of all pairs, with those of the other tasks in it. Each is a
 * ranking of its own candidates, exact where the recommender's is.
 */
import type { Recommender } from '../../retrieval/recommender.js';
import { type EvaluationOptions, evaluateRecommender } from '../evaluate-recommender.js';
import type { EvaluationReport } from '../evaluation-report.js';
import { questionsOf, type TaskName } from './registry.js';

export interface TaskOptions extends Omit<EvaluationOptions, 'candidates' | 'task'> {
  /** Which of the tasks that are asked are answered beside overall; default: all of them. */
  readonly tasks?: readonly TaskName[];
}

/**
 * @param options `relevant` and `exclude` of all pairs
 * @throws what `evaluateRecommender` throws
 */
export async function evaluateTasks(
  recommender: Recommender,
  { tasks, ...options }: TaskOptions,
): Promise<EvaluationReport> {
  const whole = await evaluateRecommender(recommender, options);
  const reports: EvaluationReport[] = [];
  for (const { task, relevant, candidates } of questionsOf(options)) {
    if (task === 'overall' || (tasks && !tasks.includes(task))) continue;
    // groups of items and users are told once, of all pairs
    const asked = { ...options, task, relevant, candidates, cohorts: false };
    const isWhole = !candidates && relevant.values.length === options.relevant.values.length;
    reports.push(isWhole ? { ...whole, task, cohorts: [] } : await evaluateRecommender(recommender, asked));
  }
  return reports.length > 0 ? { ...whole, tasks: reports } : whole;
}
