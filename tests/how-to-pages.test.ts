/** Every command on the how-to pages runs; tests/examples.test.ts has the page of the API. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { runPage } from './page-commands.js';
import { ROOT } from './run-cli.js';

const PAGES = readdirSync(join(ROOT, 'docs', 'how-to')).filter((name) => name !== 'use-from-code.md');

it.each(PAGES)(
  'the commands of docs/how-to/%s',
  async (name) => void (await runPage(join('docs', 'how-to', name))),
  600_000,
);
