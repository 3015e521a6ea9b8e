/** What stands beside the output of a run that has not come to its end. */
import { expect, it } from 'vitest';
import { SILENT } from '../core/reporter.js';
import type { TrainedRun } from '../index.js';
import { warnOfUnfinished } from './open-target.js';

it.each([
  [
    false,
    [
      'runs/first is not finished: these are its best weights so far; go on with twinlight train --run runs/first --resume',
    ],
  ],
  [true, []],
])('a run whose end has come: %s', (isFinished, expected) => {
  const said: string[] = [];
  const manifest = { ...(isFinished && { finished: { stopped: 'epochs' } }) };
  warnOfUnfinished({ folder: 'runs/first', manifest } as unknown as TrainedRun, {
    ...SILENT,
    warn: (text) => said.push(text),
  });
  expect(said).toEqual(expected);
});
