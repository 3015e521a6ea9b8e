/** docs/views.md has a section for every view but the trivial one. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VIEW_NAMES } from '../src/views/index.js';

it('the page of views has a section for each', () => {
  const page = readFileSync('docs/views.md', 'utf8');
  const sections = [...page.matchAll(/^## `(.+)`$/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual(VIEW_NAMES.filter((name) => name !== 'identity').sort());
});
