// Embedding noise: out = x + magnitude · sign(x) ⊙ u / ‖u‖, u uniform in [0, 1) from the counter generator, counters
// node · dim + d. Same numbers as backend/plain/perturb.ts up to the rounding of the norm.
#include "isa-kernels.h"
#include "simd.h"
#include "thread-pool.h"

namespace twinlight {
namespace TW_ISA {
namespace {

inline VecU countersFrom(uint32_t first) {
  VecU counters;
  for (int i = 0; i < kLanes; i++) counters[i] = first + uint32_t(i);
  return counters;
}

}  // namespace

void perturb(const Perturb& plan, const float* x, float* out) {
  const size_t dim = plan.dim;
  parallelRanges(plan.numRows, 1 + (1 << 14) / (dim + 1), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      const size_t node = plan.nodes ? size_t(plan.nodes[r]) : r;
      const uint32_t base = uint32_t(node * dim);
      const float* from = x + r * dim;
      float* to = out + r * dim;
      Vec squares = zero();
      size_t d = 0;
      for (; d + kLanes <= dim; d += kLanes) {
        const Vec u = counterUniform(countersFrom(base + uint32_t(d)), plan.keyLow, plan.keyHigh);
        squares += u * u;
      }
      const int rest = int(dim - d);
      if (rest > 0) {
        const Vec u = counterUniform(countersFrom(base + uint32_t(d)), plan.keyLow, plan.keyHigh);
        for (int i = 0; i < rest; i++) squares[i] += u[i] * u[i];
      }
      const float total = sumOf(squares);
      const float scale = total > 0 ? plan.magnitude / __builtin_sqrtf(total) : 0;
      for (d = 0; d < dim; d += kLanes) {
        const int count = dim - d < size_t(kLanes) ? int(dim - d) : kLanes;
        const Vec value = count == kLanes ? load(from + d) : loadPart(from + d, count);
        const Vec shift = counterUniform(countersFrom(base + uint32_t(d)), plan.keyLow, plan.keyHigh) * scale;
        const Vec signedShift = value > 0 ? shift : (value < 0 ? -shift : zero());
        if (count == kLanes) store(to + d, value + signedShift);
        else storePart(to + d, value + signedShift, count);
      }
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
