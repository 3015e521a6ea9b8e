/**
 * Random vectors published to every vector store that is set up, killed in the middle and published again; see README.md. Needs
 * `npm run build` (npm start does it) and `npm run setup:targets`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureRecall } from '../../dist/export/targets/measured-recall.js';
import { PUBLISH_DEFAULTS } from '../../dist/export/targets/publish-bundle.js';
import { publishVersion } from '../../dist/export/targets/publish-version.js';
import { openTarget } from '../../dist/export/targets/registry.js';
import { PAUSES } from '../../dist/export/targets/retry.js';
import { parseTargetUrl } from '../../dist/export/targets/target-url.js';
import { Rng } from '../../dist/index.js';
import { clientLibrary, missingStore, STORE_KINDS, startStore } from '../../scripts/target-servers.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '40000' },
    stores: { type: 'string', default: STORE_KINDS.join() },
    tiny: { type: 'boolean', default: false },
    /** This process publishes and nothing else: kind, URL and name. */
    publish: { type: 'string', multiple: true },
  },
});
const numItems = values.tiny ? 1_000 : Number(values.items);
const NUM_USERS = 1_000;
const DIM = 64;
/** Candidates that a search looks at. */
const EF_SEARCH = [100, 200, 400];
const SEED = 1;

/** Normal vectors of length 1: the hardest that an index can be given. */
function content() {
  const side = (label, count) => {
    const rng = Rng.of(SEED, 'bench-targets', label);
    const vectors = Float32Array.from({ length: count * DIM }, () => rng.normal());
    for (let start = 0; start < vectors.length; start += DIM) {
      const row = vectors.subarray(start, start + DIM);
      const length = Math.hypot(...row);
      for (let d = 0; d < DIM; d++) row[d] /= length;
    }
    return { ids: Array.from({ length: count }, (_, row) => `${label}${row}`), vectors, sums: [`${SEED} ${count}`] };
  };
  const manifest = { embeddingDim: DIM, normalized: true };
  return {
    bundle: { manifest, item: side('i', numItems), user: side('u', NUM_USERS) },
    payload: undefined,
    sides: ['item'],
  };
}

const opened = (kind, url, name) => openTarget(parseTargetUrl(url, {}), name, clientLibrary(kind));
const secondsSince = (start) => (performance.now() - start) / 1000;
const SILENT = { info() {}, warn() {}, progress: () => ({ update() {}, finish() {} }) };

async function publish([kind, url, name]) {
  const target = opened(kind, url, name);
  const made = content();
  const start = performance.now();
  const result = await publishVersion(target, made, {
    ...PUBLISH_DEFAULTS,
    floor: 0,
    pauses: PAUSES,
    reporter: SILENT,
  });
  process.stdout.write(JSON.stringify({ seconds: secondsSince(start), from: result.tables[0].from }));
  await target.close();
}

/** Publishes in a process of its own. @param killAt rows in the store at which it is killed */
async function publishApart(kind, url, name, killAt) {
  const args = [fileURLToPath(import.meta.url), '--items', String(numItems), ...(values.tiny ? ['--tiny'] : [])];
  const asked = [kind, url, name].flatMap((value) => ['--publish', value]);
  const child = spawn(process.execPath, [...args, ...asked], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (killAt !== undefined) {
    try {
      await rowsReached(kind, url, name, killAt, () => child.exitCode !== null);
    } finally {
      child.kill('SIGKILL');
    }
    await ended;
    return undefined;
  }
  const code = await ended;
  if (code !== 0) throw new Error(`publishing to ${kind} ended with ${code}`);
  return JSON.parse(said);
}

async function rowsReached(kind, url, name, wanted, isOver) {
  const target = opened(kind, url, name);
  for (;;) {
    const [version] = await target.versions();
    const rows = version ? await target.count(version.tables[0]).catch(() => 0) : 0;
    if (rows >= wanted) break;
    if (isOver()) throw new Error(`publishing to ${kind} was over before it could be killed`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await target.close();
}

async function measure(kind, made) {
  const store = await startStore(kind);
  try {
    const start = performance.now();
    await publishApart(kind, store.url(), 'bench', numItems / 2);
    const killedSeconds = secondsSince(start);
    const again = await publishApart(kind, store.url(), 'bench');
    const target = opened(kind, store.url(), 'bench');
    const live = (await target.versions()).filter(({ isLive }) => isLive);
    if (live.length !== 1) throw new Error(`${kind} has ${live.length} live versions`);
    const searches = [];
    for (const efSearch of EF_SEARCH) searches.push(await searched(target, live[0].tables[0], made, efSearch));
    await target.close();
    return { kind, killedSeconds, resumedFrom: again.from, resumedSeconds: again.seconds, searches };
  } finally {
    await store.stop();
  }
}

async function searched(target, table, { item, user }, efSearch) {
  let seconds = 0;
  const timed = {
    async search(...given) {
      const start = performance.now();
      const found = await target.search(...given);
      seconds = secondsSince(start);
      return found;
    },
  };
  const { recall, users } = await measureRecall(timed, table, { items: item, users: user, efSearch });
  return { efSearch, recall, msASearch: (1000 * seconds) / users };
}

function table(results) {
  const heads = [
    'store',
    'killed after',
    'went on at row',
    'then live after',
    'recall@20, ef 100',
    'ef 200',
    'ef 400',
    'a search, ef 100',
  ];
  const rows = results.map(({ kind, killedSeconds, resumedFrom, resumedSeconds, searches }) => {
    const recalls = searches.map(({ recall }) => recall.toFixed(3));
    const times = [
      `${killedSeconds.toFixed(0)} s`,
      resumedFrom.toLocaleString('en-US'),
      `${resumedSeconds.toFixed(0)} s`,
    ];
    return `| ${[kind, ...times, ...recalls, `${searches[0].msASearch.toFixed(1)} ms`].join(' | ')} |`;
  });
  return [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...rows].join('\n');
}

/** After every store: what comes later may take long. */
function file(results) {
  if (values.tiny) return;
  const date = new Date().toISOString().slice(0, 10);
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, load: loadavg() };
  const { m, efConstruction, batchSize } = PUBLISH_DEFAULTS;
  const asked = { seed: SEED, numItems, numUsers: NUM_USERS, embeddingDim: DIM, m, efConstruction, batchSize };
  mkdirSync(join(HERE, 'results'), { recursive: true });
  writeFileSync(
    join(HERE, 'results', `${date}.json`),
    `${JSON.stringify({ date, machine, ...asked, results }, null, 2)}\n`,
  );
  writeFileSync(join(HERE, 'results', `${date}.md`), `${table(results)}\n`);
}

async function main() {
  const made = content().bundle;
  const results = [];
  for (const kind of values.stores.split(',')) {
    const missing = missingStore(kind);
    if (missing) console.log(`${kind}: left out; ${missing}`);
    else results.push(await measure(kind, made));
    if (!missing) file(results);
  }
  console.log(table(results));
}

await (values.publish ? publish(values.publish) : main());
