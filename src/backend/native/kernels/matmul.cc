// Dense product in all transpositions. B is packed into panels of kTileColumns columns, kDepth deep; A is read in place,
// or packed, a task's rows at a time, where its rows are not contiguous. An element of C is a sum over k in ascending order
// within a block of kDepth, blocks added in order: it does not depend on threads, nor on the other rows and columns.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "microkernel.h"

namespace twinlight {
namespace TW_ISA {
namespace {

constexpr size_t kDepth = 128;
// Panels packed at a time: with kDepth, at most 2 MB. One panel stays in the first-level cache.
constexpr size_t kPanels = 64;
// Rows of A that meet a group of panels as one task.
constexpr size_t kRowsATask = 16 * kTileRows;

// Rows [begin, end) of A as [depth, end - begin].
Strided packRows(const Product& p, size_t begin, size_t end, size_t start, size_t depth) {
  const size_t rows = end - begin;
  float* packed = static_cast<float*>(scratch(Scratch::kPackedLeft, depth * rows * sizeof(float)));
  for (size_t k = 0; k < depth; k++) {
    const float* from = p.a + ptrdiff_t(begin) * p.aRow + ptrdiff_t(start + k) * p.aColumn;
    if (p.aRow == 1) __builtin_memcpy(packed + k * rows, from, rows * sizeof(float));
    else for (size_t i = 0; i < rows; i++) packed[k * rows + i] = from[ptrdiff_t(i) * p.aRow];
  }
  return {packed, 1, ptrdiff_t(rows)};
}

void multiplyRows(const Product& p, size_t begin, size_t end, size_t start, size_t depth, const float* panels,
                  size_t firstColumn, size_t lastColumn) {
  const Strided a = p.aColumn == 1 ? Strided{p.a + ptrdiff_t(begin) * p.aRow + start, p.aRow, 1}
                                   : packRows(p, begin, end, start, depth);
  for (size_t row = begin; row < end; row += kTileRows) {
    const int rows = end - row < size_t(kTileRows) ? int(end - row) : kTileRows;
    const Strided left = {a.data + ptrdiff_t(row - begin) * a.row, a.row, a.column};
    for (size_t column = firstColumn; column < lastColumn; column += kTileColumns) {
      const size_t count = lastColumn - column < size_t(kTileColumns) ? lastColumn - column : kTileColumns;
      const float* panel = panels + (column - firstColumn) * depth;
      tileOf(rows, count, depth, left, {panel, kTileColumns, 1}, p.c + row * p.numColumns + column, ptrdiff_t(p.numColumns),
             start > 0);
    }
  }
}

}  // namespace

void product(const Product& p) {
  if (p.depth == 0) {
    __builtin_memset(p.c, 0, p.numRows * p.numColumns * sizeof(float));
    return;
  }
  const size_t deepest = p.depth < kDepth ? p.depth : kDepth;
  float* panels = static_cast<float*>(scratch(Scratch::kPackedRight, deepest * kPanels * kTileColumns * sizeof(float)));
  for (size_t first = 0; first < p.numColumns; first += kPanels * kTileColumns) {
    const size_t last = first + kPanels * kTileColumns < p.numColumns ? first + kPanels * kTileColumns : p.numColumns;
    const size_t numPanels = (last - first + kTileColumns - 1) / kTileColumns;
    for (size_t start = 0; start < p.depth; start += kDepth) {
      const size_t depth = p.depth - start < kDepth ? p.depth - start : kDepth;
      parallelRanges(numPanels, 1 + 8192 / (depth * kTileColumns), [&](size_t begin, size_t end) {
        for (size_t panel = begin; panel < end; panel++) {
          const size_t column = first + panel * kTileColumns;
          const size_t count = last - column < size_t(kTileColumns) ? last - column : kTileColumns;
          packPanel(p.b, p.bRow, p.bColumn, start, depth, column, count, panels + panel * depth * kTileColumns);
        }
      });
      // small products: fewer rows a task, so that every thread gets some
      size_t rows = p.numRows / (size_t(threadCount()) * 4) / kTileRows * kTileRows;
      rows = rows < size_t(kTileRows) ? kTileRows : rows > kRowsATask ? kRowsATask : rows;
      if (depth * (last - first) * p.numRows < (1 << 16)) rows = kRowsATask;
      parallelRanges(p.numRows, rows, [&](size_t begin, size_t end) {
        multiplyRows(p, begin, end, start, depth, panels, first, last);
      });
    }
  }
}

}  // namespace TW_ISA
}  // namespace twinlight
