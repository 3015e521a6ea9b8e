import { expect, test } from 'vitest';
import { murmurHash3 } from './murmur-hash.js';

// from the reference implementation and its ports (seed 0)
test.each([
  ['', 0],
  ['test', 0xba6bd213],
  ['Hello, world!', 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ['aaa', 0xb4d05fb7],
  ['ab', 0x9bbfd75f],
  ['茶道', 0x99e75425],
])('%j', (text, hash) => {
  expect(murmurHash3(text)).toBe(hash);
});
