/**
 * Exports of src/ that nobody needs: neither public (reachable from the entries of package.json) nor imported by another
 * source file, a script or a bench. What only tests import needs a stated reason. Works on any tree of that form.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

/** `src/a/b.ts#name`. */
type ExportId = string;

const ALL = '*';

/** What one file says about modules; paths relative to the root. */
interface Module {
  /** Exported name → where it comes from; undefined where it is declared here. */
  readonly exports: ReadonlyMap<string, { readonly file: string; readonly name: string } | undefined>;
  /** Files of which everything is exported. */
  readonly exportsAllOf: readonly string[];
  /** What it imports; the name `*` stands for all. */
  readonly imports: readonly { readonly file: string; readonly name: string }[];
}

/**
 * @param onlyTested exports that only tests import → why they are exports
 * @returns one sentence a problem, sorted
 */
export function unusedExports(root: string, onlyTested: Readonly<Record<ExportId, string>> = {}): string[] {
  const files = codeFiles(root);
  const modules = new Map(files.map((file) => [file, readModule(root, file)]));
  const product = files.filter((file) => !isTest(file));
  const publicNames = entriesOf(root).map((file) => ({ file, name: ALL }));
  const used = reached(modules, [...publicNames, ...product.flatMap((file) => modules.get(file)!.imports)]);
  const tested = reached(
    modules,
    files.filter(isTest).flatMap((file) => modules.get(file)!.imports),
  );
  const unused = product
    .filter((file) => file.startsWith('src/'))
    .flatMap((file) => [...modules.get(file)!.exports.keys()].map((name) => `${file}#${name}`))
    .filter((id) => !used.has(id));
  return [
    ...unused.filter((id) => !tested.has(id)).map((id) => `${id}: exported, and nothing uses it`),
    ...unused
      .filter((id) => tested.has(id) && !(id in onlyTested))
      .map((id) => `${id}: only tests use it; export it for a stated reason, or not at all`),
    ...Object.keys(onlyTested)
      .filter((id) => !unused.includes(id) || !tested.has(id))
      .map((id) => `${id}: listed as used by tests alone, which it is not`),
  ].sort();
}

/** Everything that `roots` lead to, re-exports followed. */
function reached(
  modules: ReadonlyMap<string, Module>,
  roots: readonly { readonly file: string; readonly name: string }[],
): Set<ExportId> {
  const found = new Set<ExportId>();
  const queue = [...roots];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { file, name } = next;
    const module = modules.get(file);
    if (module === undefined || found.has(`${file}#${name}`)) continue;
    found.add(`${file}#${name}`);
    if (name === ALL) queue.push(...[...module.exports.keys()].map((each) => ({ file, name: each })));
    const source = module.exports.get(name);
    if (source) queue.push(source);
    // `default` goes through no star, and a name of the file's own hides one behind a star
    if (!module.exports.has(name)) queue.push(...module.exportsAllOf.map((other) => ({ file: other, name })));
  }
  return found;
}

const isTest = (file: string): boolean => file.startsWith('tests/') || /\.test\.\w+$/.test(file);

function codeFiles(root: string): string[] {
  return ['src', 'tests', 'scripts', 'bench']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file.replaceAll('\\', '/')),
      ),
    )
    .filter((file) => /\.(ts|mts|js|mjs)$/.test(file))
    .sort();
}

/** Source files of the package's entries and of its commands. */
function entriesOf(root: string): string[] {
  const { exports = {}, bin = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const targets = [
    ...Object.values<{ default?: string }>(exports).map((entry) => entry.default),
    ...Object.values(bin),
  ];
  return targets.filter((target) => typeof target === 'string').map((target) => sourceOf(join(target)));
}

/** The TypeScript behind a path to what it is compiled to. */
const sourceOf = (path: string): string => path.replace(/^dist\//, 'src/').replace(/^(src\/.*)\.js$/, '$1.ts');

function readModule(root: string, file: string): Module {
  const text = withoutComments(readFileSync(join(root, file), 'utf8'));
  const target = (specifier: string): string =>
    sourceOf(join(dirname(file), specifier).replace(/^(tests\/.*)\.js$/, '$1.ts'));
  const exports = new Map<string, { file: string; name: string } | undefined>();
  const declared =
    /^export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:const\s+enum|function\*?|const|let|class|interface|type|enum)\s+([\w$]+)/gm;
  for (const [, name] of text.matchAll(declared)) exports.set(name, undefined);
  if (/^export\s+default\b/m.test(text)) exports.set('default', undefined);
  for (const [, names, specifier] of text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}(?:\s*from\s*'(\.[^']*)')?/gm)) {
    for (const { name, as } of namesIn(names))
      exports.set(as, specifier ? { file: target(specifier), name } : undefined);
  }
  const stars = [...text.matchAll(/^export\s+\*\s+from\s*'(\.[^']*)'/gm)];
  const imports = [
    ...[...text.matchAll(/\bimport\s+(?:type\s+)?(?:([\w$]+)\s*,?\s*)?(?:\{([^}]*)\})?\s*from\s*'(\.[^']*)'/g)].flatMap(
      ([, fallback, names, specifier]) =>
        [...(fallback ? ['default'] : []), ...namesIn(names ?? '').map(({ name }) => name)].map((name) => ({
          file: target(specifier),
          name,
        })),
    ),
    // a whole module: by a name, at run time, as a type
    ...[...text.matchAll(/(?:\*\s+as\s+[\w$]+\s+from|\bimport\s*\()\s*'(\.[^']*)'/g)].map(([, specifier]) => ({
      file: target(specifier),
      name: ALL,
    })),
  ];
  return { exports, exportsAllOf: stars.map(([, specifier]) => target(specifier)), imports };
}

/** `a, type b, c as d` taken apart. */
function namesIn(list: string): { name: string; as: string }[] {
  return list
    .split(',')
    .map((part) => part.trim().replace(/^type\s+/, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const [name, as = name] = part.split(/\s+as\s+/);
      return { name, as };
    });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
