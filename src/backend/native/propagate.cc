// Sparse × dense: out[r] (+)= Σ_e values[e] · x[columns[e]] over the entries e of a row. Blocks of rows go to threads;
// within a row the sum runs in the order of its entries, so the result does not depend on who computed it.
#include "isa-kernels.h"
#include "simd.h"
#include "thread-pool.h"

namespace twinlight {
namespace TW_ISA {
namespace {

constexpr size_t kRowsAChunk = 256;
// Entries ahead of use at which a row of x is asked for.
constexpr int kAhead = 8;

// Columns [first, first + kVecs · kLanes) of one output row; `tail` > 0: the last vector has so many columns only.
template <int kVecs, bool kMapped>
inline void row(const Hop& hop, int32_t begin, int32_t end, size_t dim, size_t first, int tail, float* out) {
  Vec sums[kVecs];
  for (int v = 0; v < kVecs; v++) sums[v] = zero();
  for (int32_t entry = begin; entry < end; entry++) {
    int32_t at = hop.columns[entry];
    if (kMapped) {
      at = hop.positions[at];
      if (at < 0) continue;
    } else if (kVecs > 1 && entry + kAhead < hop.numEntries) {
      // past the end of the row stands the row that comes next
      const char* next = reinterpret_cast<const char*>(hop.x + size_t(hop.columns[entry + kAhead]) * dim + first);
      for (int v = 0; v < kVecs; v++) __builtin_prefetch(next + v * TW_VECTOR_BYTES);
    }
    const float* x = hop.x + size_t(at) * dim + first;
    const Vec value = splat(hop.values[entry]);
    for (int v = 0; v < kVecs - 1; v++) sums[v] += value * load(x + v * kLanes);
    const float* last = x + (kVecs - 1) * kLanes;
    sums[kVecs - 1] += value * (tail > 0 ? loadPart(last, tail) : load(last));
  }
  out += first;
  for (int v = 0; v < kVecs - 1; v++) {
    store(out + v * kLanes, hop.accumulate ? load(out + v * kLanes) + sums[v] : sums[v]);
  }
  float* last = out + (kVecs - 1) * kLanes;
  if (tail == 0) store(last, hop.accumulate ? load(last) + sums[kVecs - 1] : sums[kVecs - 1]);
  else storePart(last, hop.accumulate ? loadPart(last, tail) + sums[kVecs - 1] : sums[kVecs - 1], tail);
}

template <bool kMapped>
inline void wholeRow(const Hop& hop, size_t r, size_t dim) {
  const size_t node = hop.rows ? size_t(hop.rows[r]) : r;
  const int32_t begin = hop.offsets[node], end = hop.offsets[node + 1];
  float* out = hop.out + r * dim;
  constexpr size_t kWide = 64 / kLanes < 8 ? 64 / kLanes : 8;
  size_t first = 0;
  for (; first + kWide * kLanes <= dim; first += kWide * kLanes) row<kWide, kMapped>(hop, begin, end, dim, first, 0, out);
  for (; first + kLanes <= dim; first += kLanes) row<1, kMapped>(hop, begin, end, dim, first, 0, out);
  if (first < dim) row<1, kMapped>(hop, begin, end, dim, first, int(dim - first), out);
}

}  // namespace

void propagate(const Hop* hops, size_t numHops, size_t dim) {
  parallelRanges(hops[0].numRows, kRowsAChunk, [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      for (size_t h = 0; h < numHops; h++) {
        if (hops[h].positions) wholeRow<true>(hops[h], r, dim);
        else wholeRow<false>(hops[h], r, dim);
      }
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
