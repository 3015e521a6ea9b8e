/** Compiles src/ to dist/ and copies what is not TypeScript (presets and other data files); skipped when fresh. */
import { chmodSync, cpSync, renameSync, rmSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  filesUnder,
  fingerprintOf,
  hashOf,
  packageBin,
  ROOT,
  runNode,
  say,
  secondsSince,
  stepUnlessFresh,
} from './steps.mjs';

const SOURCE = join(ROOT, 'src');
const TARGET = join(ROOT, 'dist');

export function build() {
  const sources = filesUnder(SOURCE).filter((file) => !file.endsWith('.test.ts'));
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'scripts/build.mjs'];
  const fingerprint = hashOf(fingerprintOf([...sources, ...settings.map((file) => join(ROOT, file))]));
  const start = performance.now();
  const built = stepUnlessFresh(join(TARGET, '.stamp'), fingerprint, () => {
    say('build: compiling src/ to dist/');
    // beside the target, then renamed: a program that runs from dist/ meanwhile never sees half of it
    const fresh = `${TARGET}-${process.pid}`;
    if (runNode([packageBin('typescript', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', fresh]) !== 0) {
      rmSync(fresh, { recursive: true, force: true });
      say('build: the TypeScript compiler found errors (above)');
      process.exit(1);
    }
    // C++ sources are compiled from src/ by scripts/build-native.mjs
    for (const file of sources.filter((source) => !['.ts', '.cc', '.h'].includes(extname(source)))) {
      cpSync(file, join(fresh, relative(SOURCE, file)));
    }
    chmodSync(join(fresh, 'cli', 'main.js'), 0o755);
    replaceFolder(TARGET, fresh);
  });
  if (built) say(`build: done (${secondsSince(start)})`);
  return built;
}

/** Two builds at the same time may both get here: the last one wins. */
function replaceFolder(target, fresh) {
  for (let attempt = 0; ; attempt++) {
    rmSync(target, { recursive: true, force: true });
    try {
      return renameSync(fresh, target);
    } catch (error) {
      if (attempt === 9 || !['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
