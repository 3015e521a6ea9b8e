// Elementwise arithmetic with operands repeated along rows or columns, unary functions, sums of many arrays.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {
namespace {

constexpr size_t kChunk = 1 << 15;

struct Add { static float of(float a, float b) { return a + b; } };
struct Subtract { static float of(float a, float b) { return a - b; } };
struct Multiply { static float of(float a, float b) { return a * b; } };
struct Divide { static float of(float a, float b) { return a / b; } };
// NaN of either side comes through, as with Math.max
struct Maximum { static float of(float a, float b) { return a > b || a != a ? a : b; } };
struct Minimum { static float of(float a, float b) { return a < b || a != a ? a : b; } };

template <typename Op>
inline void line(const float* __restrict a, size_t aStep, const float* __restrict b, size_t bStep, float* __restrict out,
                 size_t length) {
  if (aStep && bStep) for (size_t i = 0; i < length; i++) out[i] = Op::of(a[i], b[i]);
  else if (aStep) for (size_t i = 0; i < length; i++) out[i] = Op::of(a[i], *b);
  else if (bStep) for (size_t i = 0; i < length; i++) out[i] = Op::of(*a, b[i]);
  else for (size_t i = 0; i < length; i++) out[i] = Op::of(*a, *b);
}

template <typename Op>
void run(Operand a, Operand b, float* out, size_t numRows, size_t numColumns) {
  if (numRows == 1) {
    parallelRanges(numColumns, kChunk, [&](size_t begin, size_t end) {
      line<Op>(a.data + begin * a.columnStride, a.columnStride, b.data + begin * b.columnStride, b.columnStride,
               out + begin, end - begin);
    });
    return;
  }
  parallelRanges(numRows, 1 + kChunk / (numColumns + 1), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      line<Op>(a.data + r * a.rowStride, a.columnStride, b.data + r * b.rowStride, b.columnStride, out + r * numColumns,
               numColumns);
    }
  });
}

template <typename Function>
void each(const float* x, float* out, size_t length, const Function& function) {
  parallelRanges(length, kChunk, [&](size_t begin, size_t end) {
    const float* __restrict from = x;
    float* __restrict to = out;
    for (size_t i = begin; i < end; i++) to[i] = function(from[i]);
  });
}

}  // namespace

void binary(Binary kind, Operand a, Operand b, float* out, size_t numRows, size_t numColumns) {
  switch (kind) {
    case Binary::kAdd: return run<Add>(a, b, out, numRows, numColumns);
    case Binary::kSubtract: return run<Subtract>(a, b, out, numRows, numColumns);
    case Binary::kMultiply: return run<Multiply>(a, b, out, numRows, numColumns);
    case Binary::kDivide: return run<Divide>(a, b, out, numRows, numColumns);
    case Binary::kMaximum: return run<Maximum>(a, b, out, numRows, numColumns);
    case Binary::kMinimum: return run<Minimum>(a, b, out, numRows, numColumns);
    case Binary::kCount: return;
  }
}

void unary(Unary kind, const float* x, float* out, size_t length) {
  switch (kind) {
    case Unary::kSquare: return each(x, out, length, [](float value) { return value * value; });
    case Unary::kSquareRoot: return each(x, out, length, [](float value) { return __builtin_sqrtf(value); });
    case Unary::kNegate: return each(x, out, length, [](float value) { return -value; });
    case Unary::kExponential:
      return parallelRanges(length, kChunk, [&](size_t begin, size_t end) {
        size_t i = begin;
        for (; i + kLanes <= end; i += kLanes) store(out + i, exponential(load(x + i)));
        if (i < end) storePart(out + i, exponential(loadPart(x + i, int(end - i))), int(end - i));
      });
    case Unary::kCount: return;
  }
}

void addAll(const float* const* terms, size_t numTerms, float* out, size_t length) {
  // a block at a time, so that `out` is written to memory once
  parallelRanges(length, 1 << 12, [&](size_t begin, size_t end) {
    line<Add>(terms[0] + begin, 1, terms[1] + begin, 1, out + begin, end - begin);
    for (size_t t = 2; t < numTerms; t++) {
      const float* __restrict term = terms[t];
      for (size_t i = begin; i < end; i++) out[i] += term[i];
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
