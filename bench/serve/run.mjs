/** A service under load and while bundles change; see README.md. Needs `npm run build` (npm start does it). */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  benchServe,
  buildGraph,
  createPlantedWorld,
  exportRun,
  loadRun,
  Rng,
  sha256OfFile,
  train,
} from '../../dist/index.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    rate: { type: 'string', default: '200' },
    reloads: { type: 'string', default: '50' },
    data: { type: 'string', default: process.env.TWINLIGHT_DATA ? join(process.env.TWINLIGHT_DATA, 'gowalla') : '' },
    tiny: { type: 'boolean', default: false },
  },
});
const { tiny } = values;
const seconds = tiny ? 2 : Number(values.seconds);
const rate = tiny ? 20 : Number(values.rate);
const reloads = tiny ? 2 : Number(values.reloads);
const WHERE = 'price < 50 and shelf in (a, b, c)';
const MS_BETWEEN_LOOKS = 100;
/** Seconds of load while bundles change; reloads that take longer than that come after it and are not in the table. */
const SECONDS_A_RELOAD = 4;

const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-serve-'));
let child;

/** gowalla, or a made-up world where it is not. */
async function openGraph() {
  const graphsDir = join(work, 'graphs');
  if (!tiny && values.data && existsSync(values.data)) return buildGraph(resolve(values.data), { graphsDir });
  const { interactions } = createPlantedWorld({ seed: 1, numUsers: 300, numItems: 200, meanInteractions: 15 });
  return buildGraph(interactions, { graphsDir, name: 'planted' });
}

/** A price and a shelf of every item: gowalla has none. */
function madeUpCatalogue(numItems) {
  const rng = Rng.of(1, 'catalogue');
  const shelves = ['a', 'b', 'c', 'd', 'e', 'f'];
  return {
    numRows: numItems,
    columns: {
      price: { kind: 'numeric', numbers: Float64Array.from({ length: numItems }, () => rng.integer(100)) },
      shelf: {
        kind: 'categorical',
        values: shelves,
        codes: Int32Array.from({ length: numItems }, () => rng.integer(shelves.length)),
      },
    },
  };
}

/** Bundle of a model that was trained for one epoch. */
async function bundleOf(graph, seed) {
  const run = join(work, `run-${seed}`);
  await train({ source: graph, preset: 'lightgcn', run, seed, set: ['training.epochs=1', 'encoder.numLayers=2'] });
  const trained = await loadRun(run);
  const itemFeatures = madeUpCatalogue(graph.items.size);
  const serving = { ...trained.serving, catalogue: () => itemFeatures };
  const { bundle } = await exportRun({ ...trained, serving }, { out: join(work, `bundle-${seed}`) });
  return bundle;
}

/** As an export does it: whole, by two renames. */
function place(bundle) {
  const folder = join(work, 'served');
  const next = join(work, 'next');
  cpSync(bundle, next, { recursive: true });
  if (existsSync(folder)) renameSync(folder, join(work, 'before'));
  renameSync(next, folder);
  rmSync(join(work, 'before'), { recursive: true, force: true });
  return folder;
}

/** @returns its address */
function startService(folder) {
  const main = resolve(HERE, '../../dist/cli/main.js');
  child = spawn(process.execPath, [main, 'serve', folder, '--port', '0', '--watch', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolveUrl, reject) => {
    let said = '';
    child.stderr.on('data', (bytes) => {
      said += bytes;
      const [, url] = /listening on (\S+),/.exec(said) ?? [];
      if (url) resolveUrl(url);
    });
    child.once('exit', () => reject(new Error(`the service ended: ${said}`)));
  });
}

async function rssOf(url) {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)[1]) / 2 ** 20;
}

/** Memory over a time, MiB, at its quarters. */
async function withMemory(url, doing) {
  const seen = [await rssOf(url)];
  const timer = setInterval(async () => seen.push(await rssOf(url)), tiny ? 500 : 5000);
  const report = await doing;
  clearInterval(timer);
  const quarter = (share) => Math.round(seen[Math.min(seen.length - 1, Math.floor(share * seen.length))]);
  return { ...report, memory: [0, 0.25, 0.5, 0.75, 1].map(quarter) };
}

/** As often as asked for, each once the one before is in service. */
async function reloadOften(url, editions) {
  for (let turn = 0; turn < reloads; turn++) {
    const folder = place(editions[(turn + 1) % 2]);
    const version = await sha256OfFile(join(folder, 'manifest.json'));
    child.kill('SIGHUP');
    for (;;) {
      await new Promise((resume) => setTimeout(resume, MS_BETWEEN_LOOKS));
      const { bundles } = await (await fetch(new URL('/readyz', url))).json();
      if (bundles[0].refused) throw new Error(bundles[0].refused);
      if (bundles[0].version === version) break;
    }
  }
}

try {
  const graph = await openGraph();
  const editions = [await bundleOf(graph, 1), await bundleOf(graph, 2)];
  const url = await startService(place(editions[0]));
  const shape = { url, k: 20, rate, users: 500 };
  const plain = await withMemory(
    url,
    benchServe({ ...shape, bundles: [editions[0]], seconds: Math.max(1, seconds / 10) }),
  );
  const filtered = await withMemory(url, benchServe({ ...shape, bundles: [editions[0]], seconds, where: WHERE }));
  const reloading = reloadOften(url, editions);
  const loadSeconds = reloads * SECONDS_A_RELOAD;
  const load = await withMemory(url, benchServe({ ...shape, bundles: editions, seconds: loadSeconds, where: WHERE }));
  const { bundles } = await (await fetch(new URL('/readyz', url))).json();
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  // of which the load saw all or some
  const done = Number(/^twinlight_bundle_reloads\S* (\d+)/m.exec(metrics)[1]);
  await reloading;
  const rows = [
    ['no filter', plain],
    [`filtered: ${WHERE}`, filtered],
    [`filtered, ${done} reloads`, load],
  ];
  const head =
    '| load | requests | a second | p50 ms | p99 ms | p99.9 ms | longest ms | failed | wrong | memory MiB at 0, ¼, ½, ¾, 1 |';
  const table = [
    `${bundles[0].users} users, ${bundles[0].items} items, 20 answers a request`,
    '',
    head,
    `|${'---|'.repeat(10)}`,
    ...rows.map(
      ([name, { requests, requestsPerSecond, latency, failed, wrong, memory }]) =>
        `| ${name} | ${requests} | ${requestsPerSecond.toFixed(0)} | ${latency.p50} | ${latency.p99} | ${latency.p999} | ${latency.max} | ${failed} | ${wrong} | ${memory.join(', ')} |`,
    ),
  ].join('\n');
  console.log(table);
  if (rows.some(([, { failed, wrong }]) => failed + wrong > 0)) process.exitCode = 1;
  if (!tiny) {
    const date = new Date().toISOString();
    const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
    const path = join(HERE, 'results', date.slice(0, 10));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      `${path}.json`,
      `${JSON.stringify({ date, ...machine, rate, graph: graph.manifest.id, users: bundles[0].users, items: bundles[0].items, rows }, null, 2)}\n`,
    );
    writeFileSync(`${path}.md`, `${table}\n`);
    console.log(`filed in ${relative(process.cwd(), path)}.json and .md`);
  }
} finally {
  child?.kill('SIGTERM');
  rmSync(work, { recursive: true, force: true });
}
