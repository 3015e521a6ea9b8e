/** What `npm start` printed on MovieLens 100K. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH, facts } from './filed.mjs';

const FILE = '../docs/runs/main-job-ml-100k.txt';

export function mainJob() {
  const [head, ...lines] = readFileSync(join(BENCH, FILE), 'utf8').trim().split('\n');
  const [, environment] = head.match(/^\$ npm start +# (.+)$/);
  return [
    '## The main job on MovieLens 100K',
    facts({
      command: 'npm start',
      data: 'MovieLens 100K, ratings of 4 and 5 as positives, split per-user-time',
      seeds: '42',
      selected: 'validation, as the output says',
      environment,
      filed: FILE,
    }),
    `\`\`\`\n${lines.join('\n').trim()}\n\`\`\``,
  ].join('\n\n');
}
