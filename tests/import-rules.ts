/**
 * The rules of the source tree: which folder of src/ may import which, that no files import each other in a circle, how long
 * a file and how full a folder may be, and what nothing is called. Works on any tree of that form, so that the rules
 * themselves can be tested on made-up ones.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const COMPUTE = [
  'core',
  'data',
  'graph',
  'backend',
  'ops',
  'views',
  'encoders',
  'retrieval',
  'negatives',
  'losses',
  'evaluation',
];

/**
 * Folder of src/ → folders it may import, besides itself and what is below it. Every arrow points to a folder listed
 * earlier. A sub-folder with a row of its own is a room of its own: it may import what its row says and no more, and a row
 * that lists a folder may import what is below it too.
 */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  core: [],
  // what writes to a terminal: the command line loads it without the API
  'core/terminal': [],
  data: ['core'],
  graph: ['core', 'data'],
  backend: ['core'],
  ops: ['core', 'backend'],
  views: ['core', 'data', 'graph', 'ops'],
  encoders: ['core', 'data', 'graph', 'ops'],
  retrieval: ['core', 'data', 'graph', 'backend'],
  negatives: ['core', 'data', 'graph', 'ops', 'retrieval'],
  losses: ['core', 'ops'],
  evaluation: ['core', 'data', 'retrieval'],
  config: COMPUTE,
  // what reads a run: everything from here to report never touches the objective
  runs: [...COMPUTE.filter((folder) => folder !== 'losses' && folder !== 'negatives' && folder !== 'views'), 'config'],
  objective: [...COMPUTE.filter((folder) => folder !== 'evaluation'), 'config', 'runs'],
  export: ['core', 'data', 'graph', 'retrieval', 'runs'],
  serve: ['core', 'backend', 'retrieval', 'export'],
  report: ['core', 'data', 'graph', 'retrieval', 'evaluation', 'runs', 'export'],
  training: [
    'core',
    'graph',
    'backend',
    'ops',
    'encoders',
    'retrieval',
    'negatives',
    'losses',
    'evaluation',
    'config',
    'runs',
    'objective',
  ],
  tuning: ['core', 'graph', 'backend', 'evaluation', 'config', 'runs', 'report', 'training'],
  // src/index.ts: the public API gathers everything but the command line, which sees nothing else
  'index.ts': [
    'core',
    'core/terminal',
    ...COMPUTE.slice(1),
    'config',
    'runs',
    'objective',
    'export',
    'serve',
    'report',
    'training',
    'tuning',
  ],
  cli: ['index.ts', 'core/terminal'],
});

export const LONGEST_FILE = 300;
/** Source files right in a folder of src/, tests not counted. */
export const FULLEST_FOLDER = 25;
const FORBIDDEN_NAMES = /^(utils?|common|helpers?|types|misc)$/;

/** Every broken rule under `root` (which holds `src/`), one sentence each; empty when all is well. */
export function brokenRules(root: string, allowed = ALLOWED_IMPORTS): string[] {
  const files = sourceFiles(root);
  const product = files.filter((file) => file.startsWith('src/') && isCode(file) && !isTest(file));
  const imports = product.flatMap((file) => importsOf(root, file));
  const edges = imports.map((found) => edgeOf(found, allowed));
  return [
    ...files.flatMap((file) => nameAndLength(root, file)),
    ...fullFolders(files),
    ...product.filter((file) => file.endsWith('/index.ts')).flatMap((file) => onlyReExports(root, file)),
    ...edges.flatMap(({ file, from, to, target }) => {
      if (from === to) return [];
      if (!(from in allowed)) return [`${file}: the folder "${from}" is not in the folder table`];
      if (allowed[from].some((folder) => isWithin(to, folder)) || isWithin(to, from)) return [];
      return [
        `${file}: ${from} may not import ${to} (${target}); it may import ${allowed[from].join(', ') || 'nothing'}`,
      ];
    }),
    ...folderCycles(edges),
    ...fileCircles(imports),
  ];
}

export const isTest = (file: string): boolean => /\.test\.\w+$/.test(file);
const isCode = (file: string): boolean => /\.(ts|mts|js|mjs)$/.test(file);
/** Whether a folder is another one or lies below it. */
const isWithin = (folder: string, other: string): boolean => folder === other || folder.startsWith(`${other}/`);

