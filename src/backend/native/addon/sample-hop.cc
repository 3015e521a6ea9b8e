#include "sample-hop.h"

#include <atomic>
#include <cmath>
#include <limits>

#include "thread-pool.h"

namespace twinlight {
namespace {

// Places, rows or entries ahead of use that are asked for.
constexpr size_t kAhead = 16;
// Rows whose entries are looked up first and read afterwards.
constexpr size_t kBatch = 64;
constexpr size_t kRowsAChunk = 512;

inline uint32_t mix(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

// As core/counter-rng.ts.
inline double counterUniform(uint32_t keyLow, uint32_t keyHigh, uint32_t counter) {
  return double(mix(mix(counter ^ keyLow) + keyHigh) >> 8) * (1.0 / 16777216);
}

// Where the row of the node at `place` starts, and its length; −1 where they lie outside the matrix.
struct Row {
  size_t start;
  int64_t degree;
};

inline Row rowOf(const HopDraw& plan, size_t place) {
  const int32_t node = plan.nodeAt[place];
  if (node < 0 || size_t(node) >= plan.numNodes) return {0, -1};
  const int64_t start = plan.offsets[node], end = plan.offsets[node + 1];
  if (start < 0 || end < start || size_t(end) > 2 * plan.numEdges) return {0, -1};
  return {size_t(start), end - start};
}

inline void fetchRow(const HopDraw& plan, size_t place) {
  const int32_t node = plan.nodeAt[place];
  if (node >= 0 && size_t(node) < plan.numNodes) __builtin_prefetch(plan.offsets + node);
}

// Entries of rows begin … end: their slots of the matrix first, then what stands there. False as in `drawHop`.
bool drawRows(const HopDraw& plan, size_t begin, size_t end) {
  double share[kBatch];
  for (size_t row = begin; row < end; row++) {
    const Row source = rowOf(plan, row);
    const int64_t first = plan.hopOffsets[row], draws = plan.hopOffsets[row + 1] - first;
    const int64_t wanted = source.degree < int64_t(plan.fanOut) ? source.degree : int64_t(plan.fanOut);
    if (source.degree < 0 || draws != wanted) return false;
    const double part = double(source.degree) / double(draws);
    share[row - begin] = part;
    const uint32_t counter = uint32_t(plan.nodeAt[row]) * uint32_t(plan.fanOut);
    for (int64_t i = 0; i < draws; i++) {
      int64_t place = i;
      if (part > 1) {
        const double drawn = double(i) + counterUniform(plan.keyLow, plan.keyHigh, counter + uint32_t(i));
        place = int64_t(drawn * part);
        if (place > source.degree - 1) place = source.degree - 1;
      }
      const size_t slot = source.start + size_t(place);
      __builtin_prefetch(plan.columns + slot);
      __builtin_prefetch(plan.values + slot);
      if (slot >= plan.numEdges) __builtin_prefetch(plan.itemEdges + (slot - plan.numEdges));
      plan.hopColumns[first + i] = int32_t(slot);
    }
  }
  for (size_t row = begin; row < end; row++) {
    for (int32_t entry = plan.hopOffsets[row]; entry < plan.hopOffsets[row + 1]; entry++) {
      const size_t slot = size_t(plan.hopColumns[entry]);
      const int32_t neighbor = plan.columns[slot];
      if (neighbor < 0 || size_t(neighbor) >= plan.numNodes) return false;
      plan.hopColumns[entry] = neighbor;
      plan.hopEdges[entry] = slot < plan.numEdges ? int32_t(slot) : plan.itemEdges[slot - plan.numEdges];
      plan.hopValues[entry] = float(double(plan.values[slot]) * share[row - begin]);
    }
  }
  return true;
}

}  // namespace

bool hopOffsets(const HopDraw& plan) {
  int64_t total = 0;
  plan.hopOffsets[0] = 0;
  for (size_t row = 0; row < plan.numRows; row++) {
    if (row + kAhead < plan.numRows) fetchRow(plan, row + kAhead);
    const int64_t degree = rowOf(plan, row).degree;
    if (degree < 0) return false;
    total += degree < int64_t(plan.fanOut) ? degree : int64_t(plan.fanOut);
    if (total > std::numeric_limits<int32_t>::max()) return false;
    plan.hopOffsets[row + 1] = int32_t(total);
  }
  return true;
}

ptrdiff_t drawHop(const HopDraw& plan) {
  std::atomic<bool> sound{true};
  parallelRanges(plan.numRows, kRowsAChunk, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; row += kBatch) {
      const size_t stop = row + kBatch < end ? row + kBatch : end;
      for (size_t next = stop; next < stop + kBatch && next < end; next++) fetchRow(plan, next);
      if (!drawRows(plan, row, stop)) sound.store(false, std::memory_order_relaxed);
    }
  });
  if (!sound.load(std::memory_order_relaxed)) return -1;
  // one thread: a node's place follows from all entries before its first
  const size_t numEntries = size_t(plan.hopOffsets[plan.numRows]);
  size_t count = plan.numRows;
  for (size_t entry = 0; entry < numEntries; entry++) {
    if (entry + kAhead < numEntries) __builtin_prefetch(plan.placeOf + plan.hopColumns[entry + kAhead], 1);
    const int32_t neighbor = plan.hopColumns[entry];
    int32_t at = plan.placeOf[neighbor];
    if (at < 0) {
      if (count >= plan.numNodes) return -1;
      at = int32_t(count);
      plan.placeOf[neighbor] = at;
      plan.nodeAt[count++] = neighbor;
    } else if (size_t(at) >= count) {
      return -1;
    }
    plan.hopColumns[entry] = at;
  }
  return ptrdiff_t(count);
}

void transposePattern(const int32_t* offsets, size_t numRows, const int32_t* columns, size_t numColumns,
                      int32_t* transposedOffsets, int32_t* rows, int32_t* order) {
  const size_t numEntries = size_t(offsets[numRows]);
  for (size_t column = 0; column <= numColumns; column++) transposedOffsets[column] = 0;
  // shifted by one, so that counting up places turns each start into the next one's
  int32_t* starts = transposedOffsets + 1;
  for (size_t entry = 0; entry < numEntries; entry++) starts[columns[entry]]++;
  int32_t sum = 0;
  for (size_t column = 0; column < numColumns; column++) {
    const int32_t count = starts[column];
    starts[column] = sum;
    sum += count;
  }
  for (size_t row = 0; row < numRows; row++) {
    for (int32_t entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      const int32_t slot = starts[columns[entry]]++;
      rows[slot] = int32_t(row);
      order[slot] = entry;
    }
  }
}

}  // namespace twinlight
