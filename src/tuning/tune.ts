/**
 * A study: trials of one preset on one graph, proposed by a sampler, compared on validation. Any number of processes may work on one folder,
 * each at a trial; a killed one's trial is taken over, from its checkpoint. By one process the same study has the same trials however often
 * it is killed.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { NoExtensions } from '../config/config-layer.js';
import type { Extensions } from '../config/extensions/extensions.js';
import { writeFileAtomic } from '../core/atomic-file.js';
import { makeFolder } from '../core/disk/durable-write.js';
import { SILENT } from '../core/reporter.js';
import { nextJob } from './next-job.js';
import { type AnyTuneOptions, type OpenedStudy, openStudy, type TuneOptions } from './open-study.js';
import { runTrial } from './run-trial.js';
import { resultOf } from './standing.js';
import { claimTrial, sweepClaim, trialsFolderOf, withStudyLock } from './study-locks.js';
import {
  isStudyFolder,
  newStudyRecord,
  readStudyRecord,
  readTrials,
  type TrialRecord,
  writeStudyRecord,
  writeTrials,
} from './study-records.js';
import { readStudy, type StudyReport } from './study-report.js';

/** Between two looks at whether other processes have left something to do. */
const LOOK_AGAIN_MS = 500;

export interface TuneReport extends StudyReport {
  readonly stopped: 'done' | 'interrupted';
}

/**
 * Begins a study, or goes on with the one in `out`, until there are as many trials as asked for. Test pairs are never looked at.
 * @returns the study then, and `best.yaml` in its folder
 * @throws ConfigError for what is wrong with what is asked, or with a folder that holds anything else; whatever stops a training but
 * its values
 */
export function tune<Own extends Extensions = NoExtensions>(options: TuneOptions<Own>): Promise<TuneReport>;
export async function tune(options: AnyTuneOptions): Promise<TuneReport> {
  const { reporter = SILENT, extensions, signal } = options;
  const opened = await openStudy(options);
  const { folder, registries } = opened;
  makeFolder(trialsFolderOf(folder));
  const study = await withStudyLock(folder, () => settled(opened, options.trials));
  reporter.info(`study ${folder}`);
  const context = { ...opened, study, extensions, signal };
  let stopped: TuneReport['stopped'] = 'done';
  for (;;) {
    if (signal?.aborted) stopped = 'interrupted';
    const job = stopped === 'interrupted' ? 'done' : await withStudyLock(folder, () => taken(folder));
    if (job === 'done') break;
    if (job === 'wait') {
      await sleep(LOOK_AGAIN_MS);
      continue;
    }
    try {
      const after = await runTrial(context, job.trial);
      if (after === undefined) continue;
      await withStudyLock(folder, () => put(folder, after));
      reporter.info(described(after, study.rungs, study.monitor));
    } finally {
      job.giveBack();
    }
  }
  const report = readStudy(folder, registries);
  if (report.best) writeFileAtomic(join(folder, 'best.yaml'), stringify(report.best.config));
  return { ...report, stopped };
}

/** What is on file from here on: another process may have made it meanwhile, and the number of trials may have changed. */
function settled({ folder, study }: OpenedStudy, trials: number | undefined): OpenedStudy['study'] {
  const there = isStudyFolder(folder) ? readStudyRecord(folder) : undefined;
  const next = newStudyRecord({ ...(there ?? study), trials: trials ?? (there ?? study).trials });
  if (next.trials !== there?.trials) writeStudyRecord(folder, next);
  return next;
}

/** A trial to work at, put down as under way and claimed; with the study's lock. */
function taken(folder: string): { trial: TrialRecord; giveBack: () => void } | 'wait' | 'done' {
  const trials = readTrials(folder);
  for (const { trial, state } of trials) if (state !== 'running') sweepClaim(folder, trial);
  const claims = new Map<number, () => void>();
  const job = nextJob(readStudyRecord(folder), trials, (trial) => {
    const giveBack = claimTrial(folder, trial);
    if (giveBack) claims.set(trial, giveBack);
    return giveBack !== undefined;
  });
  if (typeof job === 'string') return job;
  const giveBack = claims.get(job.trial) ?? claimTrial(folder, job.trial);
  // between the end of its last training and giving it back another process has it still
  if (giveBack === undefined) return 'wait';
  put(folder, job);
  return { trial: job, giveBack };
}

function put(folder: string, record: TrialRecord): void {
  const trials = readTrials(folder);
  trials[record.trial] = record;
  writeTrials(folder, trials);
}

function described(trial: TrialRecord, rungs: readonly number[], monitor: string): string {
  const head = `trial ${trial.trial}`;
  if (trial.state === 'failed') return `${head}  failed: ${trial.error!.message.split('\n')[0]}`;
  const epochs = trial.rungs.at(-1)!.epochs;
  const course = trial.state === 'paused' ? `paused after ${epochs} of ${rungs.at(-1)} epochs` : `${epochs} epochs`;
  return `${head}  ${monitor} ${resultOf(trial)!.toFixed(4)}  ${course}`;
}
