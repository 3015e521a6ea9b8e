/** A run that is compared with others on validation: trained on from wherever it stands, and never asked about test. */
import type { Extensions } from '../config/extensions/extensions.js';
import type { ConfigObject } from '../core/strict-config.js';
import type { StoredGraph } from '../graph/stored-graph.js';
import type { TrainReport } from '../runs/report.js';
import type { RunFolder } from '../runs/run-folder.js';
import { train } from '../training/index.js';

interface CompareOptions {
  readonly graph: StoredGraph;
  readonly backend?: string;
  readonly extensions?: Extensions;
  readonly signal?: AbortSignal;
  /** Epochs after which it pauses; absent: it goes on to its end. */
  readonly pauseAfter?: number;
}

/**
 * @param beginning of a run that is not there yet; its whole configuration
 * @returns undefined where it was interrupted
 * @throws what `train` throws
 */
export async function trainUpTo(
  run: RunFolder,
  beginning: { readonly preset: string; readonly config: ConfigObject },
  { graph, signal, ...options }: CompareOptions,
): Promise<TrainReport | undefined> {
  const begun = run.exists ? { resume: true } : { preset: beginning.preset, config: beginning.config as object };
  const report = await train<Extensions>({
    source: graph,
    run: run.path,
    ...begun,
    ...options,
    signal,
    skipTest: true,
  });
  return report.stopped === 'interrupted' && signal?.aborted ? undefined : report;
}
