/**
 * A WebGPU device in software, for tests and for machines without a GPU: SwiftShader, the Vulkan driver that Debian's package
 * chromium-common carries (Dawn refuses Mesa's lavapipe of Debian 12), and the Vulkan loader where the system has none.
 * For Debian on x86-64 and arm64. Everything goes to .cache/webgpu/ (6 MB) and, as one link, node_modules/webgpu/. Plain
 * Node, no dependencies. On a machine with a GPU nothing of this is needed (docs/how-to/choose-a-backend.md).
 *
 *   node scripts/setup-webgpu-software.mjs             nothing happens the second time
 *   node scripts/setup-webgpu-software.mjs --remove
 *
 * Exits with 1 where it can't be done, saying how far it got.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine, runQuietly } from './faiss-node-package.mjs';
import { ROOT, secondsSince } from './steps.mjs';

const PACKAGE = 'chromium-common';
const CACHE = join(ROOT, '.cache', 'webgpu');
const DRIVER = join(CACHE, 'vk_swiftshader_icd.json');
const LOADER = 'libvulkan.so.1';
const FILES = ['vk_swiftshader_icd.json', 'libvk_swiftshader.so', LOADER];
/** Dawn looks for the Vulkan loader beside its own binary first. */
const LINK = join(ROOT, 'node_modules', 'webgpu', 'dist', `linux-${process.arch}`, LOADER);

const say = (message) => process.stderr.write(`webgpu: ${message}\n`);

function main() {
  if (process.argv.includes('--remove')) {
    rmSync(CACHE, { recursive: true, force: true });
    rmSync(LINK, { force: true });
    return say('removed');
  }
  const start = performance.now();
  const result = setUp();
  if (result.ok) {
    say(`ready: ${result.what} (${secondsSince(start)})`);
    return say(`the tests find it; anything else with VK_DRIVER_FILES=${DRIVER}`);
  }
  say(`not to be had: ${result.reason}`);
  process.exitCode = 1;
}

function setUp() {
  if (process.platform !== 'linux') return { ok: false, reason: `this script knows Linux, not ${process.platform}` };
  if (!existsSync(join(ROOT, 'node_modules', 'webgpu'))) return { ok: false, reason: 'first `npm run setup`' };
  if (!FILES.every((name) => existsSync(join(CACHE, name)))) {
    const fetched = fetchFiles();
    if (!fetched.ok) return fetched;
  }
  rmSync(LINK, { force: true });
  const withSystemLoader = tryLoading();
  if (withSystemLoader.ok) return withSystemLoader;
  symlinkSync(join(CACHE, LOADER), LINK);
  return tryLoading();
}

function fetchFiles() {
  const folder = join(CACHE, `download-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    say(`downloading Debian's ${PACKAGE} (30 MB)`);
    const download = runQuietly('apt-get', ['download', PACKAGE], { cwd: folder, timeout: 600_000 });
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (!download.ok || archive === undefined) {
      const said = lastLine(download.output) || 'no file came';
      return { ok: false, reason: `apt-get download ${PACKAGE}: ${said} (after apt-get update?)` };
    }
    const unpacked = runQuietly('dpkg-deb', ['-x', join(folder, archive), folder]);
    if (!unpacked.ok) return { ok: false, reason: `dpkg-deb: ${lastLine(unpacked.output)}` };
    const from = join(folder, 'usr', 'lib', 'chromium');
    const lacking = FILES.filter((name) => !existsSync(join(from, name)));
    if (lacking.length > 0) return { ok: false, reason: `${archive} has no ${lacking.join(', ')}` };
    for (const name of FILES) copyFileSync(join(from, name), join(CACHE, name));
    return { ok: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ASK_FOR_ADAPTER = `
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('Dawn finds no adapter');
  console.log(adapter.info.device || adapter.info.description || 'a device without a name');
`;

/** In a child process: a driver that crashes does not take us down, and the environment is there from the start. */
function tryLoading() {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', ASK_FOR_ADAPTER],
    { cwd: ROOT, encoding: 'utf8', timeout: 60_000, env: { ...process.env, VK_DRIVER_FILES: DRIVER } },
  );
  if (status === 0) return { ok: true, what: stdout.trim() };
  const reason = /^\w*Error: (.*)$/m.exec(stderr ?? '')?.[1] ?? `it ended with ${signal ?? `code ${status}`}`;
  return { ok: false, reason };
}

main();
