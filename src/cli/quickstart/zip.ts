/**
 * Reading single files out of a zip archive held in memory: stored and deflated entries, as APPNOTE 6.3 lays them out.
 * Enough for a data set download; encrypted, split and zip64 archives are refused.
 */
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const ENCRYPTED = 1;

/** File name → its bytes, uncompressed on demand. Folders are left out. */
export function readZip(archive: Buffer): Map<string, () => Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('not a zip archive');
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw new Error('zip64 archives are not supported');
  const files = new Map<string, () => Buffer>();
  for (let i = 0; i < count; i++) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the zip directory is damaged');
    const flags = archive.readUInt16LE(at + 8);
    const method = archive.readUInt16LE(at + 10);
    const packedSize = archive.readUInt32LE(at + 20);
    const size = archive.readUInt32LE(at + 24);
    const nameLength = archive.readUInt16LE(at + 28);
    const header = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (name.endsWith('/')) continue;
    files.set(name, () => unpack(archive, { name, flags, method, packedSize, size, header }));
  }
  return files;
}

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packedSize: number;
  readonly size: number;
  /** Offset of the local header. */
  readonly header: number;
}

function unpack(archive: Buffer, { name, flags, method, packedSize, size, header }: Entry): Buffer {
  if (flags & ENCRYPTED) throw new Error(`${name}: encrypted zip entries are not supported`);
  if (archive.readUInt32LE(header) !== LOCAL_HEADER) throw new Error(`${name}: the zip entry is damaged`);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + packedSize);
  if (method !== 0 && method !== 8) throw new Error(`${name}: zip method ${method} is not supported`);
  const bytes = method === 8 ? inflateRawSync(packed) : packed;
  if (bytes.length !== size) throw new Error(`${name}: expected ${size} bytes, got ${bytes.length}`);
  return bytes;
}
