/** A graph as people read it: counts, and all that `info` shows. */
import { shown } from '../core/terminal/shown-text.js';
import type { DegreeSummary, GraphDescription, GraphManifest } from '../index.js';
import { type Cell, keyValues, table } from './table.js';

export function countRows(counts: GraphManifest['counts']): [string, Cell][] {
  const cold = (number: number) =>
    number > 0 ? `  (${number.toLocaleString('en-US')} without a training interaction)` : '';
  return [
    ['users', counts.users.toLocaleString('en-US') + cold(counts.coldUsers)],
    ['items', counts.items.toLocaleString('en-US') + cold(counts.coldItems)],
    ['train', counts.trainEdges],
    ['validation', counts.validPairs],
    ['test', counts.testPairs],
  ];
}

export function graphText(description: GraphDescription): string {
  const { statistics, source } = description;
  const percent = (share: number) => `${(100 * share).toPrecision(3)} %`;
  const { components } = statistics;
  const facts: [string, Cell][] = [
    ['graph', description.id],
    ['source', sourceText(source)],
    ...countRows(description.counts),
    ['density', percent(statistics.density)],
    ['item popularity', `Gini ${statistics.itemPopularityGini.toFixed(3)}`],
    [
      'connected parts',
      `${components.count.toLocaleString('en-US')}, the largest with ${percent(components.largestShare)} of the nodes`,
    ],
    ['weights', description.hasWeights ? 'yes' : 'no'],
    ['timestamps', description.hasTimestamps ? 'yes' : 'no'],
    ['other events', description.otherEvents || undefined],
    ['user features', featuresText(description.userFeatures)],
    ['item features', featuresText(description.itemFeatures)],
    ['built by', description.createdBy],
    ['hash', description.hash],
  ];
  const degrees = table(
    ['interactions of a', 'mean', 'min', '10 %', '25 %', 'median', '75 %', '90 %', '99 %', 'max'],
    [degreeRow('user', statistics.userDegree), degreeRow('item', statistics.itemDegree)],
  );
  const information = [
    ...informationText('user', description.userInformation),
    ...informationText('item', description.itemInformation),
  ];
  const notes = description.notes.map((note) => `  - ${shown(note)}`);
  return [keyValues(facts), '', degrees, ...information, ...(notes.length > 0 ? ['', 'notes', ...notes] : [])].join(
    '\n',
  );
}

function degreeRow(side: string, { mean, min, p10, p25, p50, p75, p90, p99, max }: DegreeSummary): Cell[] {
  return [side, mean.toFixed(1), ...[min, p10, p25, p50, p75, p90, p99, max].map((value) => Math.round(value))];
}

/** Fields that are shown: more are wider than any terminal. */
const SHOWN_FIELDS = 16;

/** What the fields of a side know of one another, under the diagonal; nothing of a single field. */
function informationText(side: string, { names, nats }: GraphDescription['itemInformation']): string[] {
  if (names.length < 2) return [];
  const shownNames = names.slice(0, SHOWN_FIELDS);
  const rows = shownNames.map((name, i): Cell[] => [
    `${i + 1}  ${name}`,
    ...nats[i].slice(0, i + 1).map((value) => value.toFixed(2)),
  ]);
  const heads = [`${side} fields know of one another`, ...shownNames.map((_, i) => String(i + 1))];
  const more = names.length - shownNames.length;
  const rest = more > 0 ? [`${more} more fields are in the output of --json`] : [];
  return ['', table(heads, rows), '(mutual information in nats; on the diagonal all that a field can tell)', ...rest];
}

function featuresText(kinds: Readonly<Record<string, string>>): string | undefined {
  const columns = Object.entries(kinds).map(([name, kind]) => `${name} (${kind})`);
  return columns.length > 0 ? columns.join(', ') : undefined;
}

function sourceText({ kind, name, format, files }: Record<string, unknown>): string {
  if (kind !== 'files') return String(kind ?? 'unknown');
  const names = (Array.isArray(files) ? files : []).map((file) => String(file?.name));
  return `${name} (${format}: ${names.join(', ')})`;
}
