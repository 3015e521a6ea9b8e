/**
 * The bytes of a text file as its reader wants them: gunzipped where the file is gzip (by its first bytes, whatever
 * its name), without a byte-order mark, counted for progress and hashed on the way, in chunks.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip, gunzipSync, constants as zlib } from 'node:zlib';
import { DataError } from '../../core/errors.js';
import type { ProgressHandle, Reporter } from '../../core/reporter.js';
import { Utf8Check } from './utf8-check.js';

const SAMPLE_BYTES = 1 << 16;
const CHUNK_BYTES = 1 << 18;

export class SourceFile {
  readonly name: string;
  readonly bytes: number;
  readonly isGzip: boolean;
  /** Start of the text, up to 64 KiB, without a byte-order mark. */
  readonly sample: Buffer;
  /** Whether `sample` is the whole text. */
  readonly sampleIsWhole: boolean;
  private digest: string | undefined;
  private encoding = new Utf8Check();

  /** @throws DataError when the file is missing, not readable, empty, UTF-16 or not text. */
  constructor(readonly path: string) {
    this.name = basename(path);
    this.bytes = this.attempt('read', () => statSync(path).size);
    const head = this.attempt('read', () => readHead(path));
    this.isGzip = head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
    const text = this.isGzip
      ? this.attempt('gunzip', () => gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH }))
      : head;
    this.sampleIsWhole = this.bytes <= SAMPLE_BYTES && text.length <= SAMPLE_BYTES;
    this.sample = withoutBom(text).subarray(0, SAMPLE_BYTES);
    this.refuseOtherThanText(text);
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
    const stages: (Readable | Transform)[] = [raw, this.tap(progress)];
    if (this.isGzip) stages.push(createGunzip({ chunkSize: CHUNK_BYTES }));
    // errors come out of the last stage, which is read below
    const text = pipeline(stages as [Readable, Transform], () => {});
    let isFirst = true;
    this.encoding = new Utf8Check();
    try {
      for await (const chunk of text as unknown as AsyncIterable<Buffer>) {
        this.encoding.add(chunk);
        yield isFirst ? withoutBom(chunk) : chunk;
        isFirst = false;
      }
    } catch (error) {
      throw this.failure('read', error as NodeJS.ErrnoException);
    } finally {
      // also where the reader of the chunks gives up: what it says must not stand on the bar's line
      progress.finish();
    }
  }

  private tap(progress: ProgressHandle): Transform {
    const hash = createHash('sha256');
    let seen = 0;
    const finish = (): void => {
      this.digest = hash.digest('hex');
    };
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        seen += chunk.length;
        progress.update(seen);
        done(null, chunk);
      },
      flush(done) {
        finish();
        done();
      },
    });
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

  private failure(action: string, error: NodeJS.ErrnoException): DataError {
    const location = { file: this.path };
    if (error.code === 'ENOENT') return new DataError('DATA_MISSING_FILE', 'no such file', { location, cause: error });
    const why = error.code?.startsWith('Z_') ? `damaged gzip data (${error.message})` : error.message;
    return new DataError('DATA_UNREADABLE', `cannot ${action} the file: ${why}`, { location, cause: error });
  }
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

function withoutBom(text: Buffer): Buffer {
  const hasBom = text.length >= 3 && text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return hasBom ? text.subarray(3) : text;
}
