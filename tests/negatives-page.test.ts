/** docs/negatives.md says what the registry says. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.skipIf(!existsSync('dist/index.js'))(
  'the page of negatives is up to date (node scripts/write-negatives-page.mjs)',
  async () => {
    // @ts-expect-error a plain script without types
    const { negativesPage } = await import('../scripts/write-negatives-page.mjs');
    expect(readFileSync('docs/negatives.md', 'utf8')).toBe(await negativesPage());
  },
);
