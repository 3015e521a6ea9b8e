/** What `--help` says of every command. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../steps.mjs';

function help(...command) {
  const env = { ...process.env, COLUMNS: '100', NO_COLOR: '1' };
  const arguments_ = [join(ROOT, 'dist/cli/main.js'), ...command, '--help'];
  return spawnSync(process.execPath, arguments_, { encoding: 'utf8', env }).stdout.trimEnd();
}

const block = (text) => `\`\`\`\n${text}\n\`\`\``;

/** @returns the overview, and a section a command */
export function commandSections() {
  const overview = help();
  const names = [...overview.split('Commands:')[1].matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  const sections = names.filter((name) => name !== 'help').map((name) => `## ${name}\n\n${block(help(name))}\n`);
  return { overview: block(overview), commands: sections.join('\n') };
}
