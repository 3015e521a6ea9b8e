/** TFRecord: known bytes, what comes back, and what damage is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExampleCoder } from './examples.js';
import { RecordFrames } from './record-frames.js';

const frames = new RecordFrames();
const coder = new ExampleCoder();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const joined = (records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(records.map((data) => frames.frame(data))));

describe('frames', () => {
  it('of the standard vectors of CRC-32C', () => {
    // RFC 3720, B.4: 32 bytes of zeros have the CRC 8a9136aa; masked as record_writer.h has it
    const framed = frames.frame(new Uint8Array(32));
    const crc = 0x8a9136aa;
    const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
    expect(new DataView(framed.buffer).getUint32(44, true)).toBe(masked);
    expect(hex(framed.subarray(0, 8))).toBe('2000000000000000');
  });

  it('come apart as they were put together', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (records) => {
        expect([...frames.records(joined(records), 'f')].map(hex)).toEqual(records.map(hex));
      }),
    );
  });

  it('tell any changed byte and any cut, with the record', () => {
    const whole = joined([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
    for (let at = 0; at < whole.length; at++) {
      const spoiled = whole.slice();
      spoiled[at] ^= 16;
      expect(() => [...frames.records(spoiled, 'f')]).toThrow(/^f: the record at byte (0|19) /);
      const cut = whole.subarray(0, at);
      if (at !== 0 && at !== 19) expect(() => [...frames.records(cut, 'f')]).toThrow(/is cut off/);
    }
    expect(() => [...frames.records(Buffer.from('user,item\n1,2\n'), 'f')]).toThrow(/no TFRecord file/);
  });
});

describe('examples', () => {
  it('are the bytes that the definition of the messages gives', () => {
    // Example{features{feature{key "a" value{int64_list{value [1, 300]}}}}}
    expect(hex(coder.encode({ a: { kind: 'whole', values: [1, 300] } }))).toBe('0a0e0a0c0a01611207' + '1a050a0301ac02');
    expect(hex(coder.encode({ a: { kind: 'text', values: ['é'] } }))).toBe('0a0d0a0b0a01611206' + '0a040a02c3a9');
    expect(hex(coder.encode({ a: { kind: 'float', values: [1] } }))).toBe('0a0f0a0d0a01611208' + '12060a040000803f');
  });

  it('come back', () => {
    const whole = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    const feature = fc.oneof(
      fc.record({
        kind: fc.constant('text' as const),
        values: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
      }),
      fc.record({ kind: fc.constant('float' as const), values: fc.array(fc.float({ noNaN: true }), { minLength: 1 }) }),
      fc.record({ kind: fc.constant('whole' as const), values: fc.array(whole, { minLength: 1 }) }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), feature), (features) => {
        expect(coder.decode(coder.encode(features as Parameters<typeof coder.encode>[0]))).toEqual({ ...features });
      }),
    );
  });
});
