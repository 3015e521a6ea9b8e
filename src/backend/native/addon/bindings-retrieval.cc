// Functions of exact retrieval: items packed once, the K best of every query, positions of given items.
#include "../kernels/kernel-set.h"
#include "arguments.h"
#include "bindings.h"

namespace twinlight {
namespace {

// (numItems) → items that the packed form has room for
napi_value packedItems(Arguments& arguments) {
  const size_t numItems = arguments.count(0, "numItems");
  if (numItems > INT32_MAX - 64) arguments.fail("numItems: more than 2^31 items");
  return arguments.result(static_cast<double>(kernels().packedItems(numItems)));
}

// (items, dim, packed)
napi_value packItems(Arguments& arguments) {
  const auto items = arguments.floats(0, "items");
  const size_t dim = arguments.count(1, "dim");
  const size_t numItems = arguments.rows("items", items.length, dim);
  const auto packed = arguments.output(2, "packed", arguments.product(kernels().packedItems(numItems), dim));
  if (numItems > 0) kernels().packItems(items.data, numItems, dim, packed.data);
  return nullptr;
}

// Arguments 0 … 5: (queries, packed, numItems, dim, queryTile, itemBlock)
ScoredItems scoredItems(Arguments& arguments) {
  const auto queries = arguments.floats(0, "queries");
  const size_t numItems = arguments.count(2, "numItems"), dim = arguments.count(3, "dim");
  const size_t numQueries = arguments.rows("queries", queries.length, dim);
  if (numItems > INT32_MAX - 64) arguments.fail("numItems: more than 2^31 items");
  const auto packed = arguments.floats(1, "packed", arguments.product(kernels().packedItems(numItems), dim));
  return {numQueries, numItems,    dim, queries.data, packed.data, arguments.choice(4, "queryTile", INT32_MAX),
          arguments.choice(5, "itemBlock", INT32_MAX)};
}

struct Excluded {
  const int32_t *offsets, *values;
};

Excluded excluded(Arguments& arguments, size_t at, size_t numQueries) {
  const auto offsets = arguments.optionalInts(at, "exclude.offsets", numQueries + 1);
  const auto values = arguments.optionalInts(at + 1, "exclude.values");
  if (!offsets) return {nullptr, nullptr};
  if (!values) arguments.fail("exclude.values must be given with exclude.offsets");
  arguments.expectOffsets("exclude.offsets", offsets, "exclude.values", values.length);
  return {offsets.data, values.data};
}

// (…, k, excludeOffsets | null, excludeValues | null, ids, scores)
napi_value topK(Arguments& arguments) {
  const ScoredItems scored = scoredItems(arguments);
  const size_t k = arguments.choice(6, "k", INT32_MAX);
  const Excluded exclude = excluded(arguments, 7, scored.numQueries);
  const size_t length = arguments.product(scored.numQueries, k);
  const auto ids = arguments.outputInts(9, "ids", length);
  const auto scores = arguments.output(10, "scores", length);
  if (k == 0) arguments.fail("k must be at least 1");
  if (scored.numItems == 0) {
    for (size_t i = 0; i < length; i++) {
      ids.data[i] = -1;
      scores.data[i] = -__builtin_inff();
    }
  } else {
    kernels().topK({scored, k, exclude.offsets, exclude.values, ids.data, scores.data});
  }
  return nullptr;
}

// (…, wantedOffsets, wantedValues, excludeOffsets | null, excludeValues | null, positions, numRanked)
napi_value rankCount(Arguments& arguments) {
  const ScoredItems scored = scoredItems(arguments);
  const auto offsets = arguments.ints(6, "wanted.offsets", scored.numQueries + 1);
  const auto values = arguments.ints(7, "wanted.values");
  arguments.expectOffsets("wanted.offsets", offsets, "wanted.values", values.length);
  arguments.expectIndices("wanted.values", values, 0, scored.numItems);
  const Excluded exclude = excluded(arguments, 8, scored.numQueries);
  const auto positions = arguments.outputInts(10, "positions", values.length);
  const auto numRanked = arguments.outputInts(11, "numRanked", scored.numQueries);
  kernels().rankCount({scored, offsets.data, values.data, exclude.offsets, exclude.values, positions.data, numRanked.data});
  return nullptr;
}

}  // namespace

void addRetrievalMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "packedItems", packedItems);
  addMethod(env, exports, "packItems", packItems);
  addMethod(env, exports, "topK", topK);
  addMethod(env, exports, "rankCount", rankCount);
}

}  // namespace twinlight
