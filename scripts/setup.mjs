/**
 * Everything between a bare clone and a program that runs: dependencies as the lockfile says, native kernels, FAISS, the
 * build.
 * Each step is skipped while nothing it depends on has changed, so the second call costs a fraction of a second.
 */
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { hashOf, ROOT, runNode, runNpm, say, secondsSince, stepUnlessFresh } from './steps.mjs';

const OLDEST_NODE = 20;

export function setUp() {
  checkNode();
  const done = [installDependencies(), buildNativeKernels(), setUpFaiss(), build()];
  linkCommand();
  if (!done.some(Boolean)) say('set-up: up to date');
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= OLDEST_NODE) return;
  say(
    `set-up: twinlight needs Node ${OLDEST_NODE} or newer; this is ${process.version}. Get one at https://nodejs.org`,
  );
  process.exit(1);
}

/** `npm ci`, when the lockfile, the platform or Node's major version is not what node_modules was installed for. */
function installDependencies() {
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const fingerprint = hashOf(lockfile, process.platform, process.arch, process.versions.modules);
  const start = performance.now();
  const installed = stepUnlessFresh(join(ROOT, 'node_modules', '.twinlight-stamp'), fingerprint, () => {
    say('set-up: installing dependencies from package-lock.json (npm ci)');
    // install scripts stay off: the only one that matters is faiss-node's, and FAISS has its own step
    const flags = [
      '--ignore-scripts',
      '--include=dev',
      '--include=optional',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
    ];
    if (runNpm(['ci', ...flags, '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0) {
      say('set-up: npm ci failed (above). Is the npm registry reachable? Run it again with: npm run setup');
      process.exit(1);
    }
  });
  if (installed) say(`set-up: dependencies installed (${secondsSince(start)})`);
  // its link was in what npm ci has replaced
  if (installed && existsSync(join(ROOT, '.cache', 'webgpu'))) runNode(['scripts/setup-webgpu-software.mjs']);
  return installed;
}

/** Without a compiler the product runs on WebAssembly; the script says so itself. */
function buildNativeKernels() {
  if (runNode(['scripts/build-native.mjs']) !== 0) say('set-up: going on without native kernels');
  return false;
}

/** Getting FAISS may fail: the product then writes and reads flat indexes by itself. */
function setUpFaiss() {
  if (runNode(['scripts/setup-faiss.mjs']) !== 0) say('set-up: going on without the FAISS library');
  return false;
}

/** Makes `npx twinlight` work inside the clone, as it does where the package is installed. */
function linkCommand() {
  const folder = join(ROOT, 'node_modules', '.bin');
  const link = join(folder, 'twinlight');
  if (existsSync(link)) return;
  if (process.platform === 'win32') writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\dist\\cli\\main.js" %*\r\n');
  else symlinkSync(join('..', '..', 'dist', 'cli', 'main.js'), link);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--force')) {
    for (const stamp of ['node_modules/.twinlight-stamp', 'dist/.stamp']) {
      if (existsSync(join(ROOT, stamp))) rmSync(join(ROOT, stamp));
    }
  }
  setUp();
}
