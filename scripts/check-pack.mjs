/**
 * Packs the project as npm would publish it, installs the package into an empty folder and uses it there: the command
 * line, the API from JavaScript, its types from TypeScript, and extensions of every kind (pack/) compiled with strict options.
 * Exits with 1 at the first thing that does not work.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { packageBin, ROOT, runNode, runNpm, say } from './steps.mjs';

const { name, version, exports: entries } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const SUBPATHS = Object.keys(entries).filter((entry) => entry !== './package.json');

/** Extensions, and what trains with them; in pack/. */
const OWN = ['own-rows.ts', 'train-own.ts'];

const QUIET = { stdio: ['ignore', 'ignore', 'inherit'] };

build();
const folder = mkdtempSync(join(tmpdir(), 'twinlight-pack-'));
try {
  step('packing', () => runNpm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], QUIET));
  const tarball = join(folder, `${name}-${version}.tgz`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  step('installing the package into an empty folder', () =>
    runNpm(['install', tarball, ...flags], { ...QUIET, cwd: folder }),
  );

  const cli = join(folder, 'node_modules', name, 'dist', 'cli', 'main.js');
  const output = (args) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const installedVersion = output([join(folder, 'node_modules', '.bin', name), '--version']).trim();
  expect(installedVersion === version, `the command says version ${installedVersion}`);
  expect(output([cli, '--help']).includes('twinlight'), 'twinlight --help works');
  expect(
    Array.isArray(JSON.parse(output([cli, 'doctor', '--json', '--quiet'])).checks),
    'twinlight doctor --json works',
  );

  const imports = SUBPATHS.map((entry) => `'${name}${entry.slice(1)}'`);
  const load = `for (const entry of [${imports}]) if (Object.keys(await import(entry)).length === 0) throw new Error(entry);`;
  writeFileSync(join(folder, 'load.mjs'), load);
  expect(runNode(['load.mjs'], { cwd: folder }) === 0, `the API imports: ${SUBPATHS.join(' ')}`);

  const uses = imports.map(
    (entry, i) => `import * as api${i} from ${entry};\nexport const keys${i}: string[] = Object.keys(api${i});`,
  );
  writeFileSync(join(folder, 'use.ts'), uses.join('\n'));
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck'];
  const compile = (...options) => runNode([packageBin('typescript', 'tsc'), ...strict, ...options], { cwd: folder });
  expect(compile('--noEmit', 'use.ts') === 0, 'the types resolve');
  const own = errorsInOwnTypes([...strict.filter((option) => option !== '--skipLibCheck'), '--noEmit', 'use.ts']);
  expect(own.length === 0, `our own declarations pass without skipLibCheck\n${own.join('\n')}`);

  for (const file of OWN) copyFileSync(join(ROOT, 'scripts', 'pack', file), join(folder, file));
  expect(compile(...OWN) === 0, 'extensions compile with strict options');
  expect(runNode(['train-own.js'], { ...QUIET, cwd: folder }) === 0, 'a run of extensions trains and opens');
  const explained = output([cli, 'explain', 'logistic', '--extension', 'own-rows.js']);
  expect(explained.includes('width: number (> 0), default 0.2'), 'twinlight explain knows an extension');
  say('pack: the package installs and works elsewhere');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Lines of the compiler about our declarations. Those of tfjs 4.22 don't pass without skipLibCheck (`Long` is not declared, WebGPU's types are twice,
 * LayersModel contradicts its interface), so that the compiler fails whatever ours are.
 */
function errorsInOwnTypes(options) {
  const node = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules', '@types')];
  const { stdout } = spawnSync(process.execPath, [packageBin('typescript', 'tsc'), ...node, ...options], {
    cwd: folder,
    encoding: 'utf8',
  });
  const isOwn = (line) => line.includes(`node_modules/${name}/`) || line.startsWith('use.ts');
  return stdout.split('\n').filter((line) => isOwn(line) && line.includes('error TS'));
}

function step(what, action) {
  say(`pack: ${what}`);
  expect(action() === 0, what);
}

function expect(works, what) {
  if (works) return;
  say(`pack: FAILED: ${what}`);
  process.exitCode = 1;
  throw new Error(what);
}
