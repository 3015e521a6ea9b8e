// Functions of the losses: fused softmax cross-entropy, Sinkhorn codes.
#include <vector>

#include "arguments.h"
#include "bindings.h"
#include "kernel-table.h"

namespace twinlight {
namespace {

// (queries, keys, dim, positive, temperature, keyBias | null, maskOffsets | null, maskValues | null,
//  queryWeight | null, perQuery, queryGradient, keyGradient) → loss
napi_value softmaxLoss(const Arguments& arguments) {
  const auto queries = arguments.floats(0, "queries");
  const auto keys = arguments.floats(1, "keys");
  const size_t dim = arguments.count(2, "dim");
  const auto positive = arguments.ints(3, "positive");
  const double temperature = arguments.number(4, "temperature");
  const auto keyBias = arguments.optionalFloats(5, "keyBias");
  const auto maskOffsets = arguments.optionalInts(6, "masked.offsets");
  const auto maskValues = arguments.optionalInts(7, "masked.values");
  const auto queryWeight = arguments.optionalFloats(8, "queryWeight");
  const auto perQuery = arguments.floats(9, "perQuery");
  const auto queryGradient = arguments.floats(10, "queryGradient");
  const auto keyGradient = arguments.floats(11, "keyGradient");
  if (dim == 0 || queries.length % dim != 0 || keys.length % dim != 0) {
    arguments.fail("queries and keys must be whole rows of " + std::to_string(dim));
  }
  const size_t numQueries = queries.length / dim, numKeys = keys.length / dim;
  if (!(temperature > 0)) arguments.fail("temperature must be > 0");
  arguments.expectLength("positive", positive.length, numQueries);
  arguments.expectIndices("positive", positive, 0, numKeys);
  if (keyBias) arguments.expectLength("keyBias", keyBias.length, numKeys);
  if (queryWeight) arguments.expectLength("queryWeight", queryWeight.length, numQueries);
  if (maskOffsets) {
    arguments.expectLength("masked.offsets", maskOffsets.length, numQueries + 1);
    if (!maskValues) arguments.fail("masked.values must be given with masked.offsets");
    arguments.expectIndices("masked.values", maskValues, 0, numKeys);
    arguments.expectIndices("masked.offsets", maskOffsets, 0, maskValues.length + 1);
    for (size_t i = 0; i < numQueries; i++) {
      if (maskOffsets.data[i] > maskOffsets.data[i + 1]) arguments.fail("masked.offsets must ascend");
    }
  }
  arguments.expectLength("perQuery", perQuery.length, numQueries);
  arguments.expectLength("queryGradient", queryGradient.length, queries.length);
  arguments.expectLength("keyGradient", keyGradient.length, keys.length);
  double loss = 0;
  if (numQueries == 0) {
    for (size_t i = 0; i < keyGradient.length; i++) keyGradient.data[i] = 0;
  } else {
    const Softmax plan = {numQueries,
                          numKeys,
                          dim,
                          queries.data,
                          keys.data,
                          positive.data,
                          static_cast<float>(1 / temperature),
                          keyBias.data,
                          maskOffsets.data,
                          maskValues.data,
                          queryWeight.data,
                          perQuery.data,
                          queryGradient.data,
                          keyGradient.data};
    loss = kernels().softmaxLoss(plan);
  }
  napi_value result = nullptr;
  napi_create_double(arguments.env(), loss, &result);
  return result;
}

// (scores, targets, numRows, numClasses, temperature, gradient) → mean loss
napi_value softCrossEntropy(const Arguments& arguments) {
  const auto scores = arguments.floats(0, "scores");
  const auto targets = arguments.floats(1, "targets");
  const size_t numRows = arguments.count(2, "numRows");
  const size_t numClasses = arguments.count(3, "numClasses");
  const double temperature = arguments.number(4, "temperature");
  const auto gradient = arguments.floats(5, "gradient");
  const size_t length = sizeProduct(arguments, numRows, numClasses);
  if (!(temperature > 0)) arguments.fail("temperature must be > 0");
  arguments.expectLength("scores", scores.length, length);
  arguments.expectLength("targets", targets.length, length);
  arguments.expectLength("gradient", gradient.length, length);
  double loss = 0;
  if (length > 0) {
    std::vector<double> perRow(numRows);
    loss = kernels().softCrossEntropy(scores.data, targets.data, numRows, numClasses,
                                      static_cast<float>(1 / temperature), perRow.data(), gradient.data);
  }
  napi_value result = nullptr;
  napi_create_double(arguments.env(), loss, &result);
  return result;
}

// (scores, numSamples, numPrototypes, epsilon, iterations, codes) → columnError, or −1 − i where sample i spans too much
napi_value sinkhorn(const Arguments& arguments) {
  const auto scores = arguments.floats(0, "scores");
  const size_t numSamples = arguments.count(1, "numSamples");
  const size_t numPrototypes = arguments.count(2, "numPrototypes");
  const double epsilon = arguments.number(3, "epsilon");
  const size_t iterations = arguments.count(4, "iterations");
  const auto codes = arguments.floats(5, "codes");
  const size_t length = sizeProduct(arguments, numSamples, numPrototypes);
  arguments.expectLength("scores", scores.length, length);
  arguments.expectLength("codes", codes.length, length);
  double columnError = 0;
  if (length > 0) {
    const size_t blocks = (numSamples + kSinkhornBlock - 1) / kSinkhornBlock;
    std::vector<double> workspace(length + numSamples + (blocks + 1) * numPrototypes);
    Sinkhorn plan = {numSamples, numPrototypes, iterations, epsilon, scores.data, codes.data, workspace.data(), 0, 0};
    columnError = kernels().sinkhorn(plan) ? plan.columnError : -1 - static_cast<double>(plan.badSample);
  }
  napi_value result = nullptr;
  napi_create_double(arguments.env(), columnError, &result);
  return result;
}

}  // namespace

void addLossMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "softmaxLoss", softmaxLoss);
  addMethod(env, exports, "softCrossEntropy", softCrossEntropy);
  addMethod(env, exports, "sinkhorn", sinkhorn);
}

}  // namespace twinlight
