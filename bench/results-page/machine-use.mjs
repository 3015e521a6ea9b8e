/** What is made of the machine: kernels, the second core, memory over time. */
import { table } from '../../scripts/reference/markdown.mjs';
import { environmentOf, filesIn, latest, milliseconds, percent, readJson, section, times } from './filed.mjs';

export function ann() {
  const files = filesIn('ann/results', /refresh.*\.json$/);
  const results = files.map((file) => ({ file, ...readJson(file) }));
  const [{ data, users, items, backend, cores }] = results;
  return section(
    'Rebuilding the index of ANCE negatives while training goes on',
    {
      command: 'node bench/ann/run.mjs --refresh N',
      data: `${data}, ${users} users, ${items} items; preset lightgcn`,
      environment: environmentOf({ cores, backend }),
      filed: files,
    },
    table(
      ['run', 'rebuild every', 'a step without', 'a step with', 'ratio', 'of it waiting'],
      results.map(({ file, refreshEvery, stepMs, waitMs }) => [
        file
          .split('/')
          .at(-1)
          .replace(/^\d{4}-\d\d-\d\d-|\.json$/g, ''),
        `${refreshEvery} steps`,
        milliseconds(stepMs.without),
        milliseconds(stepMs.refreshed),
        times(stepMs.ratio),
        milliseconds(waitMs),
      ]),
    ),
    'Only the run called quiet had the machine to itself; the ratios of the others say little.',
  );
}

export function micro() {
  const file = latest('micro/results');
  const { peak, simd, rows, ...machine } = readJson(file);
  return section(
    'Native kernels beside what the machine can do',
    {
      command: 'node bench/micro/run.mjs',
      data: 'arrays of the sizes that training on gowalla has',
      environment: `${environmentOf(machine)}, ${simd}; ${(peak.bandwidth / 1e9).toFixed(1)} GB/s and ${(peak.flops / 1e9).toFixed(0)} GFLOP/s, measured`,
      filed: [file],
    },
    table(
      ['kernel', 'a call', 'bound by', 'share of the bound'],
      rows.map(({ name, ms, bound, share }) => [name, milliseconds(ms), bound, percent(share)]),
    ),
    'More than 100 % means that the arrays were in the cache.',
  );
}

export function leak() {
  const file = latest('leak/results');
  const { rows, ...machine } = readJson(file);
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0).replace('-', '−')} kB`;
  return section(
    'Memory over many steps',
    {
      command: 'node bench/leak/run.mjs',
      data: 'a planted world of 800 users and 600 items, batches of 64',
      environment: environmentOf(machine),
      filed: [file],
    },
    'Growth over the second half of the steps, by a fitted line:',
    table(
      ['preset', 'backend', 'steps', 'tensors', 'pool', 'heap', 'resident'],
      rows.map(({ preset, backend, steps, grown }) => [
        preset,
        backend,
        steps.toLocaleString('en-US'),
        grown.numTensors,
        kilobytes(grown.pool),
        kilobytes(grown.heapUsed),
        kilobytes(grown.rss),
      ]),
    ),
  );
}
