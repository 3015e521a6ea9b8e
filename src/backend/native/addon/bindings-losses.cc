// Functions of the losses: fused softmax cross-entropy, Sinkhorn codes.
#include <vector>

#include "../kernels/kernel-set.h"
#include "arguments.h"
#include "bindings.h"

namespace twinlight {
namespace {

// (queries, keys, dim, positive, temperature, keyBias | null, maskOffsets | null, maskValues | null,
//  queryWeight | null, perQuery, queryGradient, keyGradient, maskBias | null, decoupled) → loss
napi_value softmaxLoss(Arguments& arguments) {
  const auto queries = arguments.floats(0, "queries"), keys = arguments.floats(1, "keys");
  const size_t dim = arguments.count(2, "dim");
  const size_t numQueries = arguments.rows("queries", queries.length, dim);
  const size_t numKeys = arguments.rows("keys", keys.length, dim);
  const auto positive = arguments.ints(3, "positive", numQueries);
  const double temperature = arguments.positive(4, "temperature");
  const auto keyBias = arguments.optionalFloats(5, "keyBias", numKeys);
  const auto maskOffsets = arguments.optionalInts(6, "masked.offsets", numQueries + 1);
  const auto maskValues = arguments.optionalInts(7, "masked.values");
  const auto queryWeight = arguments.optionalFloats(8, "queryWeight", numQueries);
  const auto perQuery = arguments.output(9, "perQuery", numQueries);
  const auto queryGradient = arguments.output(10, "queryGradient", queries.length);
  const auto keyGradient = arguments.output(11, "keyGradient", keys.length);
  const auto maskBias = arguments.optionalFloats(12, "maskedBias", maskValues.length);
  arguments.expectIndices("positive", positive, 0, numKeys);
  if (maskOffsets) {
    if (!maskValues) arguments.fail("masked.values must be given with masked.offsets");
    arguments.expectOffsets("masked.offsets", maskOffsets, "masked.values", maskValues.length);
    arguments.expectIndices("masked.values", maskValues, 0, numKeys);
  }
  if (numQueries == 0) {
    for (size_t i = 0; i < keyGradient.length; i++) keyGradient.data[i] = 0;
    return arguments.result(0);
  }
  return arguments.result(kernels().softmaxLoss({numQueries,
                                                 numKeys,
                                                 dim,
                                                 queries.data,
                                                 keys.data,
                                                 positive.data,
                                                 arguments.flag(13),
                                                 static_cast<float>(1 / temperature),
                                                 keyBias.data,
                                                 maskOffsets.data,
                                                 maskValues.data,
                                                 queryWeight.data,
                                                 perQuery.data,
                                                 queryGradient.data,
                                                 keyGradient.data,
                                                 maskBias.data}));
}

// (scores, targets, numRows, numClasses, temperature, gradient) → mean loss
napi_value softCrossEntropy(Arguments& arguments) {
  const size_t numRows = arguments.count(2, "numRows"), numClasses = arguments.count(3, "numClasses");
  const size_t length = arguments.product(numRows, numClasses);
  const auto scores = arguments.floats(0, "scores", length), targets = arguments.floats(1, "targets", length);
  const double temperature = arguments.positive(4, "temperature");
  const auto gradient = arguments.output(5, "gradient", length);
  if (length == 0) return arguments.result(0);
  std::vector<double> perRow(numRows);
  return arguments.result(kernels().softCrossEntropy(scores.data, targets.data, numRows, numClasses,
                                                     static_cast<float>(1 / temperature), perRow.data(), gradient.data));
}

// A call can't be interrupted.
constexpr size_t kMostIterations = 100000;

// (scores, numSamples, numPrototypes, epsilon, iterations, codes) → columnError, or −1 − i where sample i spans too much
napi_value sinkhorn(Arguments& arguments) {
  const size_t numSamples = arguments.count(1, "numSamples"), numPrototypes = arguments.count(2, "numPrototypes");
  const size_t length = arguments.product(numSamples, numPrototypes);
  const auto scores = arguments.floats(0, "scores", length);
  const double epsilon = arguments.positive(3, "epsilon");
  const size_t iterations = arguments.count(4, "iterations");
  if (iterations > kMostIterations) arguments.fail("iterations must be at most " + std::to_string(kMostIterations));
  const auto codes = arguments.output(5, "codes", length);
  if (length == 0) return arguments.result(0);
  const size_t blocks = (numSamples + kSinkhornBlock - 1) / kSinkhornBlock;
  std::vector<double> workspace(length + numSamples + (blocks + 1) * numPrototypes);
  Sinkhorn plan = {numSamples, numPrototypes, iterations, epsilon, scores.data, codes.data, workspace.data(), 0, 0};
  return arguments.result(kernels().sinkhorn(plan) ? plan.columnError : -1 - static_cast<double>(plan.badSample));
}

}  // namespace

void addLossMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "softmaxLoss", softmaxLoss);
  addMethod(env, exports, "softCrossEntropy", softCrossEntropy);
  addMethod(env, exports, "sinkhorn", sinkhorn);
}

}  // namespace twinlight
