/**
 * Whether two files, folders or answers hold the same: arrays byte by byte, JSON but for what tells of time, memory and
 * versions. Every function returns sentences, none where all is the same.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * Keys, at any depth, of what may differ: of a bundle also the size and sum of its page, which names the version; of what
 * `info` prints the configuration, whose file is compared itself.
 */
const VOLATILE = new Set(['stepMs', 'peakRssMB', 'versions', 'createdBy', 'manifestHash', 'README.md', 'config']);

/**
 * Compares by the kind that the name says. Absent on both sides is the same.
 * @param readConfig gives what a configuration says: one thing may be said in the form of one version or of another
 */
export function fileDifferences(a, b, name, readConfig) {
  const there = [a, b].map((file) => existsSync(file));
  if (!there[0] || !there[1]) return there[0] === there[1] ? [] : [`${name}: only ${there[0] ? 'A' : 'B'} has it`];
  if (statSync(a).isDirectory()) return folderDifferences(a, b, name, readConfig);
  if (name.endsWith('README.md')) return [];
  const [left, right] = [readFileSync(a), readFileSync(b)];
  if (left.equals(right)) return [];
  if (name.endsWith('config.yaml')) return valueDifferences(readConfig(String(left)), readConfig(String(right)), name);
  if (name.endsWith('.state')) return stateDifferences(readState(left), readState(right), name);
  if (/\.jsonl?$/.test(name)) return textDifferences(String(left), String(right), name);
  // the sum of a graph's manifest, which is compared itself
  if (name.endsWith('manifest.sha256')) return [];
  return [`${name}: other bytes`];
}

function folderDifferences(a, b, name, readConfig) {
  const names = [...new Set([...readdirSync(a), ...readdirSync(b)])].sort();
  return names.flatMap((each) => fileDifferences(join(a, each), join(b, each), `${name}/${each}`, readConfig));
}

/** Of JSON, or JSON lines, by value; of other text as it is. */
export function textDifferences(a, b, name) {
  const [left, right] = [a, b].map((text) => parsed(text) ?? text);
  return typeof left === 'string' || typeof right === 'string'
    ? left === right
      ? []
      : [`${name}: ${short(a)} against ${short(b)}`]
    : valueDifferences(left, right, name);
}

function parsed(text) {
  const attempts = [
    () => JSON.parse(text),
    () =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  ];
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch {
      // of another form
    }
  }
  return undefined;
}

/** The first few values that differ, by their paths. */
export function valueDifferences(a, b, name) {
  const found = [];
  const visit = (left, right, path) => {
    if (isDeepStrictEqual(left, right)) return;
    const nested = [left, right].every((value) => typeof value === 'object' && value !== null);
    if (!nested) {
      found.push(`${name}: ${path} ${short(left)} against ${short(right)}`);
      return;
    }
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (!VOLATILE.has(key)) visit(left[key], right[key], path === '' ? key : `${path}.${key}`);
    }
  };
  visit(a, b, '');
  return found.length > 3 ? [...found.slice(0, 3), `${name}: … ${found.length} values in all`] : found;
}

const short = (value) => {
  const text = typeof value === 'string' ? value.trim() : (JSON.stringify(value) ?? 'nothing');
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

/** A checkpoint as `twinlight` lays it out: 44 bytes, of which 8 … 11 say how long the header is, the header, the arrays. */
export function readState(bytes) {
  const headerBytes = bytes.readUInt32LE(8);
  const { meta, arrays } = JSON.parse(bytes.toString('utf8', 44, 44 + headerBytes));
  let at = 44 + headerBytes;
  const read = arrays.map(({ name, shape, length }) => {
    const values = bytes.subarray(at, at + 4 * length);
    at += 4 * length;
    return [name, { shape, bytes: values }];
  });
  return { meta, arrays: Object.fromEntries(read) };
}

function stateDifferences(a, b, name) {
  const names = [...new Set([...Object.keys(a.arrays), ...Object.keys(b.arrays)])];
  const ofArrays = names.flatMap((array) => arrayDifferences(a.arrays[array], b.arrays[array], `${name} ${array}`));
  return [...ofArrays, ...valueDifferences(a.meta, b.meta, `${name} meta`)];
}

function arrayDifferences(a, b, name) {
  if (!a || !b) return [`${name}: only ${a ? 'A' : 'B'} has it`];
  if (!isDeepStrictEqual(a.shape, b.shape)) return [`${name}: [${a.shape}] against [${b.shape}]`];
  if (a.bytes.equals(b.bytes)) return [];
  let count = 0;
  let largest = 0;
  for (let at = 0; at < a.bytes.length; at += 4) {
    if (a.bytes.readUInt32LE(at) === b.bytes.readUInt32LE(at)) continue;
    count++;
    largest = Math.max(largest, Math.abs(a.bytes.readFloatLE(at) - b.bytes.readFloatLE(at)));
  }
  return [`${name}: ${count} of ${a.bytes.length / 4} numbers differ, by ${largest.toPrecision(2)} at most`];
}
