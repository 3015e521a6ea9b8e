/** Writes docs/commands.md: what `--help` says of every command, so that page and program can't disagree (a test compares). */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, say } from './steps.mjs';

const help = (...command) => {
  const env = { ...process.env, COLUMNS: '100', NO_COLOR: '1' };
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...command, '--help'], {
    encoding: 'utf8',
    env,
  });
  return stdout.trimEnd();
};

/** The whole page as text. Needs a build. */
export function commandPage() {
  const overview = help();
  const names = [...overview.split('Commands:')[1].matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  const sections = names
    .filter((name) => name !== 'help')
    .map((name) => `## ${name}\n\n\`\`\`\n${help(name)}\n\`\`\`\n`);
  return [
    '# Commands\n',
    'Written by `node scripts/write-command-page.mjs` from what `--help` says.\n',
    'Every command takes `--json` (exactly one JSON document on standard output; everything else goes to standard error).',
    'Exit codes: 0 done, 1 anything unexpected, 2 wrong usage or configuration, 3 bad data, 130 stopped by Ctrl-C after saving.\n',
    `\`\`\`\n${overview}\n\`\`\`\n`,
    ...sections,
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(ROOT, 'docs/commands.md'), commandPage());
  say('docs/commands.md written');
}
