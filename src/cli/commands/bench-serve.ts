/** `twinlight bench-serve <url> <bundle…>`: latencies of a service under load, and whether it answers rightly. */
import { Command } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  wholeNumber,
} from '../command-line.js';
import { keyValues } from '../table.js';

interface BenchServeOptions extends CommonOptions {
  readonly rate: number;
  readonly seconds: number;
  readonly connections: number;
  readonly users: number;
  readonly k: number;
  readonly filter?: string;
  readonly tokenEnv?: string;
}

export function benchServeCommand(): Command {
  const command = new Command('bench-serve')
    .summary('latencies of a service under load, and whether its answers are right')
    .description(
      'Asks a running service for recommendations of users of the bundle that it serves, at a steady rate, and compares every answer ' +
        'with what the bundle answers here. Ends with 1 where an answer was wrong or none came.',
    )
    .argument('<url>', 'of the service, e.g. http://127.0.0.1:8080')
    .argument('<bundle...>', 'folder of the bundle, or of the editions that take each other’s place meanwhile')
    .option('--rate <n>', 'requests a second; 0: as many as go', wholeNumber(0), 200)
    .option('--seconds <n>', 'how long', wholeNumber(1), 30)
    .option('--connections <n>', 'connections at the same time', wholeNumber(1), 10)
    .option('--users <n>', 'different users', wholeNumber(1), 500)
    .option('--k <n>', 'items wanted', wholeNumber(1), 20)
    .option('--filter <condition>', 'condition of every request, over columns of the catalogue')
    .option('--token-env <name>', 'environment variable with the token of the service');
  return completeCommand(
    command,
    [
      ['bench-serve http://127.0.0.1:8080 checkpoints/my-run/export', '200 requests a second for half a minute'],
      ["bench-serve http://127.0.0.1:8080 bundle --rate 0 --filter 'price < 20'", 'as many as go, with a filter'],
    ],
    benchServe,
  );
}

async function benchServe(
  { api }: CommandContext,
  url: string,
  bundles: readonly string[],
  options: BenchServeOptions,
): Promise<CommandResult> {
  const { tokenEnv, rate, seconds, connections, users, k, filter } = options;
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv];
  const report = await api.benchServe({ url, bundles, rate, seconds, connections, users, k, where: filter, token });
  const { requests, requestsPerSecond, latency, failed, wrong, versions } = report;
  const facts = keyValues(
    [
      ['requests', `${requests}, ${requestsPerSecond.toFixed(1)} a second`],
      [
        'latency',
        `p50 ${latency.p50} ms, p90 ${latency.p90} ms, p99 ${latency.p99} ms, p99.9 ${latency.p999} ms, longest ${latency.max} ms`,
      ],
      ['failed', `${failed}`],
      ['wrong', `${wrong}`],
      ['versions', versions.map((version) => version.slice(0, 12)).join(', ')],
    ],
    '  ',
  );
  return { json: report, text: `${url}\n${facts}`, exitCode: failed + wrong > 0 ? 1 : 0 };
}
