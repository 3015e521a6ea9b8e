// Functions over sampled blocks: products with rectangular matrices, and Adam at the rows that a step touched.
#include "adam-rows.h"
#include "arguments.h"
#include "bindings.h"
#include "kernel-table.h"

namespace twinlight {
namespace {

size_t rowsOf(const Arguments& arguments, const char* name, size_t length, size_t dim) {
  if (dim == 0 || length % dim != 0) {
    arguments.fail(std::string(name) + ": " + std::to_string(length) + " numbers are no whole rows of " +
                   std::to_string(dim));
  }
  return length / dim;
}

// (offsets, columns, values, x, dim, out, accumulate): out (+)= matrix · x; the whole pattern is checked at every call,
// since a block lives for one step
napi_value propagateBlock(const Arguments& arguments) {
  const auto offsets = arguments.ints(0, "offsets");
  const auto columns = arguments.ints(1, "columns");
  const auto values = arguments.floats(2, "values");
  const auto x = arguments.floats(3, "x");
  const size_t dim = arguments.count(4, "dim");
  const auto out = arguments.floats(5, "out");
  if (offsets.length == 0) arguments.fail("offsets must not be empty");
  int32_t previous = 0;
  for (size_t i = 0; i < offsets.length; i++) {
    if (offsets.data[i] < previous || (i == 0 && offsets.data[0] != 0)) {
      arguments.fail("offsets: must ascend from 0; " + std::to_string(offsets.data[i]) + " at position " +
                     std::to_string(i));
    }
    previous = offsets.data[i];
  }
  arguments.expectLength("columns", columns.length, static_cast<size_t>(previous));
  arguments.expectLength("values", values.length, columns.length);
  arguments.expectIndices("columns", columns, 0, rowsOf(arguments, "x", x.length, dim));
  const size_t numRows = offsets.length - 1;
  arguments.expectLength("out", out.length, sizeProduct(arguments, numRows, dim));
  Hop hop = {};
  hop.numRows = numRows;
  hop.offsets = offsets.data;
  hop.columns = columns.data;
  hop.values = values.data;
  hop.numEntries = static_cast<int32_t>(columns.length);
  hop.x = x.data;
  hop.out = out.data;
  hop.accumulate = arguments.flag(6);
  if (numRows > 0) kernels().propagate(&hop, 1, dim);
  return nullptr;
}

// (parameter, gradient, rows, dim, m, v, rate, beta1, beta2, epsilon, correction); rows must be distinct: each is
// updated by one thread
napi_value adamRowsMethod(const Arguments& arguments) {
  const auto parameter = arguments.floats(0, "parameter");
  const auto gradient = arguments.floats(1, "gradient");
  const auto rows = arguments.ints(2, "rows");
  const size_t dim = arguments.count(3, "dim");
  const auto m = arguments.floats(4, "m");
  const auto v = arguments.floats(5, "v");
  arguments.expectIndices("rows", rows, 0, rowsOf(arguments, "parameter", parameter.length, dim));
  arguments.expectLength("gradient", gradient.length, sizeProduct(arguments, rows.length, dim));
  arguments.expectLength("m", m.length, parameter.length);
  arguments.expectLength("v", v.length, parameter.length);
  const auto number = [&](size_t at, const char* name) { return static_cast<float>(arguments.number(at, name)); };
  const Adam plan = {dim,
                     number(6, "rate"),
                     number(7, "beta1"),
                     number(8, "beta2"),
                     number(9, "epsilon"),
                     number(10, "correction")};
  adamRows(plan, gradient.data, rows.data, rows.length, parameter.data, m.data, v.data);
  return nullptr;
}

}  // namespace

void addBlockMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "propagateBlock", propagateBlock);
  addMethod(env, exports, "adamRows", adamRowsMethod);
}

}  // namespace twinlight
