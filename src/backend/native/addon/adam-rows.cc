#include "adam-rows.h"

#include "thread-pool.h"

namespace twinlight {
namespace {

// Rows ahead of use that are asked for.
constexpr size_t kAhead = 4;

inline void fetch(const float* row, size_t dim) {
  for (size_t d = 0; d < dim; d += 16) __builtin_prefetch(row + d, 1);
}

}  // namespace

void adamRows(const Adam& plan, const float* gradient, const int32_t* rows, size_t numRows, float* parameter, float* m,
              float* v) {
  const Adam p = plan;
  const size_t dim = p.length;
  parallelRanges(numRows, 1 + (1 << 14) / (dim + 1), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      if (r + kAhead < end) {
        const size_t next = size_t(rows[r + kAhead]) * dim;
        fetch(parameter + next, dim);
        fetch(m + next, dim);
        fetch(v + next, dim);
      }
      const size_t at = size_t(rows[r]) * dim;
      const float* __restrict g = gradient + r * dim;
      float* __restrict w = parameter + at;
      float* __restrict first = m + at;
      float* __restrict second = v + at;
      for (size_t i = 0; i < dim; i++) {
        const float change = g[i] + p.decay * w[i];
        first[i] = p.beta1 * first[i] + (1 - p.beta1) * change;
        second[i] = p.beta2 * second[i] + (1 - p.beta2) * change * change;
        w[i] -= p.rate * first[i] / (__builtin_sqrtf(second[i] * p.correction) + p.epsilon);
      }
    }
  });
}

}  // namespace twinlight
