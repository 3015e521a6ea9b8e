// The kernels that exist once per instruction set. All sizes have been checked by the caller; arrays are row-major.
#pragma once

#include <cstddef>
#include <cstdint>

namespace twinlight {

// One product of a sparse matrix with a dense one; see propagate.cc.
struct Hop {
  size_t numRows;
  // Row that output row r is about, [numRows]; null: r itself.
  const int32_t* rows;
  const int32_t* offsets;  // [numNodes + 1]
  const int32_t* columns;
  const float* values;
  int32_t numEntries;
  const float* x;
  // Row of x that holds node n, −1 if it counts as zero, [numNodes]; null: n itself.
  const int32_t* positions;
  float* out;  // [numRows, dim]
  bool accumulate;
};

// See drop-edges.cc.
struct DropEdges {
  size_t numNodes, numEdges;
  const int32_t *offsets, *columns;  // [numNodes + 1], [2 * numEdges]
  const int32_t* itemEdges;          // [numEdges]
  const float* weight;               // [numEdges] or null: 1
  float threshold;
  uint32_t keyLow, keyHigh;
  float* values;  // [2 * numEdges]
};

struct Perturb {
  size_t numRows;
  size_t dim;
  // Node of each row, for the counters, [numRows]; null: the row itself.
  const int32_t* nodes;
  float magnitude;
  uint32_t keyLow, keyHigh;
};

struct Adam {
  size_t length;
  float rate, beta1, beta2, epsilon, correction, decay;
};

// C = A · B with element (i, k) of A at a[i * aRow + k * aColumn], and so for B; C is [numRows, numColumns].
struct Product {
  size_t numRows, numColumns, depth;
  const float *a, *b;
  ptrdiff_t aRow, aColumn, bRow, bColumn;
  float* c;
};

struct Softmax {
  size_t numQueries, numKeys, dim;
  const float *queries, *keys;
  const int32_t* positive;     // [numQueries]
  bool decoupled;              // positives do not count in their own denominators
  float inverseTemperature;
  const float* keyBias;        // [numKeys] or null
  const int32_t* maskOffsets;  // [numQueries + 1] or null
  const int32_t* maskValues;
  const float* queryWeight;    // [numQueries] or null: 1 / numQueries each
  float* perQuery;             // [numQueries]
  float* queryGradient;        // [numQueries, dim]
  float* keyGradient;          // [numKeys, dim]
  const float* maskBias;       // [number of maskValues], added to those logits, or null: -infinity
};

struct Sinkhorn {
  size_t numSamples, numPrototypes, iterations;
  double epsilon;
  const float* scores;  // [numSamples, numPrototypes]
  float* codes;         // [numSamples, numPrototypes]
  double* workspace;    // [numSamples * numPrototypes + numSamples + sinkhornBlocks * numPrototypes + numPrototypes]
  double columnError;   // out
  size_t badSample;     // out, where it returns false
};

// Queries against items that `packItems` has packed; see score-tiles.h.
struct ScoredItems {
  size_t numQueries, numItems, dim;
  const float* queries;  // [numQueries, dim]
  const float* packed;   // [packedItems(numItems), dim]
  // Queries a task, and items that each group of its queries meets before the next group's turn; 0: chosen.
  size_t queryTile, itemBlock;
};

struct TopK {
  ScoredItems scored;
  size_t k;
  const int32_t* excludeOffsets;  // [numQueries + 1] or null
  const int32_t* excludeValues;   // ascending in a row
  int32_t* ids;                   // [numQueries, k]
  float* scores;                  // [numQueries, k]
};

struct RankCount {
  ScoredItems scored;
  const int32_t *wantedOffsets, *wantedValues;    // [numQueries + 1]; items
  const int32_t *excludeOffsets, *excludeValues;  // as in TopK
  int32_t* positions;                             // from 1, 0 without a score, one for each of wantedValues
  int32_t* numRanked;                             // items with a score that are not excluded, [numQueries]
};

// Samples whose column sums are added up as one.
constexpr size_t kSinkhornBlock = 128;

enum class Binary : int32_t { kAdd, kSubtract, kMultiply, kDivide, kMaximum, kMinimum, kCount };
enum class Unary : int32_t { kSquare, kSquareRoot, kNegate, kExponential, kCount };

// Element (row, column) of an operand is at row * rowStride + column * columnStride; strides are 0 where it is repeated.
struct Operand {
  const float* data;
  size_t rowStride, columnStride;
};

// Those of one instruction set.
struct KernelSet {
  const char* name;
  // Hops of equal numRows, done side by side row by row, so that those that read the same rows of x find them in cache.
  void (*propagate)(const Hop* hops, size_t numHops, size_t dim);
  void (*dropEdges)(const DropEdges& plan);
  void (*gatherRows)(const float* table, const int32_t* rows, size_t numRows, size_t dim, float scale, bool accumulate,
                     float* out);
  // clear: out starts at zero, else is added to.
  void (*scatterAddRows)(const float* source, const int32_t* rows, size_t numIndices, size_t dim, float scale, bool clear,
                         float* out, size_t numRows);
  void (*perturb)(const Perturb& plan, const float* x, float* out);
  void (*adam)(const Adam& plan, const float* gradient, float* parameter, float* m, float* v);
  void (*product)(const Product& product);
  // Returns Σ weight · loss.
  double (*softmaxLoss)(const Softmax& plan);
  // Mean over rows of −Σ targets · log softmax(scores · inverseTemperature), and its gradient.
  double (*softCrossEntropy)(const float* scores, const float* targets, size_t numRows, size_t numClasses,
                             float inverseTemperature, double* perRow, float* gradient);
  void (*binary)(Binary kind, Operand a, Operand b, float* out, size_t numRows, size_t numColumns);
  void (*unary)(Unary kind, const float* x, float* out, size_t length);
  void (*addAll)(const float* const* terms, size_t numTerms, float* out, size_t length);
  // out[r] = Σ over the row.
  void (*sumRows)(const float* x, float* out, size_t numRows, size_t numColumns);
  double (*sum)(const float* x, size_t length);
  void (*softmaxRows)(const float* x, float* out, size_t numRows, size_t numColumns);
  void (*normalizeRows)(const float* x, float* out, float* norms, size_t numRows, size_t dim, float minNorm);
  void (*normalizeRowsGradient)(const float* y, const float* norms, const float* dy, float* out, size_t numRows,
                                size_t dim);
  // Codes of Sinkhorn-Knopp; see sinkhorn.cc. False where a row of scores spans more than the exponent holds.
  bool (*sinkhorn)(Sinkhorn& plan);
  void (*transpose)(const float* x, float* out, size_t numRows, size_t numColumns);
  size_t (*packedItems)(size_t numItems);
  void (*packItems)(const float* items, size_t numItems, size_t dim, float* packed);
  // At least one item, k ≥ 1.
  void (*topK)(const TopK& plan);
  void (*rankCount)(const RankCount& plan);
};

// The set for the widest vectors that this CPU has; TWINLIGHT_SIMD (avx512, avx2, portable) takes a narrower one.
const KernelSet& kernels();

}  // namespace twinlight
