// Functions over sampled blocks: products with rectangular matrices, and Adam at the rows that a step touched.
#include "adam-rows.h"
#include "arguments.h"
#include "bindings.h"
#include "kernel-table.h"

namespace twinlight {
namespace {

// (offsets, columns, values, x, dim, out, accumulate): out (+)= matrix · x; the whole pattern is checked at every call,
// since a block lives for one step
napi_value propagateBlock(Arguments& arguments) {
  const auto offsets = arguments.ints(0, "offsets");
  const auto columns = arguments.ints(1, "columns");
  const auto values = arguments.floats(2, "values", columns.length);
  const auto x = arguments.floats(3, "x");
  const size_t dim = arguments.count(4, "dim");
  arguments.expectOffsets("offsets", offsets, "columns", columns.length);
  arguments.expectIndices("columns", columns, 0, arguments.rows("x", x.length, dim));
  const size_t numRows = offsets.length - 1;
  Hop hop = {};
  hop.numRows = numRows;
  hop.offsets = offsets.data;
  hop.columns = columns.data;
  hop.values = values.data;
  hop.numEntries = static_cast<int32_t>(columns.length);
  hop.x = x.data;
  hop.out = arguments.output(5, "out", arguments.product(numRows, dim)).data;
  hop.accumulate = arguments.flag(6);
  if (numRows > 0) kernels().propagate(&hop, 1, dim);
  return nullptr;
}

// (parameter, gradient, rows, dim, m, v, rate, beta1, beta2, epsilon, correction); rows should be distinct: of a
// repeated one it is left to chance which update stays
napi_value adamRowsMethod(Arguments& arguments) {
  const auto rows = arguments.ints(2, "rows");
  const size_t dim = arguments.count(3, "dim");
  const auto gradient = arguments.floats(1, "gradient", arguments.product(rows.length, dim));
  const auto parameter = arguments.output(0, "parameter");
  const auto m = arguments.output(4, "m", parameter.length), v = arguments.output(5, "v", parameter.length);
  arguments.expectIndices("rows", rows, 0, arguments.rows("parameter", parameter.length, dim));
  const Adam plan = {dim, arguments.single(6, "rate"), arguments.single(7, "beta1"), arguments.single(8, "beta2"),
                     arguments.single(9, "epsilon"), arguments.single(10, "correction")};
  adamRows(plan, gradient.data, rows.data, rows.length, parameter.data, m.data, v.data);
  return nullptr;
}

}  // namespace

void addBlockMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "propagateBlock", propagateBlock);
  addMethod(env, exports, "adamRows", adamRowsMethod);
}

}  // namespace twinlight
