import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../core/errors.js';
import { decodeNpy, encodeNpy } from './npy.js';

describe('NumPy files', () => {
  it('have the header that numpy.save writes, padded to 64 bytes', () => {
    const bytes = Buffer.from(encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]));
    const dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    expect(bytes.subarray(0, 10)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]));
    expect(bytes.toString('latin1', 10, 128)).toBe(`${dictionary.padEnd(117)}\n`);
    expect(bytes.length).toBe(128 + 24);
    expect(bytes.readFloatLE(128 + 20)).toBe(6);
  });

  it('write one dimension as Python does', () => {
    expect(Buffer.from(encodeNpy(BigInt64Array.of(-1n), [1])).toString('latin1', 10, 128)).toContain(
      "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }",
    );
  });

  it('come back as they were written, from any place in a buffer', () => {
    const shapes = fc.array(fc.nat(6), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.boolean(), fc.nat(7), (shape, isInt, offset) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const values = isInt
          ? BigInt64Array.from({ length }, (_, i) => BigInt(i) - 2n ** 62n)
          : Float32Array.from({ length }, (_, i) => Math.sin(i) * 1e30);
        const bytes = encodeNpy(values, shape);
        const moved = new Uint8Array(bytes.length + offset);
        moved.set(bytes, offset);
        expect(decodeNpy(moved.subarray(offset), 'x')).toEqual({ shape, values });
        expect((bytes.length - values.byteLength) % 64).toBe(0);
      }),
    );
  });

  it('of newer versions are read', () => {
    const old = Buffer.from(encodeNpy(Float32Array.of(7), [1]));
    const wide = Buffer.concat([old.subarray(0, 6), Buffer.of(2, 0), Buffer.of(118, 0, 0, 0), old.subarray(10)]);
    expect([...decodeNpy(wide, 'x').values]).toEqual([7]);
  });

  it('that are damaged or of another kind are refused with the reason', () => {
    const whole = Buffer.from(encodeNpy(Float32Array.of(1, 2), [2]));
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeNpy(whole.subarray(0, length), 'users.npy')).toThrow(DataError);
    }
    expect(() => decodeNpy(whole.subarray(0, 132), 'users.npy')).toThrow(
      'users.npy: not a whole NumPy file: 132 bytes where shape (2,) takes 136',
    );
    const changed = (from: string, to: string) => Buffer.from(whole.toString('latin1').replace(from, to), 'latin1');
    expect(() => decodeNpy(changed('<f4', '<f8'), 'x')).toThrow('expected <f4 or <i4 or <i8 in C order, got <f8');
    expect(() => decodeNpy(changed('False,', 'True, '), 'x')).toThrow('got <f4 in Fortran order');
    expect(() => decodeNpy(changed('NUMPY', 'numpy'), 'x')).toThrow(/no .x93NUMPY/);
    expect(() => encodeNpy(Float32Array.of(1, 2), [3])).toThrow('shape [3] has 3 elements, got 2');
  });
});
