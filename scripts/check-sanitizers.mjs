/**
 * `npm run check-sanitizers [-- --short]`: the native kernels under AddressSanitizer and UndefinedBehaviorSanitizer, then
 * under ThreadSanitizer. Builds the addon once for each, and on each instruction set of this CPU runs every kernel at awkward sizes
 * (tests/native-outputs.mjs) and the fuzz (tests/native-fuzz.mjs), then the tests of ops and native backend. The first
 * report of a sanitizer ends the process that it is in, and this script with exit code 1.
 *
 * Only the addon is instrumented; the runtime is preloaded into Node. Leak detection is off, since what V8 still holds
 * at exit counts as leaked; `bench/leak` watches memory instead. For Linux with a GCC or Clang that brings the runtimes.
 *
 * --short: fewer calls, without the tests and without ThreadSanitizer.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative, findCompiler } from './build-native.mjs';
import { packageBin, ROOT, say, secondsSince } from './steps.mjs';

const SHORT = process.argv.includes('--short');
const FOLDER = join(ROOT, '.cache', 'sanitizers');
const COMMON = ['-O1', '-g', '-fno-omit-frame-pointer'];
/** Large sizes come back as null, as they do elsewhere: the sanitizers would write to several times as much. */
const MEMORY = 'allocator_may_return_null=1:max_allocation_size_mb=1024';
const SUPPRESSIONS = join(FOLDER, 'thread-suppressions.txt');
/** Threads of Node itself, which is not instrumented. */
const OF_NODE = ['race:v8::', 'race:node::', 'race:uv_'];

const SANITIZERS = [
  {
    name: 'address,undefined',
    flags: [...COMMON, '-fsanitize=address,undefined,float-cast-overflow', '-fno-sanitize-recover=all'],
    runtime: 'libasan.so',
    environment: {
      ASAN_OPTIONS: `detect_leaks=0:${MEMORY}`,
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  },
  {
    name: 'thread',
    flags: [...COMMON, '-fsanitize=thread'],
    runtime: 'libtsan.so',
    environment: {
      TSAN_OPTIONS: `${MEMORY}:halt_on_error=1:ignore_noninstrumented_modules=1:suppressions=${SUPPRESSIONS}`,
    },
  },
];

if (process.platform !== 'linux') {
  say('check-sanitizers: for Linux only, where the runtime can be preloaded');
  process.exit(0);
}
const compiler = findCompiler();
if (compiler === undefined) {
  say('check-sanitizers: no C++ compiler found');
  process.exit(1);
}
mkdirSync(FOLDER, { recursive: true });
writeFileSync(SUPPRESSIONS, `${OF_NODE.join('\n')}\n`);
for (const sanitizer of SHORT ? SANITIZERS.slice(0, 1) : SANITIZERS) await check(sanitizer);
say('check-sanitizers: clean');

async function check({ name, flags, runtime, environment }) {
  const { stdout } = spawnSync(compiler.command, [`-print-file-name=${runtime}`], { encoding: 'utf8' });
  const library = stdout.trim();
  if (!existsSync(library)) fail(`${compiler.version} has no ${runtime}`);
  const target = join(FOLDER, name.replace(',', '-'));
  await buildNative({ say, extra: flags, target });
  const env = { ...process.env, ...environment, TWINLIGHT_ADDON: join(target, 'twinlight-native.node') };
  if (!existsSync(env.TWINLIGHT_ADDON)) fail(`the addon was not built with -fsanitize=${name}`);
  const preloaded = { ...env, LD_PRELOAD: library };

  for (const simd of ['portable', 'avx2', 'avx512']) {
    const one = { ...preloaded, TWINLIGHT_SIMD: simd, TWINLIGHT_THREADS: '3' };
    const what = `${name}, ${simd}`;
    const outputs = run(`${what}: every kernel`, ['tests/native-outputs.mjs'], one);
    if (JSON.parse(outputs).simd !== simd) {
      say(`  this CPU or platform has no ${simd}: what ran was ${JSON.parse(outputs).simd}`);
      continue;
    }
    run(`${what}: fuzz`, ['tests/native-fuzz.mjs', '--calls', SHORT ? '200' : '2000', '--seed', '11'], one);
  }
  // Node's own workers under ThreadSanitizer make the tests too slow, and the two programs above run every kernel
  if (SHORT || name === 'thread') return;
  run(`${name}: tests`, [packageBin('vitest', 'vitest'), 'run', 'src/backend/native', 'src/ops'], preloaded);
}

function run(what, args, env) {
  const start = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  const report = stderr.replace(/^.*Sanitizer failed to allocate.*\n/gm, '');
  if (status !== 0) fail(`${what}: ${signal ?? `exit code ${status}`}\n${report}\n${stdout.slice(-4000)}`);
  say(`  ${what}: clean (${secondsSince(start)})`);
  return stdout;
}

function fail(message) {
  say(`check-sanitizers: ${message}`);
  process.exit(1);
}
