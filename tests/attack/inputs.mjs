/**
 * Input files damaged at random (CSV, JSON lines, LightGCN, RecBole, each of them gzipped too, feature files, YAML configurations), each
 * followed by a build: a graph, or a refusal with exit code 2 or 3.
 *
 *     node scripts/build.mjs && node tests/attack/inputs.mjs --cases 20000 --seed 1
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { command, fault } from './command-in-process.mjs';
import { inChildren } from './in-children.mjs';
import { damage, drawing } from './random-damage.mjs';

const PAIRS = Array.from({ length: 60 }, (_, i) => [
  `u${i % 12}`,
  `i${(i * 7 + Math.floor(i / 12)) % 10}`,
  1_600_000_000 + i * 3600,
]);
const lines = (...rows) => Buffer.from(`${rows.join('\n')}\n`);
const ITEMS = Array.from({ length: 10 }, (_, n) => [`i${n}`, `Title ${n}`, n % 2 ? 'a|b' : 'c', 1990 + n]);

/** `files` by name; the ones that may be damaged first. */
const SOURCES = [
  {
    files: {
      'log.csv': lines('user,item,timestamp,rating', ...PAIRS.map(([u, i, t], n) => `${u},${i},${t},${n % 5}`)),
    },
  },
  {
    files: {
      'log.tsv': lines('user\titem\tevent', ...PAIRS.map(([u, i], n) => `${u}\t${i}\t${n % 3 ? 'click' : 'view'}`)),
    },
  },
  {
    files: {
      'log.jsonl': lines(
        ...PAIRS.map(([user, item, timestamp]) => JSON.stringify({ user, item, timestamp, rating: 3 })),
      ),
    },
  },
  { files: { 'train.txt': lines(...byUser(0, 4)), 'test.txt': lines(...byUser(4, 5)) } },
  {
    files: {
      'log.inter': lines('user_id:token\titem_id:token\ttimestamp:float', ...PAIRS.map((row) => row.join('\t'))),
    },
  },
  {
    files: {
      'items.csv': lines('item,title,genre,year', ...ITEMS.map((row) => row.join(','))),
      'log.csv': lines('user,item', ...PAIRS.map(([u, i]) => `${u},${i}`)),
    },
  },
  {
    files: {
      'items.jsonl': lines(
        ...ITEMS.map(([item, title, genre, year]) => JSON.stringify({ item, title, genre: genre.split('|'), year })),
      ),
      'log.csv': lines('user,item', ...PAIRS.map(([u, i]) => `${u},${i}`)),
    },
    options: ['--set', 'data.itemFeatures.path=items.jsonl'],
  },
  {
    files: {
      'log.item': lines(
        'item_id:token\ttitle:token_seq\tgenre:token\tyear:float',
        ...ITEMS.map((row) => row.join('\t')),
      ),
      'log.inter': lines('user_id:token\titem_id:token', ...PAIRS.map(([u, i]) => `${u}\t${i}`)),
    },
  },
  {
    files: {
      'config.yaml': lines(
        'data:',
        '  split: {name: random, validRatio: 0.1}',
        '  useWeights: true',
        '  kCore: 2',
        '  columns: {weight: rating}',
        '  events:',
        '    click: positive',
        '    view: exposed',
        'training: {epochs: 3}',
      ),
      'log.csv': lines(
        'user,item,rating,event',
        ...PAIRS.map(([u, i], n) => `${u},${i},${1 + (n % 5)},${n % 3 ? 'click' : 'view'}`),
      ),
    },
    options: ['--config', 'logs/config.yaml'],
  },
];

function byUser(from, to) {
  return Array.from({ length: 12 }, (_, user) =>
    [user, ...Array.from({ length: to - from }, (_, n) => (user + (from + n) * 2) % 10)].join(' '),
  );
}

async function inputs(seed, from, cases) {
  const work = mkdtempSync(join(tmpdir(), 'twinlight-inputs-'));
  process.chdir(work);
  const others = SOURCES.flatMap(({ files }) => Object.values(files));
  const findings = [];
  try {
    for (let number = from; number < from + cases; number++) {
      const draw = drawing(seed * 1_000_003 + number);
      const { files, options = [] } = draw.one(SOURCES);
      const [name] = Object.keys(files);
      const { content, how, isZipped } = damaged(draw, files[name], others, name);
      rmSync('logs', { recursive: true, force: true });
      mkdirSync('logs');
      for (const [other, bytes] of Object.entries(files)) if (other !== name) writeFileSync(join('logs', other), bytes);
      writeFileSync(join('logs', isZipped ? `${name}.gz` : name), content);
      const source =
        'config.yaml' in files || 'train.txt' in files || Object.keys(files).length > 1
          ? 'logs'
          : join('logs', isZipped ? `${name}.gz` : name);
      const policy = draw.chance(0.5) ? ['--set', 'data.onBadRow=skip'] : [];
      const weights = draw.chance(0.2) ? ['--set', 'data.useWeights=true'] : [];
      const told = await command('build', source, '--out', 'graphs', '--quiet', ...options, ...policy, ...weights);
      const wrong = fault(told);
      if (wrong) findings.push(`case ${number}: ${name} (${how}): ${wrong.replaceAll('\n', ' | ')}`);
      rmSync('graphs', { recursive: true, force: true });
    }
    return findings;
  } finally {
    process.chdir(tmpdir());
    rmSync(work, { recursive: true, force: true });
  }
}

function damaged(draw, bytes, others, name) {
  const isZipped = name !== 'config.yaml' && !name.startsWith('items') && draw.chance(0.15);
  if (isZipped && draw.chance(0.5)) {
    const { bytes: content, how } = damage(draw, gzipSync(bytes), others);
    return { content, how: `${how}, of gzip`, isZipped };
  }
  const { bytes: content, how } = damage(draw, bytes, others);
  return { content: isZipped ? gzipSync(content) : content, how, isZipped };
}

await inChildren(fileURLToPath(import.meta.url), inputs);
