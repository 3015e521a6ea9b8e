/** bench/RESULTS.md says what the filed results say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'bench', 'RESULTS.md'), 'utf8');

it('is what the generator writes (node bench/write-results.mjs)', async () => {
  // @ts-expect-error a plain script without types
  const { resultsPage } = await import('../bench/write-results.mjs');
  expect(page).toBe(resultsPage());
});

it('says of every table where it comes from, and of figures of quality what selected them', () => {
  const sections = page.split(/^### /m).slice(1);
  expect(sections.length).toBeGreaterThan(20);
  for (const section of sections) {
    const [title] = section.split('\n', 1);
    for (const fact of ['command', 'data', 'filed']) expect(section, title).toMatch(new RegExp(`^- ${fact}: `, 'm'));
    if (/ndcg@20|recall@20/.test(section)) expect(section, title).toMatch(/^- (?:seeds|selected on): /m);
  }
});

it('marks what was chosen with test figures in sight', () => {
  const row = (name: string) => page.split('\n').find((line) => line.startsWith(`| ${name} | 1, 2, 42 |`));
  expect(row('joint@contrast+history@even')).toContain('**test seen**');
  expect(row('joint+history@even')).not.toContain('test seen');
});
