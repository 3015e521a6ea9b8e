// One hop of neighbour sampling (estimator: ops/sampled-block.ts). Compiled once: what takes the time is fetching
// neighbours from all over memory, so every access by index is asked for well before its turn.
#pragma once

#include <cstddef>
#include <cstdint>

namespace twinlight {

struct HopDraw {
  size_t numNodes, numEdges;
  const int32_t *offsets, *columns;  // [numNodes + 1], [2 * numEdges]
  const float* values;               // [2 * numEdges]
  const int32_t* itemEdges;          // [numEdges]
  size_t fanOut;
  uint32_t keyLow, keyHigh;
  int32_t *nodeAt, *placeOf;  // [numNodes]
  size_t numRows;
  int32_t* hopOffsets;  // [numRows + 1]
  // [hopOffsets[numRows]]
  int32_t *hopColumns, *hopEdges;
  float* hopValues;
};

// Fills hopOffsets. False where the arrays contradict each other, as by an offset outside the matrix, or the hop has more
// entries than an offset can say.
bool hopOffsets(const HopDraw& plan);

// Fills the rest, after `hopOffsets`. Nodes after the draw, or −1 as above.
ptrdiff_t drawHop(const HopDraw& plan);

// Transpose of compressed rows whose columns are below numColumns, by counting sort.
void transposePattern(const int32_t* offsets, size_t numRows, const int32_t* columns, size_t numColumns,
                      int32_t* transposedOffsets, int32_t* rows, int32_t* order);

}  // namespace twinlight
