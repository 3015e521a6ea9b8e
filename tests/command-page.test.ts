/** docs/commands.md says what the built program says. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it.skipIf(!existsSync('dist/cli/main.js'))(
  'the page of commands is up to date (node scripts/write-command-page.mjs)',
  async () => {
    // @ts-expect-error a plain script without types
    const { commandPage } = await import('../scripts/write-command-page.mjs');
    expect(readFileSync('docs/commands.md', 'utf8')).toBe(commandPage());
  },
);
