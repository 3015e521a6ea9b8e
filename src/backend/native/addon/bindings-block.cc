// Functions over sampled blocks: drawing one, products with rectangular matrices, Adam at the rows that a step touched.
#include "../kernels/kernel-set.h"
#include "adam-rows.h"
#include "arguments.h"
#include "bindings.h"
#include "sample-hop.h"

namespace twinlight {
namespace {

constexpr const char* kUnsound = "the matrix, nodeAt and placeOf contradict each other, or the hop has too many entries";

// (offsets, nodeAt, numRows, fanOut, hopOffsets) → entries of the hop
napi_value hopOffsetsMethod(Arguments& arguments) {
  HopDraw plan = {};
  const auto offsets = arguments.ints(0, "offsets");
  if (offsets.length == 0) arguments.fail("offsets must not be empty");
  plan.numNodes = offsets.length - 1;
  const auto nodeAt = arguments.ints(1, "nodeAt", plan.numNodes);
  plan.numRows = arguments.choice(2, "numRows", plan.numNodes + 1);
  plan.fanOut = arguments.choice(3, "fanOut", size_t(1) << 31);
  plan.hopOffsets = arguments.outputInts(4, "hopOffsets", plan.numRows + 1).data;
  plan.offsets = offsets.data;
  plan.nodeAt = nodeAt.data;
  // nothing of the matrix but its offsets is read
  plan.numEdges = size_t(1) << 31;
  if (!hopOffsets(plan)) arguments.fail(kUnsound);
  return arguments.result(plan.hopOffsets[plan.numRows]);
}

// (offsets, columns, values, itemEdges, fanOut, keyLow, keyHigh, nodeAt, placeOf, numRows, hopOffsets, hopColumns,
// hopEdges, hopValues) → nodes of the block afterwards
napi_value drawHopMethod(Arguments& arguments) {
  HopDraw plan = {};
  const auto offsets = arguments.ints(0, "offsets");
  if (offsets.length == 0) arguments.fail("offsets must not be empty");
  plan.numNodes = offsets.length - 1;
  const auto itemEdges = arguments.ints(3, "itemEdges");
  plan.numEdges = itemEdges.length;
  const auto columns = arguments.ints(1, "columns", arguments.product(2, plan.numEdges));
  const auto values = arguments.floats(2, "values", columns.length);
  plan.fanOut = arguments.choice(4, "fanOut", size_t(1) << 31);
  plan.keyLow = arguments.word(5, "keyLow");
  plan.keyHigh = arguments.word(6, "keyHigh");
  const auto nodeAt = arguments.outputInts(7, "nodeAt", plan.numNodes);
  const auto placeOf = arguments.outputInts(8, "placeOf", plan.numNodes);
  plan.numRows = arguments.choice(9, "numRows", plan.numNodes + 1);
  const auto hopOffsets = arguments.ints(10, "hopOffsets", plan.numRows + 1);
  const auto hopEdges = arguments.outputInts(12, "hopEdges");
  const auto hopColumns = arguments.outputInts(11, "hopColumns", hopEdges.length);
  const auto hopValues = arguments.output(13, "hopValues", hopEdges.length);
  arguments.expectOffsets("hopOffsets", hopOffsets, "hopEdges", hopEdges.length);
  plan.offsets = offsets.data;
  plan.columns = columns.data;
  plan.values = values.data;
  plan.itemEdges = itemEdges.data;
  plan.nodeAt = nodeAt.data;
  plan.placeOf = placeOf.data;
  plan.hopOffsets = hopOffsets.data;
  plan.hopColumns = hopColumns.data;
  plan.hopEdges = hopEdges.data;
  plan.hopValues = hopValues.data;
  const ptrdiff_t count = drawHop(plan);
  if (count < 0) arguments.fail(kUnsound);
  return arguments.result(static_cast<double>(count));
}

// (offsets, columns, numColumns, transposedOffsets, rows, order)
napi_value transposePatternMethod(Arguments& arguments) {
  const auto offsets = arguments.ints(0, "offsets");
  const auto columns = arguments.ints(1, "columns");
  const size_t numColumns = arguments.choice(2, "numColumns", size_t(1) << 31);
  arguments.expectOffsets("offsets", offsets, "columns", columns.length);
  arguments.expectIndices("columns", columns, 0, numColumns);
  const auto starts = arguments.outputInts(3, "transposedOffsets", numColumns + 1);
  const auto rows = arguments.outputInts(4, "rows", columns.length);
  const auto order = arguments.outputInts(5, "order", columns.length);
  transposePattern(offsets.data, offsets.length - 1, columns.data, numColumns, starts.data, rows.data, order.data);
  return nullptr;
}

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

// (parameter, gradient, rows, dim, m, v, rate, beta1, beta2, epsilon, correction, decay); rows should be distinct: of a
// repeated one it is left to chance which update stays
napi_value adamRowsMethod(Arguments& arguments) {
  const auto rows = arguments.ints(2, "rows");
  const size_t dim = arguments.count(3, "dim");
  const auto gradient = arguments.floats(1, "gradient", arguments.product(rows.length, dim));
  const auto parameter = arguments.output(0, "parameter");
  const auto m = arguments.output(4, "m", parameter.length), v = arguments.output(5, "v", parameter.length);
  arguments.expectIndices("rows", rows, 0, arguments.rows("parameter", parameter.length, dim));
  const Adam plan = {dim, arguments.single(6, "rate"), arguments.single(7, "beta1"), arguments.single(8, "beta2"),
                     arguments.single(9, "epsilon"), arguments.single(10, "correction"),
                     arguments.single(11, "decay")};
  adamRows(plan, gradient.data, rows.data, rows.length, parameter.data, m.data, v.data);
  return nullptr;
}

}  // namespace

void addBlockMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "hopOffsets", hopOffsetsMethod);
  addMethod(env, exports, "drawHop", drawHopMethod);
  addMethod(env, exports, "transposePattern", transposePatternMethod);
  addMethod(env, exports, "propagateBlock", propagateBlock);
  addMethod(env, exports, "adamRows", adamRowsMethod);
}

}  // namespace twinlight
