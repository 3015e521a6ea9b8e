/** The report that a training ends with: how it went, and how the selected weights rank the held-out pairs. */
import type { Registries } from '../config/registries.js';
import type { RunConfig } from '../config/run-config.js';
import type { Reporter } from '../core/reporter.js';
import { type EvaluationReport, metricInterval, tasksOf } from '../evaluation/index.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { Recommender } from '../retrieval/index.js';
import { rankHeldOut } from '../runs/held-out.js';
import type { TaskFigures, TrainReport } from '../runs/report.js';
import type { RunFolder } from '../runs/run-folder.js';

export interface TrainingRun {
  readonly run: RunFolder;
  readonly config: RunConfig;
  readonly graph: StoredGraph;
  readonly registries: Registries;
  readonly backend: string;
  /** Whether the test pairs are left alone. */
  readonly skipTest?: boolean;
}

/** What the steps tell; absent where there were none. */
type Course = Partial<TrainReport>;

/** Evaluates, and writes the report, and then that the run is finished. */
export async function finishRun(
  training: TrainingRun,
  recommender: Recommender,
  course: Course,
  reporter: Reporter,
): Promise<TrainReport> {
  const { run, config, graph } = training;
  const { ownMetrics } = training.registries;
  const { topK, maxUsers } = config.evaluation;
  const of = async (part: 'valid' | 'test'): Promise<EvaluationReport | undefined> =>
    graph[part].values.length > 0
      ? rankHeldOut(recommender, graph, { part, topK, maxUsers, ownMetrics, reporter })
      : undefined;
  // fitted on the validation pairs: what it recalls of them says nothing
  const valid = config.training.fitOn === 'train' ? await of('valid') : undefined;
  const test = training.skipTest ? undefined : await of('test');
  if (test === undefined && !training.skipTest) reporter.warn('the graph has no test pairs');
  const intervals = Object.keys(test?.perUser ?? {}).map((key) => {
    const { low, high } = metricInterval(test!, key);
    return [key, [low, high] as const];
  });
  const report: TrainReport = {
    ...reportOf(training, course),
    valid: valid?.metrics ?? {},
    test: test?.metrics ?? {},
    testIntervals: Object.fromEntries(intervals),
    evaluatedUsers: { valid: valid?.numUsersEvaluated ?? 0, test: test?.numUsersEvaluated ?? 0 },
    ...(hasTasks(valid, test) && { tasks: { valid: taskFigures(valid), test: taskFigures(test) } }),
    ...(sampledFrom(valid, test) && { usersSampledFrom: sampledFrom(valid, test) }),
  };
  run.writeReport(report);
  run.writeManifest({ ...run.readManifest(), finished: true });
  return report;
}

const hasTasks = (...reports: (EvaluationReport | undefined)[]): boolean => reports.some((report) => report?.tasks);

function taskFigures(report: EvaluationReport | undefined): Record<string, TaskFigures> | undefined {
  if (report === undefined) return undefined;
  const entries = tasksOf(report).map(({ task, numCandidates, numUsersEvaluated, metrics }) => {
    return [task, { candidates: numCandidates, users: numUsersEvaluated, metrics }] as const;
  });
  return Object.fromEntries(entries);
}

function sampledFrom(valid?: EvaluationReport, test?: EvaluationReport): TrainReport['usersSampledFrom'] {
  if (valid?.numUsersSampledFrom === undefined && test?.numUsersSampledFrom === undefined) return undefined;
  return { valid: valid?.numUsersSampledFrom, test: test?.numUsersSampledFrom };
}

/** Without an evaluation. */
export function reportOf({ run, config, graph, backend }: TrainingRun, course: Course): TrainReport {
  return {
    run: run.path,
    graph: graph.manifest.id,
    preset: run.readManifest().preset,
    backend,
    seed: config.seed,
    epochs: 0,
    bestEpoch: 0,
    steps: 0,
    stepMs: 0,
    stopped: 'untrained',
    peakRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    valid: {},
    test: {},
    testIntervals: {},
    evaluatedUsers: { valid: 0, test: 0 },
    ...course,
  };
}
