/**
 * Every task by name, in the order of reports, and which of them a graph's held-out pairs ask. `overall` is there always; warm and
 * cold stand beside it where cold items have held-out pairs, so that no figure hides what it was made of.
 */
import { ConfigError } from '../../core/errors.js';
import { cold } from './cold.js';
import { overall } from './overall.js';
import { strong } from './strong.js';
import type { HeldOut, Question, Task } from './task.js';
import { userCold } from './user-cold.js';
import { warm } from './warm.js';

export const TASKS = Object.freeze({
  overall,
  cold,
  warm,
  'user-cold': userCold,
  strong,
} as const satisfies Record<string, Task>);

export type TaskName = keyof typeof TASKS;
export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

export interface NamedQuestion extends Question {
  readonly task: TaskName;
}

/** All that the held-out pairs ask; none where nothing is held out. */
export function questionsOf(heldOut: HeldOut): NamedQuestion[] {
  const asked = TASK_NAMES.flatMap((task) => {
    const question = TASKS[task].ask(heldOut);
    return question ? [{ task, ...question }] : [];
  });
  // without cold items, warm is overall
  return asked.filter(({ task }) => task !== 'warm' || asked.some((other) => other.task === 'cold'));
}

/** @throws ConfigError `EVAL_TASK` that names the tasks there are */
export function refuseTask(task: string, there: readonly string[], where: string): never {
  const said =
    there.length > 0 ? `there ${there.length === 1 ? 'is' : 'are'} ${there.join(', ')}` : 'nothing is held out';
  throw new ConfigError('EVAL_TASK', `${where} has no task "${task}": ${said}`);
}