/** Source files of the project, relative to `root`, with forward slashes. */
export function sourceFiles(root: string): string[] {
  return readdirSync(root)
    .filter((folder) => ['src', 'tests', 'scripts', 'bench'].includes(folder))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => /\.(ts|mts|js|mjs|cc|h)$/.test(file))
    .map((file) => file.split(sep).join('/'))
    .sort();
}

function nameAndLength(root: string, file: string): string[] {
  const broken: string[] = [];
  for (const part of file.split('/')) {
    const name = part.replace(/(\.test)?\.\w+$/, '');
    if (FORBIDDEN_NAMES.test(name)) broken.push(`${file}: nothing is called "${name}"; name it after its concept`);
    if (name !== name.toLowerCase()) broken.push(`${file}: names are in kebab-case`);
  }
  const lines = readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
  if (lines > LONGEST_FILE) broken.push(`${file}: ${lines} lines; ${LONGEST_FILE} at most`);
  return broken;
}

/** Folders of src/ that hold several houses in one room. */
function fullFolders(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    if (!file.startsWith('src/') || isTest(file)) continue;
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FULLEST_FOLDER)
    .map(
      ([folder, count]) => `${folder}: ${count} source files; ${FULLEST_FOLDER} at most, give some a folder below it`,
    );
}

function onlyReExports(root: string, file: string): string[] {
  const rest = withoutComments(readFileSync(join(root, file), 'utf8')).replace(
    /export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';/g,
    '',
  );
  return rest.trim() === '' ? [] : [`${file}: an index only re-exports`];
}

/** One relative import, both paths relative to src/. */
interface Import {
  readonly file: string;
  readonly target: string;
}

interface Edge extends Import {
  /** Rooms of the two files. */
  readonly from: string;
  readonly to: string;
}

/** The relative imports of a file of src/. */
function importsOf(root: string, file: string): Import[] {
  const text = withoutComments(readFileSync(join(root, file), 'utf8'));
  const specifiers = [
    ...text.matchAll(/\bfrom\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/\b(?:require|require\.resolve)\s*\(\s*['"]([^'"]+)['"]/g),
  ].map((match) => match[1]);
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({
      file,
      target: relative('src', join(dirname(file), specifier))
        .split(sep)
        .join('/')
        .replace(/\.js$/, '.ts'),
    }));
}

function edgeOf({ file, target }: Import, allowed: Readonly<Record<string, readonly string[]>>): Edge {
  return { file, target, from: roomOf(file.slice('src/'.length), allowed), to: roomOf(target, allowed) };
}

/** The deepest folder of a path below src/ that has a row; the first one where none has. A file right in src/ is its own. */
function roomOf(path: string, allowed: Readonly<Record<string, readonly string[]>>): string {
  const parts = path.split('/');
  for (let depth = parts.length - 1; depth > 0; depth--) {
    const folder = parts.slice(0, depth).join('/');
    if (folder in allowed) return folder;
  }
  return parts[0];
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function folderCycles(edges: readonly Edge[]): string[] {
  // a folder and a room inside it may know each other as far as the table lets them
  const apart = edges.filter(({ from, to }) => !isWithin(from, to) && !isWithin(to, from));
  const circles = circlesOf(apart.map(({ from, to }) => [from, to]));
  return circles.map((circle) => `these folders import each other in a circle: ${circle.join(', ')}`);
}

/** Types count: who has to read one file to understand the other reads in a circle all the same. */
function fileCircles(imports: readonly Import[]): string[] {
  const circles = circlesOf(imports.map(({ file, target }) => [file.slice('src/'.length), target]));
  return circles.map((circle) => `these files import each other in a circle: ${circle.join(', ')}`);
}

/** Groups of names of which each reaches every other (Tarjan 1972, strongly connected components). */
function circlesOf(arrows: readonly (readonly [string, string])[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of arrows) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (name: string): void => {
    index.set(name, index.size);
    lowest.set(name, index.get(name)!);
    path.push(name);
    for (const to of next.get(name) ?? []) {
      if (!index.has(to)) visit(to);
      if (path.includes(to)) lowest.set(name, Math.min(lowest.get(name)!, lowest.get(to)!));
    }
    if (lowest.get(name) !== index.get(name)) return;
    const circle = path.splice(path.indexOf(name));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const name of next.keys()) if (!index.has(name)) visit(name);
  return circles;
}
