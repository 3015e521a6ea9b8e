// Positions of given items in every query's full ranking without ranking: 1 + the number of items that come before. The
// order is that of top-k.cc: higher score first, equal scores by ascending index, no position without a score.
#include "isa-kernels.h"
#include "score-tiles.h"

namespace twinlight {
namespace TW_ISA {
namespace {

// The item's score by the same sum that the tiles take.
float scoreOf(const ScoredItems& s, size_t query, size_t item) {
  float scores[kLanes] __attribute__((aligned(64)));
  const size_t column = item % kTileColumns, lane = column % kLanes;
  const float* from = panelOf(s, item - column) + (column - lane);
  tile<1, 1>(s.dim, {s.queries + query * s.dim, ptrdiff_t(s.dim), 1}, {from, kTileColumns, 1}, scores, kLanes, false);
  return scores[lane];
}

}  // namespace

void rankCount(const RankCount& p) {
  const ScoredItems s = withSizes(p.scored, sizeof(size_t));
  parallelRanges(s.numQueries, s.queryTile, [&](size_t begin, size_t end) {
    const size_t wantedStart = size_t(p.wantedOffsets[begin]);
    const size_t numWanted = size_t(p.wantedOffsets[end]) - wantedStart;
    float* wantedScores = static_cast<float*>(scratch(Scratch::kKeys, (numWanted + 1) * sizeof(float)));
    int32_t* next = static_cast<int32_t*>(scratch(Scratch::kQueries, (end - begin) * sizeof(int32_t)));
    for (size_t query = begin; query < end; query++) {
      next[query - begin] = p.excludeOffsets ? p.excludeOffsets[query] : 0;
      p.numRanked[query] = 0;
      for (int32_t w = p.wantedOffsets[query]; w < p.wantedOffsets[query + 1]; w++) {
        wantedScores[size_t(w) - wantedStart] = scoreOf(s, query, size_t(p.wantedValues[w]));
        p.positions[w] = 1;
      }
    }
    visitScores(s, begin, end, [&](size_t query, size_t firstItem, size_t count, const float* scores) {
      uint64_t counts = lowBits(count);
      if (p.excludeOffsets) {
        int32_t& at = next[query - begin];
        const int32_t last = p.excludeOffsets[query + 1];
        for (; at < last && int64_t(p.excludeValues[at]) < int64_t(firstItem + count); at++) {
          if (int64_t(p.excludeValues[at]) < int64_t(firstItem)) continue;
          counts &= ~(uint64_t(1) << (size_t(p.excludeValues[at]) - firstItem));
        }
      }
      p.numRanked[query] += __builtin_popcountll(above<false>(scores, -__builtin_inff()) & counts);
      for (int32_t w = p.wantedOffsets[query]; w < p.wantedOffsets[query + 1]; w++) {
        const float score = wantedScores[size_t(w) - wantedStart];
        const size_t item = size_t(p.wantedValues[w]);
        uint64_t before;
        if (item >= firstItem + count) before = above<true>(scores, score);
        else if (item < firstItem) before = above<false>(scores, score);
        else before = above<false>(scores, score) | (above<true>(scores, score) & lowBits(item - firstItem));
        p.positions[w] += __builtin_popcountll(before & counts);
      }
    });
    for (size_t w = 0; w < numWanted; w++) {
      if (!(wantedScores[w] > -__builtin_inff())) p.positions[wantedStart + w] = 0;
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
