// Row lookup and its transpose. Scatter-add splits the output rows among threads; each walks all indices in order, so
// repeats add up in the order of `rows` whatever the number of threads.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {
namespace {

// Rows ahead of use that are asked for: a table is larger than any cache, and `rows` leads all over it.
constexpr size_t kAhead = 6;

inline void fetch(const float* row, size_t dim) {
  for (size_t d = 0; d < dim; d += 16) __builtin_prefetch(row + d);
}

inline void addScaled(float* __restrict out, const float* __restrict source, float scale, size_t dim) {
  for (size_t d = 0; d < dim; d++) out[d] += scale * source[d];
}

}  // namespace

void gatherRows(const float* table, const int32_t* rows, size_t numRows, size_t dim, float scale, bool accumulate,
                float* out) {
  parallelRanges(numRows, 1 + (1 << 15) / (dim + 1), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      if (r + kAhead < end) fetch(table + size_t(rows[r + kAhead]) * dim, dim);
      const float* source = table + size_t(rows[r]) * dim;
      float* target = out + r * dim;
      if (accumulate) addScaled(target, source, scale, dim);
      else if (scale == 1) __builtin_memcpy(target, source, dim * sizeof(float));
      else for (size_t d = 0; d < dim; d++) target[d] = scale * source[d];
    }
  });
}

void scatterAddRows(const float* source, const int32_t* rows, size_t numIndices, size_t dim, float scale, bool clear,
                    float* out, size_t numRows) {
  // few ranges: every one walks all indices
  const size_t ranges = size_t(threadCount()) * 2;
  const size_t least = 1 + (1 << 14) / (dim + 1);
  const size_t size = (numRows + ranges - 1) / ranges;
  parallelRanges(numRows, size > least ? size : least, [&](size_t begin, size_t end) {
    if (clear) __builtin_memset(out + begin * dim, 0, (end - begin) * dim * sizeof(float));
    for (size_t i = 0; i < numIndices; i++) {
      const size_t row = size_t(rows[i]);
      if (row >= begin && row < end) addScaled(out + row * dim, source + i * dim, scale, dim);
    }
  });
}

void transpose(const float* x, float* out, size_t numRows, size_t numColumns) {
  constexpr size_t kBlock = 32;
  parallelRanges((numRows + kBlock - 1) / kBlock, 1 + 1024 / (numColumns + 1), [&](size_t begin, size_t end) {
    const size_t last = end * kBlock < numRows ? end * kBlock : numRows;
    for (size_t top = begin * kBlock; top < last; top += kBlock) {
      const size_t bottom = top + kBlock < last ? top + kBlock : last;
      for (size_t left = 0; left < numColumns; left += kBlock) {
        const size_t right = left + kBlock < numColumns ? left + kBlock : numColumns;
        for (size_t column = left; column < right; column++) {
          for (size_t row = top; row < bottom; row++) out[column * numRows + row] = x[row * numColumns + column];
        }
      }
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
