// Softmax cross-entropy over shared keys with both gradients, in blocks of queries (formula: ops/softmax-loss.ts).
// A block's logits live in a tile of at most kTileFloats floats: each group of rows is multiplied, turned into residuals
// weight / temperature · (softmax − onehot) and multiplied with the keys by one thread while it is in that thread's
// cache; then the tile, by groups of keys, adds to the key gradient. Every logit is computed once. Blocks follow one
// another and their size depends on the shapes alone, so every sum has one order.

#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "microkernel.h"

namespace twinlight {
namespace TW_ISA {
namespace {

constexpr size_t kTileFloats = size_t(1) << 22;
constexpr size_t kMostGroups = 8;

// How the tile is cut: [group][panel][groupRows][kTileColumns].
struct Cut {
  size_t groupRows, groups, panels, groupFloats;
  size_t panelFloats() const { return groupRows * kTileColumns; }
};

Cut cutFor(const Softmax& plan) {
  Cut cut;
  cut.panels = (plan.numKeys + kTileColumns - 1) / kTileColumns;
  cut.groupRows = plan.numKeys <= 4096 ? 16 * kTileRows : 2 * kTileRows;
  cut.groupFloats = cut.groupRows * cut.panels * kTileColumns;
  cut.groups = kTileFloats / cut.groupFloats;
  if (cut.groups < 1) cut.groups = 1;
  if (cut.groups > kMostGroups) cut.groups = kMostGroups;
  return cut;
}

// Rows padded with zeros to a whole number of vectors, or the matrix itself where they are already.
const float* paddedRows(const float* x, size_t numRows, size_t dim, size_t padded, Scratch slot) {
  if (dim == padded) return x;
  float* copy = static_cast<float*>(scratch(slot, numRows * padded * sizeof(float)));
  parallelRanges(numRows, 4096, [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      __builtin_memcpy(copy + r * padded, x + r * dim, dim * sizeof(float));
      __builtin_memset(copy + r * padded + dim, 0, (padded - dim) * sizeof(float));
    }
  });
  return copy;
}

// Inner products of one query, at row + panel · stride, become residuals in place; columns past numKeys become 0.
void residuals(const Softmax& plan, size_t query, float* row, size_t stride, size_t panels, const float* bias) {
  const float infinity = __builtin_inff();
  const auto at = [&](size_t key) -> float& { return row[key / kTileColumns * stride + key % kTileColumns]; };
  for (size_t key = plan.numKeys; key < panels * kTileColumns; key++) at(key) = -infinity;
  if (plan.maskOffsets) {
    for (int32_t i = plan.maskOffsets[query]; i < plan.maskOffsets[query + 1]; i++) {
      float& masked = at(size_t(plan.maskValues[i]));
      masked = plan.maskBias ? masked + plan.maskBias[i] / plan.inverseTemperature : -infinity;
    }
  }
  float& positive = at(size_t(plan.positive[query]));
  float positiveLogit = 0;
  if (plan.decoupled) {
    positiveLogit = positive * plan.inverseTemperature + (bias ? bias[plan.positive[query]] : 0.0f);
    positive = -infinity;
  }
  const Vec inverse = splat(plan.inverseTemperature);
  Vec tops = splat(-infinity);
  for (size_t p = 0; p < panels; p++) {
    float* part = row + p * stride;
    for (int v = 0; v < kTileColumns; v += kLanes) {
      Vec logit = load(part + v) * inverse;
      if (bias) logit += load(bias + p * kTileColumns + v);
      store(part + v, logit);
      tops = maximum(logit, tops);
    }
  }
  const float top = maximumOf(tops);
  if (!plan.decoupled) positiveLogit = positive;
  if (top == -infinity) {  // decoupled, and nothing to tell the positive from
    for (size_t p = 0; p < panels; p++) __builtin_memset(row + p * stride, 0, kTileColumns * sizeof(float));
    plan.perQuery[query] = 0;
    return;
  }
  Vec sums = zero();
  for (size_t p = 0; p < panels; p++) {
    float* part = row + p * stride;
    for (int v = 0; v < kTileColumns; v += kLanes) {
      const Vec value = exponential(load(part + v) - top);
      store(part + v, value);
      sums += value;
    }
  }
  const float sum = sumOf(sums);
  plan.perQuery[query] = (top - positiveLogit) + __builtin_logf(sum);
  const float weight =
      (plan.queryWeight ? plan.queryWeight[query] : 1.0f / float(plan.numQueries)) * plan.inverseTemperature;
  const Vec scale = splat(weight / sum);
  for (size_t p = 0; p < panels; p++) {
    float* part = row + p * stride;
    for (int v = 0; v < kTileColumns; v += kLanes) store(part + v, load(part + v) * scale);
  }
  positive -= weight;
}

}  // namespace

double softmaxLoss(const Softmax& plan) {
  const size_t dim = plan.dim, numKeys = plan.numKeys;
  const Cut cut = cutFor(plan);
  const size_t padded = (dim + kLanes - 1) / kLanes * kLanes;
  const float* keys = paddedRows(plan.keys, numKeys, dim, padded, Scratch::kKeys);
  const float* queries = paddedRows(plan.queries, plan.numQueries, dim, padded, Scratch::kQueries);
  float* tile = static_cast<float*>(scratch(Scratch::kTile, cut.groups * cut.groupFloats * sizeof(float)));
  // keys as [panel][dim][kTileColumns]: the right operand of the logits
  float* panels = static_cast<float*>(scratch(Scratch::kPackedRight, cut.panels * kTileColumns * dim * sizeof(float)));
  float* bias = nullptr;
  if (plan.keyBias) {
    bias = static_cast<float*>(scratch(Scratch::kRow, cut.panels * kTileColumns * sizeof(float)));
    __builtin_memset(bias, 0, cut.panels * kTileColumns * sizeof(float));
    __builtin_memcpy(bias, plan.keyBias, numKeys * sizeof(float));
  }
  const auto panelKeys = [&](size_t panel) {
    const size_t left = numKeys - panel * kTileColumns;
    return left < size_t(kTileColumns) ? left : size_t(kTileColumns);
  };
  parallelRanges(cut.panels, 4, [&](size_t begin, size_t end) {
    for (size_t p = begin; p < end; p++) {
      packPanel(plan.keys, 1, ptrdiff_t(dim), 0, dim, p * kTileColumns, panelKeys(p), panels + p * kTileColumns * dim);
    }
  });
  const size_t blockRows = cut.groups * cut.groupRows;
  for (size_t block = 0; block < plan.numQueries; block += blockRows) {
    const size_t rows = plan.numQueries - block < blockRows ? plan.numQueries - block : blockRows;
    const size_t groups = (rows + cut.groupRows - 1) / cut.groupRows;
    const auto rowsOf = [&](size_t group) {
      const size_t left = rows - group * cut.groupRows;
      return left < cut.groupRows ? left : cut.groupRows;
    };
    parallel(groups, [&](size_t group) {
      const size_t first = block + group * cut.groupRows, count = rowsOf(group);
      float* logits = tile + group * cut.groupFloats;
      for (size_t p = 0; p < cut.panels; p++) {
        strip(count, kTileColumns, dim, {plan.queries + first * dim, ptrdiff_t(dim), 1},
              {panels + p * kTileColumns * dim, kTileColumns, 1}, logits + p * cut.panelFloats(), kTileColumns, false);
      }
      for (size_t r = 0; r < count; r++) {
        residuals(plan, first + r, logits + r * kTileColumns, cut.panelFloats(), cut.panels, bias);
      }
      for (size_t column = 0; column < dim; column += kTileColumns) {
        const size_t width = dim - column < size_t(kTileColumns) ? dim - column : kTileColumns;
        for (size_t p = 0; p < cut.panels; p++) {
          strip(count, width, panelKeys(p), {logits + p * cut.panelFloats(), kTileColumns, 1},
                {keys + p * kTileColumns * padded + column, ptrdiff_t(padded), 1},
                plan.queryGradient + first * dim + column, ptrdiff_t(dim), p > 0);
        }
      }
    });
    parallel(cut.panels, [&](size_t p) {
      for (size_t column = 0; column < dim; column += kTileColumns) {
        const size_t width = dim - column < size_t(kTileColumns) ? dim - column : kTileColumns;
        for (size_t group = 0; group < groups; group++) {
          const float* logits = tile + group * cut.groupFloats + p * cut.panelFloats();
          strip(panelKeys(p), width, rowsOf(group), {logits, 1, kTileColumns},
                {queries + (block + group * cut.groupRows) * padded + column, ptrdiff_t(padded), 1},
                plan.keyGradient + p * kTileColumns * dim + column, ptrdiff_t(dim), block > 0 || group > 0);
        }
      }
    });
  }
  double loss = 0;
  for (size_t i = 0; i < plan.numQueries; i++) {
    loss += double(plan.queryWeight ? plan.queryWeight[i] : 1.0f / float(plan.numQueries)) * double(plan.perQuery[i]);
  }
  return loss;
}

}  // namespace TW_ISA
}  // namespace twinlight
