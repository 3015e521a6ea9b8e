/** A service under load, and while bundles change. */
import { table } from '../../scripts/reference/markdown.mjs';
import { dataOf, environmentOf, latest, readJson, section } from './filed.mjs';

export function service() {
  const file = latest('serve/results');
  if (file === undefined) return undefined;
  const { rate, graph, rows, users, items, ...machine } = readJson(file);
  const head = [
    'load',
    'requests',
    'p50 ms',
    'p99 ms',
    'p99.9 ms',
    'longest ms',
    'failed',
    'wrong',
    'MiB at 0, ¼, ½, ¾, 1',
  ];
  const cells = rows.map(([name, { requests, latency, failed, wrong, memory }]) =>
    [name, requests, latency.p50, latency.p99, latency.p999, latency.max, failed, wrong, memory.join(', ')].map(String),
  );
  return section(
    'A service under load',
    {
      command: 'node bench/serve/run.mjs',
      data: `${dataOf(graph)}: ${users} users, ${items} items, lists of 20, ${rate} requests a second over 10 connections`,
      environment: environmentOf(machine),
      filed: file,
      more: 'serve/README.md',
    },
    table(head, cells),
  );
}
