// Vectors of float of the width this translation unit is compiled for, by the vector extension that GCC and Clang
// share, and the few operations on them that the kernels need. Kernel files are compiled once per instruction set into
// a namespace of its own (TW_ISA) with TW_VECTOR_BYTES set by the build; they use no standard templates, whose merged
// instances could otherwise carry instructions of the widest set into code that runs everywhere.
#pragma once

#include <cstddef>
#include <cstdint>

namespace twinlight {
namespace TW_ISA {

constexpr int kLanes = TW_VECTOR_BYTES / 4;

typedef float Vec __attribute__((vector_size(TW_VECTOR_BYTES)));
typedef int32_t VecI __attribute__((vector_size(TW_VECTOR_BYTES)));
typedef uint32_t VecU __attribute__((vector_size(TW_VECTOR_BYTES)));
typedef float LooseVec __attribute__((vector_size(TW_VECTOR_BYTES), aligned(4), may_alias));

static inline Vec zero() { return Vec{}; }
static inline Vec splat(float v) {
#if TW_VECTOR_BYTES == 64
  return Vec{v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v};
#elif TW_VECTOR_BYTES == 32
  return Vec{v, v, v, v, v, v, v, v};
#else
  return Vec{v, v, v, v};
#endif
}
static inline Vec load(const float* from) { return *reinterpret_cast<const LooseVec*>(from); }
static inline void store(float* to, Vec value) { *reinterpret_cast<LooseVec*>(to) = value; }

// The first `count` < kLanes floats; the other lanes are 0.
static inline Vec loadPart(const float* from, int count) {
  Vec value = {};
  for (int i = 0; i < count; i++) value[i] = from[i];
  return value;
}

static inline void storePart(float* to, Vec value, int count) {
  for (int i = 0; i < count; i++) to[i] = value[i];
}

static inline Vec maximum(Vec a, Vec b) { return a > b ? a : b; }

// In a fixed order: halves are folded onto each other.
static inline float sumOf(Vec value) {
  float lanes[kLanes];
  __builtin_memcpy(lanes, &value, sizeof lanes);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

static inline float maximumOf(Vec value) {
  float top = value[0];
  for (int i = 1; i < kLanes; i++) top = value[i] > top ? value[i] : top;
  return top;
}

// e^x to about 1e-7 of its value; 0 below -87.3 (−∞ included), +∞ above 88.7, NaN for NaN.
// x = n·ln 2 + r with |r| ≤ ln 2 / 2; e^r = 1 + r + r²·g(r), g by Chebyshev interpolation of degree 4 (error 1e-8);
// 2^n in two factors, so that n = 128 does not overflow before the product does.
static inline Vec exponential(Vec x) {
  const Vec low = splat(-87.3f), high = splat(89.0f);
  Vec bounded = x < low ? low : x;
  bounded = bounded > high ? high : bounded;
  const Vec shift = splat(12582912.0f);  // 1.5·2^23: adding it rounds to an integer
  const Vec shifted = bounded * 1.44269504f + shift;
  const Vec n = shifted - shift;
  const Vec r = (bounded - n * 0.693359375f) - n * -2.12194440e-4f;
  Vec g = splat(1.392618359e-3f);
  g = g * r + 8.363179053e-3f;
  g = g * r + 4.166655462e-2f;
  g = g * r + 1.666657699e-1f;
  g = g * r + 0.5f;
  const Vec mantissa = g * (r * r) + r + 1.0f;
  const VecI exponent = __builtin_convertvector(n, VecI);
  const VecI half = exponent >> 1;
  const Vec first = reinterpret_cast<Vec>((half + 127) << 23);
  const Vec second = reinterpret_cast<Vec>((exponent - half + 127) << 23);
  const Vec value = mantissa * first * second;
  return x < low ? zero() : (x == x ? value : x);
}

// Uniform in [0, 1) with 24 bits: core/counter-rng.ts, lane by lane.
static inline VecU mix(VecU h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

static inline Vec counterUniform(VecU counter, uint32_t keyLow, uint32_t keyHigh) {
  const VecU h = mix(mix(counter ^ keyLow) + keyHigh);
  return __builtin_convertvector(reinterpret_cast<VecI>(h >> 8), Vec) * (1.0f / 16777216.0f);
}

}  // namespace TW_ISA
}  // namespace twinlight
