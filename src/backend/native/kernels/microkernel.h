// The inner loop of every dense product: a tile of kRows × (kVecs vectors) of C in registers, one rank-1 update a step of
// k, always in ascending k. An element of C is therefore the same sum whatever tile it falls in.
#pragma once

#include "simd.h"

namespace twinlight {
namespace TW_ISA {

// 24 accumulators of 32 registers on AVX-512, 12 of 16 elsewhere.
constexpr int kTileRows = 6;
constexpr int kTileVecs = TW_VECTOR_BYTES == 64 ? 4 : 2;
constexpr int kTileColumns = kTileVecs * kLanes;

// Left operand: element (i, k) at data[i * row + k * column]. Right operand: kVecs · kLanes floats at data + k * row.
struct Strided {
  const float* data;
  ptrdiff_t row, column;
};

template <int kRows, int kVecs>
static inline void tile(size_t depth, Strided a, Strided b, float* c, ptrdiff_t cRow, bool accumulate) {
  Vec sums[kRows][kVecs];
  for (int i = 0; i < kRows; i++) {
    for (int v = 0; v < kVecs; v++) sums[i][v] = zero();
  }
  for (size_t k = 0; k < depth; k++) {
    const float* right = b.data + k * b.row;
    const float* left = a.data + k * a.column;
    Vec columns[kVecs];
    for (int v = 0; v < kVecs; v++) columns[v] = load(right + v * kLanes);
    for (int i = 0; i < kRows; i++) {
      const Vec value = splat(left[i * a.row]);
      for (int v = 0; v < kVecs; v++) sums[i][v] += value * columns[v];
    }
  }
  for (int i = 0; i < kRows; i++) {
    float* to = c + i * cRow;
    for (int v = 0; v < kVecs; v++, to += kLanes) store(to, accumulate ? load(to) + sums[i][v] : sums[i][v]);
  }
}

template <int kVecs>
static inline void tileOfRows(int rows, size_t depth, Strided a, Strided b, float* c, ptrdiff_t cRow, bool accumulate) {
  switch (rows) {
    case 6: return tile<6, kVecs>(depth, a, b, c, cRow, accumulate);
    case 5: return tile<5, kVecs>(depth, a, b, c, cRow, accumulate);
    case 4: return tile<4, kVecs>(depth, a, b, c, cRow, accumulate);
    case 3: return tile<3, kVecs>(depth, a, b, c, cRow, accumulate);
    case 2: return tile<2, kVecs>(depth, a, b, c, cRow, accumulate);
    default: return tile<1, kVecs>(depth, a, b, c, cRow, accumulate);
  }
}

// numColumns ≤ kTileColumns. The right operand must be readable up to a whole number of vectors.
static inline void tileOf(int rows, size_t numColumns, size_t depth, Strided a, Strided b, float* c, ptrdiff_t cRow,
                          bool accumulate) {
  const int vecs = int((numColumns + kLanes - 1) / kLanes);
  // columns that fill no whole vector go through a tile of their own, so that nothing beyond them is written
  const bool aside = numColumns % kLanes != 0;
  float whole[kTileRows * kTileColumns] __attribute__((aligned(64)));
  float* to = aside ? whole : c;
  const ptrdiff_t toRow = aside ? kTileColumns : cRow;
  const bool add = accumulate && !aside;
  if (vecs == kTileVecs) tileOfRows<kTileVecs>(rows, depth, a, b, to, toRow, add);
  else if (kTileVecs > 3 && vecs == 3) tileOfRows<3>(rows, depth, a, b, to, toRow, add);
  else if (kTileVecs > 2 && vecs == 2) tileOfRows<2>(rows, depth, a, b, to, toRow, add);
  else tileOfRows<1>(rows, depth, a, b, to, toRow, add);
  if (!aside) return;
  for (int i = 0; i < rows; i++) {
    float* row = c + i * cRow;
    for (size_t j = 0; j < numColumns; j++) {
      row[j] = accumulate ? row[j] + whole[i * kTileColumns + j] : whole[i * kTileColumns + j];
    }
  }
}

// Up to `numRows` rows against up to kTileColumns columns.
static inline void strip(size_t numRows, size_t numColumns, size_t depth, Strided a, Strided b, float* c, ptrdiff_t cRow,
                         bool accumulate) {
  for (size_t i = 0; i < numRows; i += kTileRows) {
    const int rows = numRows - i < size_t(kTileRows) ? int(numRows - i) : kTileRows;
    const Strided left = {a.data + ptrdiff_t(i) * a.row, a.row, a.column};
    tileOf(rows, numColumns, depth, left, b, c + ptrdiff_t(i) * cRow, cRow, accumulate);
  }
}

// Columns [first, first + count) of B, depth rows from `start`, as a [depth, kTileColumns] panel padded with zeros.
static inline void packPanel(const float* b, ptrdiff_t bRow, ptrdiff_t bColumn, size_t start, size_t depth, size_t first,
                             size_t count, float* panel) {
  if (count < size_t(kTileColumns)) __builtin_memset(panel, 0, depth * kTileColumns * sizeof(float));
  if (bColumn == 1) {
    for (size_t k = 0; k < depth; k++) {
      __builtin_memcpy(panel + k * kTileColumns, b + ptrdiff_t(start + k) * bRow + first, count * sizeof(float));
    }
    return;
  }
  // sixteen values of k at a time: a cache line of each column
  for (size_t k0 = 0; k0 < depth; k0 += 16) {
    const size_t end = k0 + 16 < depth ? k0 + 16 : depth;
    for (size_t j = 0; j < count; j++) {
      const float* column = b + ptrdiff_t(first + j) * bColumn + ptrdiff_t(start) * bRow;
      for (size_t k = k0; k < end; k++) panel[k * kTileColumns + j] = column[ptrdiff_t(k) * bRow];
    }
  }
}

}  // namespace TW_ISA
}  // namespace twinlight
