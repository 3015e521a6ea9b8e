/** `twinlight serve <bundle…>`: answers over HTTP. */
import { Command, InvalidArgumentError } from 'commander';
import type { Reporter, Service } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  finiteNumber,
  wholeNumber,
} from '../command-line.js';

interface ServeCommandOptions extends CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly tokenEnv?: string;
  readonly watch: number;
  readonly minRecall: number;
  readonly maxShrink: number;
  readonly rate?: number;
  readonly maxBody: number;
  readonly maxConcurrent: number;
  readonly timeout: number;
  readonly batchThread: boolean;
  readonly backend: string;
  readonly index?: string;
  readonly indexName?: string;
  readonly efSearch?: number;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .summary('answers over HTTP, from exported bundles')
    .description(
      'Serves bundles: /v1/recommend (a user id, a history, features or a vector; filters), /v1/similar, /v1/embed, /v1/batch, ' +
        '/healthz, /readyz, /version, /metrics (Prometheus), and a page of all of it at /docs. A bundle that is exported anew to the ' +
        'same folder is tried and taken into service while requests go on; one that does not pass is refused, and the one before ' +
        'stays. SIGHUP looks at once. Ctrl-C and SIGTERM take no more requests and answer those that have come.',
    )
    .argument('<bundle...>', 'folders of bundles, or name=folder; the first is asked where a request names none')
    .option('--host <address>', 'address to listen on; others than this machine’s own take --token-env', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber(0), 8080)
    .option('--token-env <name>', 'environment variable with the token that requests must bring')
    .option('--watch <seconds>', 'seconds between looks for new editions; 0: on SIGHUP only', seconds, 10)
    .option('--min-recall <share>', 'least recall of the index over a sample of users', share, 0.5)
    .option('--max-shrink <share>', 'most items that a new edition may lack, as a share of those served', share, 0.5)
    .option('--rate <n>', 'requests a second of one address', wholeNumber(1))
    .option('--max-body <bytes>', 'largest request', wholeNumber(1), 2 ** 20)
    .option('--max-concurrent <n>', 'requests at the same time; more get 503', wholeNumber(1), 256)
    .option('--timeout <ms>', 'longest that a request may take to come', wholeNumber(1), 30_000)
    .option('--no-batch-thread', 'batches share the thread of single requests, and the memory')
    .option(
      '--index <url>',
      'a store that the bundle was published to, which then finds the items: postgres://…, or env:NAME',
    )
    .option('--index-name <name>', 'what it was published under (default: twinlight)')
    .option('--ef-search <n>', 'candidates that the store looks at (default: 100)', wholeNumber(1))
    .option('--backend <name>', 'auto | native | wasm | cpu', 'auto');
  return completeCommand(
    command,
    [
      ['serve checkpoints/my-run/export', 'http://127.0.0.1:8080, its page at /docs'],
      ['serve films=bundles/films books=bundles/books --port 9000', 'two bundles; requests say {"bundle": "books", …}'],
      ['serve bundle --host 0.0.0.0 --token-env TWINLIGHT_TOKEN --rate 100', 'for other machines'],
    ],
    serve,
  );
}

async function serve(
  { api, reporter }: CommandContext,
  bundles: readonly string[],
  options: ServeCommandOptions,
): Promise<CommandResult> {
  const {
    host,
    port,
    tokenEnv,
    watch,
    minRecall,
    maxShrink,
    rate,
    maxBody,
    maxConcurrent,
    timeout,
    batchThread,
    backend,
    index,
    indexName,
    efSearch,
  } = options;
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv];
  if (tokenEnv !== undefined && !token)
    throw new api.ConfigError('SERVE_TOKEN', `--token-env: ${tokenEnv} is not set, or empty`);
  const service = await api.serve({
    bundles,
    host,
    port,
    token,
    watchSeconds: watch,
    minRecall,
    maxShrink,
    ratePerSecond: rate,
    maxBodyBytes: maxBody,
    maxConcurrent,
    requestTimeoutMs: timeout,
    batchThread,
    backend,
    store: index === undefined ? undefined : { at: index, name: indexName, efSearch },
    reporter,
  });
  reporter.info(`listening on ${service.url}, its page at ${service.url}/docs; Ctrl-C ends it`);
  const signal = await untilSignalled(service, reporter);
  reporter.info(`${signal}: no more requests are taken`);
  await service.close();
  return { json: { url: service.url, endedBy: signal }, text: '' };
}

/** Until Ctrl-C or SIGTERM; a second one ends the process at once. */
function untilSignalled(service: Service, reporter: Reporter): Promise<string> {
  process.on('SIGHUP', () => {
    void service.refresh().then((found) => {
      for (const [name, came] of Object.entries(found)) if (came === 'same') reporter.info(`${name}: nothing new`);
    });
  });
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => {
        process.once(name, () => process.exit(130));
        resolve(name);
      });
    }
  });
}

function seconds(text: string): number {
  const value = finiteNumber(text);
  if (value >= 0) return value;
  throw new InvalidArgumentError('Expected a number of at least 0.');
}

function share(text: string): number {
  const value = finiteNumber(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1.');
}
