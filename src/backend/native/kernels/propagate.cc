// Sparse × dense: out[r] (+)= Σ_e values[e] · x[columns[e]] over the entries e of a row. Blocks of rows go to threads;
// within a row the sum runs in the order of its entries, so the result does not depend on who computed it.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {
namespace {

constexpr size_t kRowsAChunk = 256;
// Entries ahead of use at which a row of x is asked for.
constexpr int kAhead = 32;

// What is summed up for an output row: out (+)= Σ_i values[i] · x[columns[i]], i < count. Columns are readable up to
// `known` ≥ count: past the end of a row stand those of the row that comes next.
struct Entries {
  const int32_t* columns;
  const float* values;
  int32_t count, known;
};

// Columns [first, first + kVecs · kLanes) of one output row; with kTail, only `tail` columns from `first` (one vector).
template <int kVecs, bool kTail>
inline void part(Entries entries, const float* x, size_t dim, size_t first, int tail, float* out, bool accumulate) {
  const float* source = x + first;
  Vec sums[kVecs];
  for (int v = 0; v < kVecs; v++) sums[v] = zero();
  for (int32_t i = 0; i < entries.count; i++) {
    if (kVecs > 1 && i + kAhead < entries.known) {
      const char* next = reinterpret_cast<const char*>(source + size_t(entries.columns[i + kAhead]) * dim);
      for (int v = 0; v < kVecs; v++) __builtin_prefetch(next + v * TW_VECTOR_BYTES);
    }
    const float* from = source + size_t(entries.columns[i]) * dim;
    const Vec value = splat(entries.values[i]);
    for (int v = 0; v < kVecs; v++) sums[v] += value * (kTail ? loadPart(from, tail) : load(from + v * kLanes));
  }
  out += first;
  for (int v = 0; v < kVecs; v++, out += kLanes) {
    if (kTail) storePart(out, accumulate ? loadPart(out, tail) + sums[v] : sums[v], tail);
    else store(out, accumulate ? load(out) + sums[v] : sums[v]);
  }
}

inline void addRows(Entries entries, const float* x, size_t dim, float* out, bool accumulate) {
  constexpr size_t kWide = 64 / kLanes < 8 ? 64 / kLanes : 8;
  size_t first = 0;
  for (; first + kWide * kLanes <= dim; first += kWide * kLanes) {
    part<kWide, false>(entries, x, dim, first, 0, out, accumulate);
  }
  for (; first + kLanes <= dim; first += kLanes) part<1, false>(entries, x, dim, first, 0, out, accumulate);
  if (first < dim) part<1, true>(entries, x, dim, first, int(dim - first), out, accumulate);
}

// Entries of a row whose columns x has, packed to the front; without a branch, since there is no telling them.
struct Listed {
  static constexpr int32_t kMost = 1024;
  int32_t columns[kMost];
  float values[kMost];

  Entries fill(const Hop& hop, int32_t begin, int32_t end) {
    int32_t kept = 0;
    for (int32_t entry = begin; entry < end; entry++) {
      const int32_t at = hop.positions[hop.columns[entry]];
      columns[kept] = at;
      values[kept] = hop.values[entry];
      kept += at >= 0;
    }
    return {columns, values, kept, kept};
  }
};

inline void wholeRow(const Hop& hop, size_t r, size_t dim) {
  const size_t node = hop.rows ? size_t(hop.rows[r]) : r;
  const int32_t begin = hop.offsets[node], end = hop.offsets[node + 1];
  float* out = hop.out + r * dim;
  if (hop.positions == nullptr) {
    const Entries entries = {hop.columns + begin, hop.values + begin, end - begin, hop.numEntries - begin};
    return addRows(entries, hop.x, dim, out, hop.accumulate);
  }
  Listed listed;
  int32_t from = begin;
  do {
    const int32_t to = end - from < Listed::kMost ? end : from + Listed::kMost;
    addRows(listed.fill(hop, from, to), hop.x, dim, out, hop.accumulate || from > begin);
    from = to;
  } while (from < end);
}

}  // namespace

void propagate(const Hop* hops, size_t numHops, size_t dim) {
  parallelRanges(hops[0].numRows, kRowsAChunk, [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      for (size_t h = 0; h < numHops; h++) wholeRow(hops[h], r, dim);
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
