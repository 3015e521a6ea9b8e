// A scored item as one 64-bit key: the greater key is the better item (higher score, then the lower index), so that
// selecting and sorting are plain integer comparisons and have one right answer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace twinlight {

// A float's bits in the order of its values: negative ones turned round. Adding 0 makes -0 a 0, which it equals. No NaN.
static inline uint64_t keyOf(float score, size_t item) {
  const float value = score + 0.0f;
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  bits = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  return uint64_t(bits) << 32 | (0xffffffffu - uint32_t(item));
}

static inline float scoreOf(uint64_t key) {
  uint32_t bits = uint32_t(key >> 32);
  bits = bits & 0x80000000u ? bits & 0x7fffffffu : ~bits;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

static inline int32_t itemOf(uint64_t key) { return int32_t(0xffffffffu - uint32_t(key)); }

// Brings the `k` greatest of more than k keys to the front, in any order; returns the least of them. 1 ≤ k.
uint64_t keepGreatest(uint64_t* keys, size_t count, size_t k);

void sortDescending(uint64_t* keys, size_t count);

}  // namespace twinlight
