/**
 * Gets FAISS for Node, in this order:
 *   1. faiss-node loads already: nothing to do;
 *   2. the prebuilt binary of faiss-node, where its download can be reached;
 *   3. faiss-node's own source, compiled against the FAISS library of the system (Debian and Ubuntu: libfaiss-dev, which
 *      is installed by apt where we are root);
 *   4. otherwise a line that says so: flat indexes are then written and searched by twinlight's own code.
 * Always exits with 0, because the product works without it. Plain Node, no dependencies.
 *
 *   node scripts/setup-faiss.mjs            nothing happens the second time
 *   node scripts/setup-faiss.mjs --retry    tries again after a failure (also: TWINLIGHT_FAISS=retry)
 *   TWINLIGHT_FAISS=own | skip              leaves FAISS alone
 *   TWINLIGHT_FAISS=source                  passes over the prebuilt binary
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINARY, FAISS_NODE_VERSION, findFaissNode, fingerprint, NOTES, tryLoading } from './faiss-node-package.mjs';
import { downloadPrebuilt } from './faiss-prebuilt.mjs';
import { buildFromSource } from './faiss-source-build.mjs';

const say = (message) => process.stderr.write(`faiss: ${message}\n`);
const OWN_CODE =
  'flat indexes are written and searched by twinlight itself (same file format); IVF, HNSW and PQ are not to be had';

function main() {
  const wish = process.env.TWINLIGHT_FAISS ?? '';
  if (wish === 'own' || wish === 'skip') return say(`left alone, because TWINLIGHT_FAISS=${wish}; ${OWN_CODE}`);
  const folder = findFaissNode();
  if (folder === undefined) {
    say('the package faiss-node is not installed (npm leaves an optional package out when its install step fails).');
    say(`get it with: npm install faiss-node@${FAISS_NODE_VERSION} --ignore-scripts, then run this again`);
    return say(OWN_CODE);
  }
  const loaded = tryLoading(folder);
  if (loaded.ok) return say(`ready: ${describe(folder)}`);

  const failureFile = join(folder, 'build', 'twinlight-failure.json');
  const retry = wish === 'retry' || process.argv.includes('--retry');
  const earlier = retry ? undefined : readFailure(failureFile);
  if (earlier !== undefined) {
    say(`not to be had: ${earlier} (as last time; try again with: node scripts/setup-faiss.mjs --retry)`);
    return say(OWN_CODE);
  }

  const start = performance.now();
  const reasons = [];
  const ways = [
    ['prebuilt binary', () => downloadPrebuilt(folder, say)],
    ['build from source', () => buildFromSource(folder, say)],
  ];
  for (const [name, attempt] of wish === 'source' ? ways.slice(1) : ways) {
    const result = attemptSafely(attempt);
    if (result.ok) {
      const check = tryLoading(folder);
      if (check.ok) {
        rmSync(failureFile, { force: true });
        writeFileSync(join(folder, NOTES), `${JSON.stringify(result.notes, null, 2)}\n`);
        return say(`ready: ${describe(folder)} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
      }
      rmSync(join(folder, BINARY), { force: true });
      result.reason = `it does not load: ${check.reason}`;
    }
    say(`${name}: ${result.reason}`);
    reasons.push(`${name}: ${result.reason}`);
  }
  attemptSafely(() => {
    mkdirSync(join(folder, 'build'), { recursive: true });
    writeFileSync(failureFile, JSON.stringify({ fingerprint: fingerprint(), reason: reasons.join('; ') }));
  });
  say(OWN_CODE);
}

/** A folder that may not be written to, and the like, is one more reason and not a crash. */
function attemptSafely(attempt) {
  try {
    return attempt();
  } catch (error) {
    return { ok: false, reason: error.message };
  }
}

function describe(folder) {
  const file = join(folder, NOTES);
  const notes = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { how: 'as installed by npm' };
  return `faiss-node ${FAISS_NODE_VERSION}, ${notes.how}${notes.faissVersion ? `, FAISS ${notes.faissVersion}` : ''}`;
}

/** Why the last attempt failed, if nothing that it depended on has changed since. */
function readFailure(file) {
  if (!existsSync(file)) return undefined;
  const failure = JSON.parse(readFileSync(file, 'utf8'));
  return failure.fingerprint === fingerprint() ? failure.reason : undefined;
}

main();
