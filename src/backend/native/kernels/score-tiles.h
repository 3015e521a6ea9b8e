// Scores of queries against packed items, a register tile at a time, handed to a visitor instead of stored. A score is a
// sum over the dimensions in ascending order, the same bits whatever tile, task or thread it falls in.
#pragma once

#if TW_VECTOR_BYTES > 16 || defined(__SSE2__)
#include <immintrin.h>
#endif

#include "../addon/thread-pool.h"
#include "kernel-set.h"
#include "microkernel.h"

namespace twinlight {
namespace TW_ISA {

// Bit j is set where scores[j] > threshold (or ≥), j < kTileColumns; never for NaN.
template <bool kOrEqual>
static inline uint64_t above(const float* scores, float threshold) {
  uint64_t mask = 0;
  for (int v = 0; v < kTileVecs; v++) {
#if TW_VECTOR_BYTES == 64
    const __m512 values = _mm512_loadu_ps(scores + v * kLanes);
    mask |= uint64_t(_mm512_cmp_ps_mask(values, _mm512_set1_ps(threshold), kOrEqual ? _CMP_GE_OQ : _CMP_GT_OQ))
            << (v * kLanes);
#elif TW_VECTOR_BYTES == 32
    const __m256 values = _mm256_loadu_ps(scores + v * kLanes);
    const __m256 hits = _mm256_cmp_ps(values, _mm256_set1_ps(threshold), kOrEqual ? _CMP_GE_OQ : _CMP_GT_OQ);
    mask |= uint64_t(uint32_t(_mm256_movemask_ps(hits))) << (v * kLanes);
#elif defined(__SSE2__)
    const __m128 values = _mm_loadu_ps(scores + v * kLanes), limit = _mm_set1_ps(threshold);
    const __m128 hits = kOrEqual ? _mm_cmpge_ps(values, limit) : _mm_cmpgt_ps(values, limit);
    mask |= uint64_t(uint32_t(_mm_movemask_ps(hits))) << (v * kLanes);
#else
    const Vec values = load(scores + v * kLanes), limit = splat(threshold);
    const VecI hits = kOrEqual ? values >= limit : values > limit;
    uint64_t halves[2];
    __builtin_memcpy(halves, &hits, sizeof halves);
    if ((halves[0] | halves[1]) == 0) continue;
    for (int lane = 0; lane < kLanes; lane++) mask |= uint64_t(hits[lane] & 1) << (v * kLanes + lane);
#endif
  }
  return mask;
}

static inline uint64_t lowBits(size_t count) { return count >= 64 ? ~uint64_t(0) : (uint64_t(1) << count) - 1; }

static inline const float* panelOf(const ScoredItems& s, size_t firstItem) { return s.packed + firstItem * s.dim; }

// visit(query, firstItem, numItems, scores) for queries [begin, end) and every panel of items; a query meets its items in
// ascending order. scores [kTileColumns]; those beyond numItems belong to no item.
template <typename Visit>
static inline void visitScores(const ScoredItems& s, size_t begin, size_t end, const Visit& visit) {
  float scores[kTileRows * kTileColumns] __attribute__((aligned(64)));
  for (size_t blockStart = 0; blockStart < s.numItems; blockStart += s.itemBlock) {
    const size_t blockEnd = blockStart + s.itemBlock < s.numItems ? blockStart + s.itemBlock : s.numItems;
    for (size_t row = begin; row < end; row += kTileRows) {
      const int rows = end - row < size_t(kTileRows) ? int(end - row) : kTileRows;
      const Strided left = {s.queries + row * s.dim, ptrdiff_t(s.dim), 1};
      for (size_t item = blockStart; item < blockEnd; item += kTileColumns) {
        const size_t count = blockEnd - item < size_t(kTileColumns) ? blockEnd - item : kTileColumns;
        tileOfRows<kTileVecs>(rows, s.dim, left, {panelOf(s, item), kTileColumns, 1}, scores, kTileColumns, false);
        for (int i = 0; i < rows; i++) visit(row + size_t(i), item, count, scores + i * kTileColumns);
      }
    }
  }
}

// The sizes that stand as 0 chosen: panels of items stay in the first-level cache while a task's queries pass by.
// `bytesAQuery`: what a task keeps for each of its queries.
static inline ScoredItems withSizes(ScoredItems s, size_t bytesAQuery) {
  if (s.itemBlock == 0) s.itemBlock = kTileColumns;
  s.itemBlock = (s.itemBlock + kTileColumns - 1) / kTileColumns * kTileColumns;
  if (s.queryTile == 0) {
    // four tasks a thread where there are few queries; else enough to pay for fetching the items
    s.queryTile = s.numQueries / (size_t(threadCount()) * 4) + kTileRows;
    if (s.queryTile > 192) s.queryTile = 192;
    s.queryTile -= s.queryTile % kTileRows;
  }
  constexpr size_t kMostBytes = size_t(32) << 20;
  if (s.queryTile > 1 + kMostBytes / bytesAQuery) s.queryTile = 1 + kMostBytes / bytesAQuery;
  return s;
}

}  // namespace TW_ISA
}  // namespace twinlight
