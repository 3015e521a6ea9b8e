/** docs/encoders.md says what the registry says. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.skipIf(!existsSync('dist/index.js'))(
  'the page of encoders is up to date (node scripts/write-encoders-page.mjs)',
  async () => {
    // @ts-expect-error a plain script without types
    const { encodersPage } = await import('../scripts/write-encoders-page.mjs');
    expect(readFileSync('docs/encoders.md', 'utf8')).toBe(await encodersPage());
  },
);
