/** What a page tells of a run: what training recorded, its evaluation, and the lists that users get. */
import { ConfigError } from '../../core/errors.js';
import type { Reporter } from '../../core/reporter.js';
import { type EvaluationReport, metricIntervals } from '../../evaluation/index.js';
import type { StoredGraph } from '../../graph/stored-graph.js';
import { readEpochRecords } from '../../runs/epoch-records.js';
import { heldOutFor } from '../../runs/held-out.js';
import type { EpochRecord, TrainReport } from '../../runs/report.js';
import { evaluateRun } from '../../runs/run-evaluation.js';
import { RunFolder } from '../../runs/run-folder.js';
import type { TrainedRun } from '../../runs/trained-run.js';
import { type HeldOutStages, heldOutStages } from './held-out-stages.js';
import { type TopLists, topLists } from './top-lists.js';

export interface RunFigures {
  /** Its id; with its number where another run has the same. */
  readonly name: string;
  readonly run: TrainedRun;
  /** Empty without training. */
  readonly records: readonly EpochRecord[];
  /** Absent while it is unfinished. */
  readonly report?: TrainReport;
  /** Absent where nothing is held out. */
  readonly evaluation?: EvaluationReport;
  /** 95 % bootstrap intervals of the evaluation's per-user metrics. */
  readonly intervals: ReturnType<typeof metricIntervals>;
  /** Of the evaluated users. */
  readonly lists?: TopLists;
  /** How far their held-out items get. */
  readonly stages?: HeldOutStages;
}

interface RunFiguresOptions {
  /** Held-out pairs that are evaluated. */
  readonly part: 'valid' | 'test';
  /** Length of the lists. */
  readonly k: number;
  readonly reporter?: Reporter;
}

/** What is held out, test before validation; undefined where nothing is. */
export function heldOutPart({ valid, test }: Pick<StoredGraph, 'valid' | 'test'>): 'valid' | 'test' | undefined {
  if (test.values.length > 0) return 'test';
  return valid.values.length > 0 ? 'valid' : undefined;
}

/** @throws ConfigError `REPORT_GRAPHS` unless all runs are of one graph */
export function assertOneGraph(runs: readonly TrainedRun[]): void {
  const [first] = runs;
  const other = runs.find(({ manifest }) => manifest.graphHash !== first.manifest.graphHash);
  if (other === undefined) return;
  throw new ConfigError(
    'REPORT_GRAPHS',
    `${first.folder} is a run of graph ${first.manifest.graphId}, ${other.folder} one of ${other.manifest.graphId}: a page compares ` +
      'runs of one graph; write a page for each graph',
  );
}

/** @param part undefined: nothing is held out */
export async function runFigures(
  runs: readonly TrainedRun[],
  { part, k, reporter }: Omit<RunFiguresOptions, 'part'> & { readonly part?: RunFiguresOptions['part'] },
): Promise<RunFigures[]> {
  const figures: RunFigures[] = [];
  for (const [at, run] of runs.entries()) {
    const isTwice = runs.some((other, i) => i !== at && other.manifest.id === run.manifest.id);
    const folder = new RunFolder(run.folder);
    figures.push({
      name: isTwice ? `${run.manifest.id} (${at + 1})` : run.manifest.id,
      run,
      records: readEpochRecords(run.folder),
      report: folder.readReport(),
      ...(part ? await evaluated(run, { part, k, reporter }) : { intervals: {} }),
    });
  }
  return figures;
}

async function evaluated(
  run: TrainedRun,
  { part, k, reporter }: RunFiguresOptions,
): Promise<Pick<RunFigures, 'evaluation' | 'intervals' | 'lists' | 'stages'>> {
  const topK = [...new Set([...run.config.evaluation.topK, k])];
  const evaluation = await evaluateRun(run, { part, topK, reporter });
  const heldOut = heldOutFor(run.graph, part);
  const users = evaluation.userIndices;
  const lists = await topLists(run.recommender, users, { k, exclude: heldOut.exclude });
  const stages = await heldOutStages(run, { users, k, ...heldOut });
  return { evaluation, intervals: metricIntervals(evaluation), lists, stages };
}
