/**
 * The rules of the source tree: which folder of src/ may import which, how long a file may be, and what nothing is
 * called. Works on any tree of that form, so that the rules themselves can be tested on made-up ones.
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

/** Folder of src/ → folders it may import, besides itself. Every arrow points to a folder listed earlier. */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  core: [],
  data: ['core'],
  graph: ['core', 'data'],
  backend: ['core'],
  ops: ['core', 'backend'],
  views: ['core', 'graph', 'ops'],
  encoders: ['core', 'graph', 'ops'],
  retrieval: ['core', 'graph', 'backend'],
  negatives: ['core', 'data', 'graph', 'ops', 'retrieval'],
  losses: ['core', 'ops'],
  evaluation: ['core', 'data', 'retrieval'],
  training: COMPUTE,
  export: ['core', 'data', 'graph', 'retrieval', 'training'],
  report: ['core', 'graph', 'evaluation', 'training'],
  // src/index.ts: the public API gathers everything but the command line, which sees nothing else
  'index.ts': [...COMPUTE, 'training', 'export', 'report'],
  cli: ['index.ts'],
});

export const LONGEST_FILE = 300;
const FORBIDDEN_NAMES = /^(utils?|common|helpers?|types|misc)$/;

/** Every broken rule under `root` (which holds `src/`), one sentence each; empty when all is well. */
export function brokenRules(root: string, allowed = ALLOWED_IMPORTS): string[] {
  const files = sourceFiles(root);
  const product = files.filter((file) => file.startsWith('src/') && !isTest(file));
  const edges = product.flatMap((file) => importEdges(root, file));
  return [
    ...files.flatMap((file) => nameAndLength(root, file)),
    ...product.filter((file) => file.endsWith('/index.ts')).flatMap((file) => onlyReExports(root, file)),
    ...edges.flatMap(({ file, from, to, target }) => {
      if (from === to) return [];
      if (!(from in allowed)) return [`${file}: the folder "${from}" is not in the folder table`];
      if (allowed[from].includes(to)) return [];
      return [
        `${file}: ${from} may not import ${to} (${target}); it may import ${allowed[from].join(', ') || 'nothing'}`,
      ];
    }),
    ...folderCycles(edges),
  ];
}

const isTest = (file: string): boolean => file.endsWith('.test.ts');

/** TypeScript and JavaScript files of the project, relative to `root`, with forward slashes. */
function sourceFiles(root: string): string[] {
  return readdirSync(root)
    .filter((folder) => ['src', 'tests', 'scripts', 'bench'].includes(folder))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => /\.(ts|mts|js|mjs)$/.test(file))
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

function onlyReExports(root: string, file: string): string[] {
  const rest = withoutComments(readFileSync(join(root, file), 'utf8')).replace(
    /export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'[^']+';/g,
    '',
  );
  return rest.trim() === '' ? [] : [`${file}: an index only re-exports`];
}

interface Edge {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly target: string;
}

/** The relative imports of a file of src/, as arrows between folders of src/. */
function importEdges(root: string, file: string): Edge[] {
  const text = withoutComments(readFileSync(join(root, file), 'utf8'));
  const specifiers = [
    ...text.matchAll(/\bfrom\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g),
    ...text.matchAll(/\b(?:require|require\.resolve)\s*\(\s*['"]([^'"]+)['"]/g),
  ].map((match) => match[1]);
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) =>
      relative('src', join(dirname(file), specifier))
        .split(sep)
        .join('/'),
    )
    .map((target) => ({ file, from: folderOf(file.slice('src/'.length)), to: folderOf(target), target }));
}

/** First folder of a path below src/; a file right in src/ is its own. */
function folderOf(path: string): string {
  const [first] = path.split('/');
  return first.replace(/\.js$/, '.ts');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function folderCycles(edges: readonly Edge[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(next.get(from) ?? [])].some((to) => to === goal || (!seen.has(to) && reaches(to, goal, seen.add(to))));
  const inCycles = [...next.keys()].filter((folder) => reaches(folder, folder)).sort();
  return inCycles.length === 0 ? [] : [`these folders import each other in a circle: ${inCycles.join(', ')}`];
}
