/** What benchmarks and studies have filed: reading it, and telling where it comes from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BENCH = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns names of the files in a folder of bench/ that match, sorted, the latest date last */
export function filesIn(folder, pattern) {
  if (!existsSync(join(BENCH, folder))) return [];
  return readdirSync(join(BENCH, folder))
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

export const foldersIn = (folder) =>
  readdirSync(join(BENCH, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** The file with the latest date of those that match. */
export const latest = (folder, pattern = /\.json$/) => filesIn(folder, pattern).at(-1);

export const readText = (file) => readFileSync(join(BENCH, file), 'utf8');
export const readJson = (file) => JSON.parse(readText(file));

/** A link from bench/RESULTS.md, to a page that is packed with it. */
export const link = (file, text = file) => `[${text}](${encodeURI(file)})`;

/** `gowalla_given_8173e4cd` is the data, the split and the head of the graph's hash. */
export function dataOf(graph) {
  const [, name, split, hash] = graph.match(/^(.+)_([a-z-]+)_([0-9a-f]{8})$/);
  return `${name}, split ${split}, graph ${hash}`;
}

/** `AMD EPYC, 2 cores, Node v20.20.2, native`: what of it was filed. */
export function environmentOf({ cpu, cores, threads, node, backend }) {
  const told = [
    cpu,
    cores && `${cores} cores`,
    threads && `threads: ${threads}`,
    node && `Node ${node}`,
    backend?.split(';')[0],
  ];
  return told.filter(Boolean).join(', ');
}

/** A filed result, by its path in the repository: the package does not have it. */
export const named = (file) => `\`bench/${file}\``;

/** The lines above a table: where its figures come from. */
export function facts({ command, data, seeds, selected, environment, filed, more }) {
  const lines = {
    command: `\`${command}\``,
    data,
    seeds,
    'selected on': selected,
    environment,
    filed: [filed].flat().map(named).join(', '),
    more: more && link(more),
  };
  return Object.entries(lines)
    .filter(([, value]) => value)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}

/** A heading, the facts of `facts`, and what follows: tables and sentences. */
export function section(title, about, ...rest) {
  return [`### ${title}`, facts(about), ...rest].join('\n\n');
}

export const milliseconds = (value) =>
  value === undefined ? '' : `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 0)} ms`;
export const times = (value) => (value === undefined ? '' : value.toFixed(value < 10 ? 2 : 0));
export const percent = (value) => `${(100 * value).toFixed(0)} %`;
