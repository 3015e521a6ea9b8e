/** docs/losses.md says what the registry says. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.skipIf(!existsSync('dist/index.js'))(
  'the page of losses is up to date (node scripts/write-losses-page.mjs)',
  async () => {
    // @ts-expect-error a plain script without types
    const { lossesPage } = await import('../scripts/write-losses-page.mjs');
    expect(readFileSync('docs/losses.md', 'utf8')).toBe(await lossesPage());
  },
);
