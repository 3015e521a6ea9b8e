// Values of the normalised adjacency after edge dropout, over the pattern of the whole graph (formula: ops/drop-edges.ts).
// An edge's draw depends on its number alone and a row's degree is summed in the order of its entries, in double, so the
// values are those of backend/plain/drop-edges.ts bit for bit, on any number of threads.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {

void dropEdges(const DropEdges& plan) {
  constexpr size_t kEdgesAChunk = 1 << 14, kRowsAChunk = 512;
  const size_t numEdges = plan.numEdges;
  float* values = plan.values;
  parallelRanges(numEdges, kEdgesAChunk, [&](size_t begin, size_t end) {
    VecU lanes;
    for (int i = 0; i < kLanes; i++) lanes[i] = uint32_t(i);
    for (size_t edge = begin; edge < end; edge += kLanes) {
      const int count = end - edge < size_t(kLanes) ? int(end - edge) : kLanes;
      const Vec drawn = counterUniform(lanes + uint32_t(edge), plan.keyLow, plan.keyHigh);
      Vec weight = splat(1);
      if (plan.weight) weight = count == kLanes ? load(plan.weight + edge) : loadPart(plan.weight + edge, count);
      const Vec kept = drawn >= splat(plan.threshold) ? weight : zero();
      if (count == kLanes) store(values + edge, kept);
      else storePart(values + edge, kept, count);
    }
  });
  double* scale = static_cast<double*>(scratch(Scratch::kRow, plan.numNodes * sizeof(double)));
  parallelRanges(plan.numNodes, kRowsAChunk, [&](size_t begin, size_t end) {
    for (size_t node = begin; node < end; node++) {
      double strength = 0;
      for (size_t at = size_t(plan.offsets[node]); at < size_t(plan.offsets[node + 1]); at++) {
        if (at >= numEdges) values[at] = values[plan.itemEdges[at - numEdges]];
        strength += double(values[at]);
      }
      scale[node] = strength > 0 ? 1 / __builtin_sqrt(strength) : 0;
    }
  });
  parallelRanges(plan.numNodes, kRowsAChunk, [&](size_t begin, size_t end) {
    for (size_t node = begin; node < end; node++) {
      const double own = scale[node];
      for (size_t at = size_t(plan.offsets[node]); at < size_t(plan.offsets[node + 1]); at++) {
        const double other = scale[plan.columns[at]];
        // the user's factor first, from either side: both directions of an edge round alike
        values[at] = at < numEdges ? float(double(values[at]) * own * other) : float(double(values[at]) * other * own);
      }
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
