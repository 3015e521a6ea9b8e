// Embedding noise: out = x + magnitude · sign(x) ⊙ u / ‖u‖, u uniform in [0, 1) from the counter generator, counters
// node · dim + d. Same numbers as backend/plain/perturb.ts up to the rounding of the norm.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {
namespace {

// Draws of a row that are kept between the two passes over it; those of longer rows are made again.
constexpr size_t kKept = 1024;

inline VecU laneNumbers() {
  VecU lanes;
  for (int i = 0; i < kLanes; i++) lanes[i] = uint32_t(i);
  return lanes;
}

struct Draws {
  const VecU lanes = laneNumbers();
  uint32_t base, keyLow, keyHigh;

  Vec at(size_t d) const { return counterUniform(lanes + (base + uint32_t(d)), keyLow, keyHigh); }
};

}  // namespace

void perturb(const Perturb& plan, const float* x, float* out) {
  const size_t dim = plan.dim;
  const size_t whole = dim / kLanes * kLanes;
  const int rest = int(dim - whole);
  parallelRanges(plan.numRows, 1 + (1 << 14) / (dim + 1), [&](size_t begin, size_t end) {
    float kept[kKept] __attribute__((aligned(64)));
    Draws draws;
    draws.keyLow = plan.keyLow;
    draws.keyHigh = plan.keyHigh;
    for (size_t r = begin; r < end; r++) {
      draws.base = uint32_t((plan.nodes ? size_t(plan.nodes[r]) : r) * dim);
      const float* from = x + r * dim;
      float* to = out + r * dim;
      Vec squares = zero();
      for (size_t d = 0; d < whole; d += kLanes) {
        const Vec u = draws.at(d);
        if (d < kKept) store(kept + d, u);
        squares += u * u;
      }
      if (rest > 0) {
        const Vec u = draws.at(whole);
        for (int i = 0; i < rest; i++) squares[i] += u[i] * u[i];
      }
      const float total = sumOf(squares);
      const float scale = total > 0 ? plan.magnitude / __builtin_sqrtf(total) : 0;
      const auto shifted = [&](Vec value, Vec u) {
        const Vec shift = u * scale;
        return value + (value > 0 ? shift : (value < 0 ? -shift : zero()));
      };
      for (size_t d = 0; d < whole; d += kLanes) {
        store(to + d, shifted(load(from + d), d < kKept ? load(kept + d) : draws.at(d)));
      }
      if (rest > 0) storePart(to + whole, shifted(loadPart(from + whole, rest), draws.at(whole)), rest);
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
