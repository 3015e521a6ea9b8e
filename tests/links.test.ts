/**
 * Links of the documentation: every relative link of every page leads to a file, and every anchor to a heading; in the
 * package as npm packs it too, which has fewer files. What ARCHITECTURE.md names as a file of `src/` is one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './run-cli.js';

const SKIPPED = new Set(['node_modules', 'build', '.git', '.cache']);

interface Link {
  readonly text: string;
  /** Path from the project's root, `/` between folders. */
  readonly path: string;
  readonly anchor?: string;
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name.startsWith('dist') ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const withoutFences = (page: string): string => page.replace(/^```[\s\S]*?^```$/gm, '');

function linksOf(page: string): Link[] {
  const text = withoutFences(read(page)).replace(/`[^`\n]*`/g, '``');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, anchor] = target.split('#');
      return { text: target, path: path === '' ? page : posix.join(posix.dirname(page), path), anchor };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutFences(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const repeats = seen.get(slug) ?? 0;
    seen.set(slug, repeats + 1);
    return repeats === 0 ? slug : `${slug}-${repeats}`;
  });
  return new Set(anchors);
}

const leadsNowhere = ({ path, anchor }: Link): boolean =>
  !existsSync(join(ROOT, path)) || (anchor !== undefined && !(path.endsWith('.md') && anchorsOf(path).has(anchor)));

describe('links', () => {
  it.each(pagesIn('.'))('of %s', (page) => {
    expect(
      linksOf(page)
        .filter(leadsNowhere)
        .map(({ text }) => text),
    ).toEqual([]);
  });

  it('of the packed pages lead to what is packed', () => {
    const npm = ['pack', '--dry-run', '--ignore-scripts', '--json'];
    const told = execFileSync('npm', npm, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    });
    const packed = new Set<string>(JSON.parse(told)[0].files.map(({ path }: { path: string }) => path));
    const pages = [...packed].filter((path) => path.endsWith('.md'));
    expect(pages).toContain('docs/tutorial.md');
    const dead = pages.flatMap((page) =>
      linksOf(page)
        .filter(({ path }) => !packed.has(path))
        .map(({ text }) => `${page}: ${text}`),
    );
    expect(dead).toEqual([]);
  });
});

it('the files that ARCHITECTURE.md names are there', () => {
  const spans = [...read('ARCHITECTURE.md').matchAll(/`([\w./-]+\/[\w.-]+\.(?:ts|mjs|h|cc))`/g)].map(
    ([, path]) => path,
  );
  const missing = spans.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, 'src', path)));
  expect(missing).toEqual([]);
});
