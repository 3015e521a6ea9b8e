// Sums, softmax and normalisation along rows.

#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {
namespace {

inline size_t rowsAChunk(size_t numColumns) { return 1 + (1 << 14) / (numColumns + 1); }

// Σ f(i) over a row of `length`: f maps (offset, lanes) to a vector whose unused lanes are 0.
template <typename Term>
inline float sumAlong(size_t length, const Term& term) {
  Vec sums = zero();
  size_t i = 0;
  for (; i + kLanes <= length; i += kLanes) sums += term(i, kLanes);
  if (i < length) sums += term(i, int(length - i));
  return sumOf(sums);
}

inline Vec loadSome(const float* from, int count) { return count == kLanes ? load(from) : loadPart(from, count); }
inline void storeSome(float* to, Vec value, int count) {
  if (count == kLanes) store(to, value);
  else storePart(to, value, count);
}

template <typename Step>
inline void forLanes(size_t length, const Step& step) {
  size_t i = 0;
  for (; i + kLanes <= length; i += kLanes) step(i, kLanes);
  if (i < length) step(i, int(length - i));
}

}  // namespace

void sumRows(const float* x, float* out, size_t numRows, size_t numColumns) {
  parallelRanges(numRows, rowsAChunk(numColumns), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      const float* row = x + r * numColumns;
      out[r] = sumAlong(numColumns, [&](size_t i, int count) { return loadSome(row + i, count); });
    }
  });
}

double sum(const float* x, size_t length) {
  // blocks in float, blocks together in double, always the same blocks
  double total = 0;
  for (size_t begin = 0; begin < length; begin += 4096) {
    const size_t block = length - begin < 4096 ? length - begin : 4096;
    total += double(sumAlong(block, [&](size_t i, int count) { return loadSome(x + begin + i, count); }));
  }
  return total;
}

void softmaxRows(const float* x, float* out, size_t numRows, size_t numColumns) {
  parallelRanges(numRows, rowsAChunk(numColumns), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      const float* row = x + r * numColumns;
      float* to = out + r * numColumns;
      float top = row[0];
      for (size_t i = 1; i < numColumns; i++) top = row[i] > top ? row[i] : top;
      Vec sums = zero();
      forLanes(numColumns, [&](size_t i, int count) {
        Vec value = exponential(loadSome(row + i, count) - top);
        for (int lane = count; lane < kLanes; lane++) value[lane] = 0;
        sums += value;
        storeSome(to + i, value, count);
      });
      const float scale = 1 / sumOf(sums);
      forLanes(numColumns, [&](size_t i, int count) { storeSome(to + i, loadSome(to + i, count) * scale, count); });
    }
  });
}

double softCrossEntropy(const float* scores, const float* targets, size_t numRows, size_t numClasses,
                        float inverseTemperature, double* perRow, float* gradient) {
  parallelRanges(numRows, rowsAChunk(numClasses), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      const float *row = scores + r * numClasses, *target = targets + r * numClasses;
      float* to = gradient + r * numClasses;
      float top = row[0];
      for (size_t k = 1; k < numClasses; k++) top = row[k] > top ? row[k] : top;
      Vec sums = zero(), masses = zero(), products = zero();
      forLanes(numClasses, [&](size_t k, int count) {
        const Vec shifted = (loadSome(row + k, count) - top) * inverseTemperature;
        const Vec goal = loadSome(target + k, count);
        Vec value = exponential(shifted);
        for (int lane = count; lane < kLanes; lane++) value[lane] = 0;
        storeSome(to + k, value, count);
        sums += value;
        masses += goal;
        products += goal * shifted;
      });
      const float sum = sumOf(sums), mass = sumOf(masses);
      perRow[r] = double(mass) * double(__builtin_logf(sum)) - double(sumOf(products));
      const float weight = inverseTemperature / float(numRows), scale = weight * mass / sum;
      forLanes(numClasses, [&](size_t k, int count) {
        storeSome(to + k, loadSome(to + k, count) * scale - loadSome(target + k, count) * weight, count);
      });
    }
  });
  double loss = 0;
  for (size_t r = 0; r < numRows; r++) loss += perRow[r];
  return loss / double(numRows);
}

void normalizeRows(const float* x, float* out, float* norms, size_t numRows, size_t dim, float minNorm) {
  parallelRanges(numRows, rowsAChunk(dim), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      const float* row = x + r * dim;
      const float squares = sumAlong(dim, [&](size_t i, int count) {
        const Vec value = loadSome(row + i, count);
        return value * value;
      });
      const float length = __builtin_sqrtf(squares);
      norms[r] = length > minNorm || length != length ? length : minNorm;
      const float scale = norms[r];
      forLanes(dim, [&](size_t i, int count) {
        storeSome(out + r * dim + i, loadSome(row + i, count) / scale, count);
      });
    }
  });
}

void normalizeRowsGradient(const float* y, const float* norms, const float* dy, float* out, size_t numRows, size_t dim) {
  parallelRanges(numRows, rowsAChunk(dim), [&](size_t begin, size_t end) {
    for (size_t r = begin; r < end; r++) {
      const float *unit = y + r * dim, *gradient = dy + r * dim;
      const float along = sumAlong(dim, [&](size_t i, int count) {
        return loadSome(unit + i, count) * loadSome(gradient + i, count);
      });
      const float inverse = 1 / norms[r];
      forLanes(dim, [&](size_t i, int count) {
        storeSome(out + r * dim + i, (loadSome(gradient + i, count) - loadSome(unit + i, count) * along) * inverse, count);
      });
    }
  });
}

}  // namespace TW_ISA
}  // namespace twinlight
