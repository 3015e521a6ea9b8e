// The K best items of every query, never storing a row of scores: a tile of scores is compared with each query's
// threshold, its K-th best score so far; what exceeds it goes to a list of candidates, and when that is full the K best of
// it are selected and the threshold rises. Items come in ascending order, so an equal score that comes later is worse.
#include "../addon/best-keys.h"
#include "isa-kernels.h"
#include "score-tiles.h"

namespace twinlight {
namespace TW_ISA {
namespace {

struct Candidates {
  uint64_t* keys;
  size_t count;
  float threshold;
  // What is left of the query's excluded items, ascending.
  const int32_t *excluded, *excludedEnd;
};

inline void offer(Candidates& c, uint64_t mask, size_t firstItem, const float* scores, size_t k, size_t capacity) {
  for (; mask != 0; mask &= mask - 1) {
    const int lane = __builtin_ctzll(mask);
    const size_t item = firstItem + size_t(lane);
    if (!(scores[lane] > c.threshold)) continue;  // it has risen since the mask was made
    while (c.excluded < c.excludedEnd && int64_t(*c.excluded) < int64_t(item)) c.excluded++;
    if (c.excluded < c.excludedEnd && int64_t(*c.excluded) == int64_t(item)) continue;
    c.keys[c.count++] = keyOf(scores[lane], item);
    if (c.count < capacity || c.count <= k) continue;
    c.threshold = scoreOf(keepGreatest(c.keys, c.count, k));
    c.count = k;
  }
}

void finish(Candidates& c, size_t k, int32_t* ids, float* scores) {
  if (c.count > k) {
    keepGreatest(c.keys, c.count, k);
    c.count = k;
  }
  sortDescending(c.keys, c.count);
  for (size_t i = 0; i < c.count; i++) {
    ids[i] = itemOf(c.keys[i]);
    scores[i] = scoreOf(c.keys[i]);
  }
  for (size_t i = c.count; i < k; i++) {
    ids[i] = -1;
    scores[i] = -__builtin_inff();
  }
}

}  // namespace

void topK(const TopK& p) {
  // room for as many again: a selection then costs a few operations a candidate
  size_t capacity = p.k + (p.k < 64 ? 64 : p.k);
  if (capacity > p.scored.numItems) capacity = p.scored.numItems;
  const ScoredItems s = withSizes(p.scored, capacity * sizeof(uint64_t));
  parallelRanges(s.numQueries, s.queryTile, [&](size_t begin, size_t end) {
    const size_t rows = end - begin;
    uint64_t* keys = static_cast<uint64_t*>(scratch(Scratch::kKeys, rows * capacity * sizeof(uint64_t)));
    Candidates* all = static_cast<Candidates*>(scratch(Scratch::kQueries, rows * sizeof(Candidates)));
    for (size_t i = 0; i < rows; i++) {
      const int32_t* from = p.excludeOffsets ? p.excludeValues + p.excludeOffsets[begin + i] : nullptr;
      const int32_t* to = p.excludeOffsets ? p.excludeValues + p.excludeOffsets[begin + i + 1] : nullptr;
      all[i] = {keys + i * capacity, 0, -__builtin_inff(), from, to};
    }
    visitScores(s, begin, end, [&](size_t query, size_t firstItem, size_t count, const float* scores) {
      Candidates& c = all[query - begin];
      const uint64_t mask = above<false>(scores, c.threshold) & lowBits(count);
      if (__builtin_expect(mask != 0, 0)) offer(c, mask, firstItem, scores, p.k, capacity);
    });
    for (size_t i = 0; i < rows; i++) finish(all[i], p.k, p.ids + (begin + i) * p.k, p.scores + (begin + i) * p.k);
  });
}

void packItems(const float* items, size_t numItems, size_t dim, float* packed) {
  const size_t numPanels = (numItems + kTileColumns - 1) / kTileColumns;
  parallelRanges(numPanels, 1 + 8192 / (dim * kTileColumns), [&](size_t begin, size_t end) {
    for (size_t panel = begin; panel < end; panel++) {
      const size_t first = panel * kTileColumns;
      const size_t count = numItems - first < size_t(kTileColumns) ? numItems - first : kTileColumns;
      packPanel(items, 1, ptrdiff_t(dim), 0, dim, first, count, packed + first * dim);
    }
  });
}

size_t packedItems(size_t numItems) { return (numItems + kTileColumns - 1) / kTileColumns * kTileColumns; }

}  // namespace TW_ISA
}  // namespace twinlight
