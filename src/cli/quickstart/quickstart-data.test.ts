import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolders, findData } from './find-data.js';
import { downloadMovieLens, writeMovieLensTables } from './movielens.js';
import { readZip } from './zip.js';

/** A zip archive with every entry deflated, or stored where that is asked for. */
function zipOf(files: Record<string, string>, { stored = false, encoding = 'utf8' as BufferEncoding } = {}): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text, encoding);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const header = Buffer.alloc(30 + name.length);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(name.length, 26);
    header.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    entry.write(name, 46);
    local.push(header, packed);
    directory.push(entry);
    offset += header.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...directory, end]);
}

const ARCHIVE = zipOf(
  {
    'ml-100k/': '',
    'ml-100k/u.genre': 'unknown|0\nAction|1\nFilm Noir|2\n\n',
    'ml-100k/u.item': '1|Toy Story (1995)|01-Jan-1995||http://x|0|1|1\n2|Misérables, Les|||http://x|1|0|0\n',
    'ml-100k/u.user': '1|24|M|technician|85711\n',
    'ml-100k/u.data': '1\t2\t3\t881250949\n1\t1\t5\t881250950\n',
  },
  { encoding: 'latin1' },
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlight-quickstart-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('zip', () => {
  it('reads deflated and stored entries', () => {
    const files = { 'a.txt': 'hello '.repeat(1000), 'b/c.txt': '' };
    for (const stored of [false, true]) {
      const read = readZip(zipOf(files, { stored }));
      expect(Object.fromEntries([...read].map(([name, bytes]) => [name, bytes().toString()]))).toEqual(files);
    }
  });

  it('refuses what is no archive and what is cut short', () => {
    expect(() => readZip(Buffer.from('hello'))).toThrow('not a zip archive');
    const damaged = zipOf({ a: 'hello' });
    damaged.writeUInt32LE(0, 0);
    expect(() => readZip(damaged).get('a')!()).toThrow('a: the zip entry is damaged');
  });
});

describe('MovieLens', () => {
  it('rewrites the archive as typed tables', () => {
    writeMovieLensTables(ARCHIVE, folder);
    const lines = (name: string) => readFileSync(join(folder, `ml-100k.${name}`), 'utf8').split('\n');
    expect(lines('item')).toEqual([
      'item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq',
      '1\tToy Story\t1995\tAction Film-Noir',
      '2\tMisérables, Les\t\tunknown',
      '',
    ]);
    expect(lines('user')[1]).toBe('1\t24\tM\ttechnician\t85711');
    expect(lines('inter').slice(1)).toEqual(['1\t2\t3\t881250949', '1\t1\t5\t881250950', '']);
  });

  async function served<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const settings = (url: string, timeoutMs = 5000) => ({
    name: 'ml-100k',
    url: url,
    md5: createHash('md5').update(ARCHIVE).digest('hex'),
    timeoutMs: timeoutMs,
  });

  it('downloads and checks the checksum', async () => {
    const archive = await served(
      (_, response) => response.end(ARCHIVE),
      (url) => downloadMovieLens(settings(url)),
    );
    expect(archive.equals(ARCHIVE)).toBe(true);
  });

  it('says why it failed: another file, an error page, silence, nobody there', async () => {
    const failing = (listener: RequestListener, timeoutMs?: number) =>
      served(listener, (url) => downloadMovieLens(settings(url, timeoutMs)));
    await expect(failing((_, response) => response.end('x'))).rejects.toThrow('not the published file');
    await expect(failing((_, response) => response.writeHead(503).end())).rejects.toThrow('HTTP 503');
    await expect(failing(() => {}, 50)).rejects.toThrow('no answer within 0.05 s');
    await expect(downloadMovieLens(settings('http://127.0.0.1:1/'))).rejects.toThrow("can't be reached");
  });
});

describe('findData', () => {
  const told: string[] = [];
  const reporter = {
    info: (message: string) => told.push(message),
    warn: (message: string) => told.push(`warning: ${message}`),
    progress: () => ({ update() {}, finish() {} }),
  };
  const options = () => ({
    reporter,
    environment: {},
    packageRoot: join(folder, 'package'),
    cacheFolder: join(folder, 'cache'),
    download: async () => ARCHIVE,
  });
  beforeEach(() => {
    told.length = 0;
  });

  it('takes what is asked for', async () => {
    expect(await findData('my/logs', options())).toEqual({ kind: 'given', path: 'my/logs' });
  });

  it('downloads once, then uses what it kept', async () => {
    const path = join(folder, 'cache', 'ml-100k');
    expect(await findData(undefined, options())).toEqual({ kind: 'movielens', path });
    expect(readdirSync(path).sort()).toEqual(['ml-100k.inter', 'ml-100k.item', 'ml-100k.user']);
    const offline = { ...options(), download: () => Promise.reject(new Error('called')) };
    expect(await findData(undefined, offline)).toEqual({ kind: 'movielens', path });
  });

  it('prefers TWINLIGHT_DATA, then the folder beside the clone', async () => {
    const beside = join(folder, 'shared', 'data', 'ml-100k');
    mkdirSync(beside, { recursive: true });
    writeMovieLensTables(ARCHIVE, beside);
    expect(await findData(undefined, options())).toEqual({ kind: 'movielens', path: beside });
    const mine = join(folder, 'mine');
    mkdirSync(mine);
    writeMovieLensTables(ARCHIVE, mine);
    const found = await findData(undefined, { ...options(), environment: { TWINLIGHT_DATA: mine } });
    expect(found).toEqual({ kind: 'movielens', path: mine });
  });

  it('falls back to the planted world and says why', async () => {
    const failing = { ...options(), download: () => Promise.reject(new Error('no answer within 15 s')) };
    expect(await findData(undefined, failing)).toEqual({ kind: 'planted' });
    expect(told.join('\n')).toContain("warning: MovieLens 100K can't be had: no answer within 15 s");
    expect(told.join('\n')).toContain('planted world');
  });

  it('lists only folders that exist', () => {
    writeFileSync(join(folder, 'x'), '');
    const environment = { TWINLIGHT_DATA: join(folder, 'nowhere') };
    expect(dataFolders({ environment, packageRoot: join(folder, 'package') })).toEqual([]);
  });
});
