/** The binary that faiss-node's authors publish for common platforms (FAISS 1.7.4), fetched by prebuild-install. */
import { join } from 'node:path';
import { lastLine, packageSeenFrom, runQuietly } from './faiss-node-package.mjs';

/** How long the download's host may take to answer at all: without internet set-up must not hang. */
const PROBE_MS = 6_000;
const DOWNLOAD_MS = 180_000;
const DOWNLOAD_BEHIND_PROXY_MS = 60_000;
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'npm_config_https_proxy', 'npm_config_proxy'];

/** @returns `{ ok: true, notes }` or `{ ok: false, reason }` */
export function downloadPrebuilt(folder, say) {
  const tool = packageSeenFrom(folder, 'prebuild-install');
  if (tool === undefined) return { ok: false, reason: 'prebuild-install is not installed' };
  // a plain request does not go through a proxy, so behind one only the download itself can tell
  const isBehindProxy = PROXY_VARIABLES.some((name) => process.env[name]);
  if (!isBehindProxy) {
    const probe = `fetch('https://github.com', { method: 'HEAD', signal: AbortSignal.timeout(${PROBE_MS - 1000}) })
      .then(() => process.exit(0), () => process.exit(1))`;
    if (!runQuietly(process.execPath, ['-e', probe], { timeout: PROBE_MS }).ok)
      return { ok: false, reason: 'its download (github.com) cannot be reached from here' };
  }
  say('fetching the prebuilt binary of faiss-node');
  const { ok, output } = runQuietly(process.execPath, [join(tool.folder, 'bin.js'), '--runtime', 'napi'], {
    cwd: folder,
    timeout: isBehindProxy ? DOWNLOAD_BEHIND_PROXY_MS : DOWNLOAD_MS,
  });
  if (!ok) return { ok: false, reason: `prebuild-install: ${lastLine(output)}` };
  return { ok: true, notes: { how: 'prebuilt', faissVersion: '1.7.4' } };
}
