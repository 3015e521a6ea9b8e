/** Compiles src/ to dist/ and copies what is not TypeScript (presets and other data files); skipped when fresh. */
import { chmodSync, cpSync, rmSync } from 'node:fs';
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
    rmSync(TARGET, { recursive: true, force: true });
    if (runNode([packageBin('typescript', 'tsc'), '-p', 'tsconfig.build.json']) !== 0) {
      say('build: the TypeScript compiler found errors (above)');
      process.exit(1);
    }
    for (const file of sources.filter((source) => extname(source) !== '.ts')) {
      cpSync(file, join(TARGET, relative(SOURCE, file)));
    }
    chmodSync(join(TARGET, 'cli', 'main.js'), 0o755);
  });
  if (built) say(`build: done (${secondsSince(start)})`);
  return built;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
