// Adam (Kingma & Ba 2015, arXiv 1412.6980, algorithm 1) in one pass over parameter and moments.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"

namespace twinlight {
namespace TW_ISA {

void adam(const Adam& plan, const float* gradient, float* parameter, float* m, float* v) {
  const Adam p = plan;
  parallelRanges(p.length, 1 << 14, [&](size_t begin, size_t end) {
    const float* __restrict g = gradient;
    float* __restrict w = parameter;
    float* __restrict first = m;
    float* __restrict second = v;
    for (size_t i = begin; i < end; i++) {
      const float change = g[i] + p.decay * w[i];
      first[i] = p.beta1 * first[i] + (1 - p.beta1) * change;
      second[i] = p.beta2 * second[i] + (1 - p.beta2) * change * change;
      w[i] -= p.rate * first[i] / (__builtin_sqrtf(second[i] * p.correction) + p.epsilon);
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
