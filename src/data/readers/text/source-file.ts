/**
 * The bytes of a text file as its reader wants them: gunzipped where the file is gzip (by its first bytes, whatever
 * its name), without byte-order marks at the starts of lines, counted for progress and hashed on the way, in chunks.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { otherThanFile } from '../../../core/disk/file-kind.js';
import { DataError } from '../../../core/errors.js';
import type { ProgressHandle, Reporter } from '../../../core/reporter.js';
import { forEachLine } from './byte-lines.js';
import { BomFilter, endsLinesInCr, withLineFeeds, withoutBoms } from './clean-text.js';
import { forEachPiece, gunzipHead } from './gzip-text.js';
import { Utf8Check } from './utf8-check.js';

const SAMPLE_BYTES = 1 << 16;
const CHUNK_BYTES = 1 << 18;

export class SourceFile {
  readonly name: string;
  readonly bytes: number;
  readonly isGzip: boolean;
  /** Start of the text as `chunks` gives it, up to 64 KiB. */
  readonly sample: Buffer;
  /** Whether `sample` is the whole text. */
  readonly sampleIsWhole: boolean;
  /** Whether lines end in a carriage return alone; `chunks` gives line feeds. */
  private readonly endsLinesInCr: boolean;
  private digest: string | undefined;
  private encoding = new Utf8Check();

  /** @throws DataError when the file is missing, no file, not readable, empty, UTF-16 or not text. */
  constructor(readonly path: string) {
    this.name = basename(path);
    this.bytes = this.attempt('read', () => sizeOfFile(path));
    const head = this.attempt('read', () => readHead(path));
    this.isGzip = head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
    const text = this.isGzip ? this.attempt('gunzip', () => gunzipHead(head, SAMPLE_BYTES + 1)) : head;
    this.sampleIsWhole = this.bytes <= SAMPLE_BYTES && text.length <= SAMPLE_BYTES;
    const start = text.subarray(0, SAMPLE_BYTES);
    this.endsLinesInCr = endsLinesInCr(start);
    this.sample = withoutBoms(this.endsLinesInCr ? withLineFeeds(start) : start);
    this.refuseOtherThanText(start);
  }

  /** sha256 of the file as it lies on disk; known once `open`'s stream was read to its end. */
  get sha256(): string {
    if (this.digest === undefined) throw new Error(`${this.name} was not read to its end yet`);
    return this.digest;
  }

  /** Whether the text is UTF-8; known once `chunks` was read to its end. */
  get isUtf8(): boolean {
    return this.encoding.isUtf8;
  }

  /**
   * The whole text from its start, in chunks.
   *
   * @throws DataError `DATA_UNREADABLE` when the disk or the gzip data fail half way.
   */
  async *chunks(reporter: Reporter): AsyncGenerator<Buffer> {
    const progress = reporter.progress(`reading ${this.name}`, this.bytes, 'bytes');
    const raw = createReadStream(this.path, { highWaterMark: CHUNK_BYTES });
    const hash = createHash('sha256');
    const gunzip = this.isGzip ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
    const stages: (Readable | Transform)[] = [raw, hashedOn(hash, progress), ...(gunzip ? [gunzip] : [])];
    // errors come out of the last stage, which is read below
    const text = pipeline(stages as [Readable, Transform], () => {});
    const boms = new BomFilter();
    this.encoding = new Utf8Check();
    try {
      for await (const chunk of text as unknown as AsyncIterable<Buffer>) {
        this.encoding.add(chunk);
        const bytes = boms.take(this.endsLinesInCr ? withLineFeeds(chunk) : chunk);
        if (bytes.length > 0) yield bytes;
      }
    } catch (error) {
      throw this.failure('read', error as NodeJS.ErrnoException);
    } finally {
      // also where the reader of the chunks gives up: what it says must not stand on the bar's line
      progress.finish();
    }
    const rest = boms.finish();
    if (rest.length > 0) yield rest;
    const end = gunzip?.bytesWritten ?? this.bytes;
    this.digest = end < this.bytes ? this.digestBehind(end) : hash.digest('hex');
  }

  /**
   * Every line of the text; see `forEachLine` for what the handler is given.
   *
   * @throws DataError as `chunks`, and `DATA_LINE_TOO_LONG`
   */
  async forEachLine(reporter: Reporter, handle: Parameters<typeof forEachLine>[1]): Promise<void> {
    await forEachLine(this.chunks(reporter), handle, { file: this.path });
  }

  /**
   * Digest of a gzip file whose last member ends at `end`: tapes and some copying tools fill up with zeros, which gzip
   * passes over, and which the stream leaves unread.
   */
  private digestBehind(end: number): string {
    const hash = createHash('sha256');
    let stray = -1;
    this.attempt('read', () =>
      forEachPiece(this.path, (bytes, at) => {
        hash.update(bytes);
        const from = Math.max(0, end - at);
        const found = stray < 0 ? bytes.subarray(from).findIndex((byte) => byte !== 0) : -1;
        if (found >= 0) stray = at + from + found;
      }),
    );
    if (stray >= 0) {
      const message = `cannot read the file: damaged gzip data (byte ${stray + 1} begins what is neither gzip nor zeros)`;
      throw new DataError('DATA_UNREADABLE', message, { location: { file: this.path } });
    }
    return hash.digest('hex');
  }

  private refuseOtherThanText(text: Buffer): void {
    const location = { file: this.path };
    if (text.length >= 2 && ((text[0] === 0xff && text[1] === 0xfe) || (text[0] === 0xfe && text[1] === 0xff))) {
      throw new DataError('DATA_ENCODING', 'expected UTF-8 text, got UTF-16; save it as UTF-8', { location });
    }
    if (text.includes(0)) {
      throw new DataError('DATA_NOT_TEXT', 'expected a text file (or one packed by gzip), got binary data', {
        location,
      });
    }
    if (this.sampleIsWhole && text.toString('utf8').trim().replace('\ufeff', '') === '') {
      throw new DataError('DATA_EMPTY', 'the file is empty; expected at least one interaction', { location });
    }
  }

  private attempt<T>(action: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw this.failure(action, error as NodeJS.ErrnoException);
    }
  }

  private failure(action: string, error: NodeJS.ErrnoException | DataError): DataError {
    if (error instanceof DataError) return error;
    const location = { file: this.path };
    if (error.code === 'ENOENT') return new DataError('DATA_MISSING_FILE', 'no such file', { location, cause: error });
    const why = error.code?.startsWith('Z_') ? `damaged gzip data (${error.message})` : error.message;
    return new DataError('DATA_UNREADABLE', `cannot ${action} the file: ${why}`, { location, cause: error });
  }
}

/** A pipe has no size, can't be read twice, and keeps whoever opens it waiting. */
function sizeOfFile(path: string): number {
  const stats = statSync(path);
  const other = otherThanFile(stats);
  if (other === undefined) return stats.size;
  const advice = stats.isDirectory() ? '' : '; logs are read more than once, so write what it holds to a file first';
  throw new DataError('DATA_NO_FILE', `expected a file, got ${other}${advice}`, { location: { file: path } });
}

function readHead(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    return buffer.subarray(0, readSync(file, buffer, 0, SAMPLE_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

/** Passes bytes on, hashed and counted. */
function hashedOn(hash: Hash, progress: ProgressHandle): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      seen += chunk.length;
      progress.update(seen);
      done(null, chunk);
    },
  });
}
