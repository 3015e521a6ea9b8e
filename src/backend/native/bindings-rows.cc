// Functions over rows of tables: propagation, lookup, scatter-add, noise, Adam, normalisation.
#include <vector>

#include "arguments.h"
#include "bindings.h"
#include "kernel-table.h"

namespace twinlight {
namespace {

// A dense matrix of `dim` columns.
size_t rowsOf(const Arguments& arguments, const char* name, size_t length, size_t dim) {
  if (dim == 0 || length % dim != 0) {
    arguments.fail(std::string(name) + ": " + std::to_string(length) + " numbers are no whole rows of " +
                   std::to_string(dim));
  }
  return length / dim;
}

// (offsets, columns, numNodes): throws unless they are a square CSR pattern
napi_value checkMatrix(const Arguments& arguments) {
  const auto offsets = arguments.ints(0, "offsets");
  const auto columns = arguments.ints(1, "columns");
  const size_t numNodes = arguments.count(2, "numNodes");
  arguments.expectLength("offsets", offsets.length, numNodes + 1);
  int32_t previous = 0;
  for (size_t i = 0; i < offsets.length; i++) {
    if (offsets.data[i] < previous || (i == 0 && offsets.data[0] != 0)) {
      arguments.fail("offsets: must ascend from 0; " + std::to_string(offsets.data[i]) + " at position " +
                     std::to_string(i));
    }
    previous = offsets.data[i];
  }
  arguments.expectLength("columns", columns.length, static_cast<size_t>(previous));
  arguments.expectIndices("columns", columns, 0, numNodes);
  return nullptr;
}

// ([{ offsets, columns, values, x, out, rows?, positions?, accumulate? }], dim); patterns have passed checkMatrix
napi_value propagate(const Arguments& arguments) {
  const napi_value list = arguments.value(0);
  const size_t numHops = arguments.arrayLength(list, "hops");
  const size_t dim = arguments.count(1, "dim");
  std::vector<Hop> hops(numHops);
  for (size_t h = 0; h < numHops; h++) {
    const napi_value object = arguments.element(list, h);
    const auto offsets = arguments.intsOf(arguments.property(object, "offsets"), "offsets");
    const auto columns = arguments.intsOf(arguments.property(object, "columns"), "columns");
    const auto values = arguments.floatsOf(arguments.property(object, "values"), "values");
    const auto x = arguments.floatsOf(arguments.property(object, "x"), "x");
    const auto out = arguments.floatsOf(arguments.property(object, "out"), "out");
    const napi_value rows = arguments.property(object, "rows");
    const napi_value positions = arguments.property(object, "positions");
    if (offsets.length == 0) arguments.fail("offsets must not be empty");
    const size_t numNodes = offsets.length - 1;
    arguments.expectLength("columns", columns.length, static_cast<size_t>(offsets.data[numNodes]));
    arguments.expectLength("values", values.length, columns.length);
    const size_t sourceRows = rowsOf(arguments, "x", x.length, dim);
    Hop& hop = hops[h];
    hop = {numNodes, nullptr, offsets.data, columns.data,  values.data, static_cast<int32_t>(columns.length),
           x.data,   nullptr, out.data,     arguments.flagOf(arguments.property(object, "accumulate"))};
    if (!arguments.absent(rows)) {
      const auto wanted = arguments.intsOf(rows, "rows");
      arguments.expectIndices("rows", wanted, 0, numNodes);
      hop.rows = wanted.data;
      hop.numRows = wanted.length;
    }
    if (arguments.absent(positions)) {
      arguments.expectLength("x (rows)", sourceRows, numNodes);
    } else {
      const auto places = arguments.intsOf(positions, "positions");
      arguments.expectLength("positions", places.length, numNodes);
      arguments.expectIndices("positions", places, -1, sourceRows);
      hop.positions = places.data;
    }
    arguments.expectLength("out", out.length, sizeProduct(arguments, hop.numRows, dim));
    arguments.expectLength("rows of the hops", hop.numRows, hops[0].numRows);
  }
  if (numHops > 0) kernels().propagate(hops.data(), numHops, dim);
  return nullptr;
}

// (table, rows, dim, scale, accumulate, out)
napi_value gatherRows(const Arguments& arguments) {
  const auto table = arguments.floats(0, "table");
  const auto rows = arguments.ints(1, "rows");
  const size_t dim = arguments.count(2, "dim");
  const auto out = arguments.floats(5, "out");
  arguments.expectIndices("rows", rows, 0, rowsOf(arguments, "table", table.length, dim));
  arguments.expectLength("out", out.length, sizeProduct(arguments, rows.length, dim));
  kernels().gatherRows(table.data, rows.data, rows.length, dim, static_cast<float>(arguments.number(3, "scale")),
                       arguments.flag(4), out.data);
  return nullptr;
}

// (source, rows, dim, scale, clear, out)
napi_value scatterAddRows(const Arguments& arguments) {
  const auto source = arguments.floats(0, "source");
  const auto rows = arguments.ints(1, "rows");
  const size_t dim = arguments.count(2, "dim");
  const auto out = arguments.floats(5, "out");
  const size_t numRows = rowsOf(arguments, "out", out.length, dim);
  arguments.expectIndices("rows", rows, 0, numRows);
  arguments.expectLength("source", source.length, sizeProduct(arguments, rows.length, dim));
  kernels().scatterAddRows(source.data, rows.data, rows.length, dim, static_cast<float>(arguments.number(3, "scale")),
                           arguments.flag(4), out.data, numRows);
  return nullptr;
}

// (x, dim, nodes | null, magnitude, keyLow, keyHigh, out)
napi_value perturb(const Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t dim = arguments.count(1, "dim");
  const auto nodes = arguments.optionalInts(2, "nodes");
  const auto out = arguments.floats(6, "out");
  const size_t numRows = rowsOf(arguments, "x", x.length, dim);
  if (nodes) arguments.expectLength("nodes", nodes.length, numRows);
  arguments.expectLength("out", out.length, x.length);
  const Perturb plan = {numRows,
                        dim,
                        nodes.data,
                        static_cast<float>(arguments.number(3, "magnitude")),
                        static_cast<uint32_t>(static_cast<int64_t>(arguments.number(4, "keyLow"))),
                        static_cast<uint32_t>(static_cast<int64_t>(arguments.number(5, "keyHigh")))};
  kernels().perturb(plan, x.data, out.data);
  return nullptr;
}

// (parameter, gradient, m, v, rate, beta1, beta2, epsilon, correction)
napi_value adam(const Arguments& arguments) {
  const auto parameter = arguments.floats(0, "parameter");
  const auto gradient = arguments.floats(1, "gradient");
  const auto m = arguments.floats(2, "m");
  const auto v = arguments.floats(3, "v");
  arguments.expectLength("gradient", gradient.length, parameter.length);
  arguments.expectLength("m", m.length, parameter.length);
  arguments.expectLength("v", v.length, parameter.length);
  const auto number = [&](size_t at, const char* name) { return static_cast<float>(arguments.number(at, name)); };
  const Adam plan = {parameter.length,    number(4, "rate"),    number(5, "beta1"),
                     number(6, "beta2"), number(7, "epsilon"), number(8, "correction")};
  kernels().adam(plan, gradient.data, parameter.data, m.data, v.data);
  return nullptr;
}

// (x, dim, minNorm, out, norms)
napi_value normalizeRows(const Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t dim = arguments.count(1, "dim");
  const auto out = arguments.floats(3, "out");
  const auto norms = arguments.floats(4, "norms");
  const size_t numRows = rowsOf(arguments, "x", x.length, dim);
  arguments.expectLength("out", out.length, x.length);
  arguments.expectLength("norms", norms.length, numRows);
  kernels().normalizeRows(x.data, out.data, norms.data, numRows, dim,
                          static_cast<float>(arguments.number(2, "minNorm")));
  return nullptr;
}

// (unit, norms, gradient, dim, out)
napi_value normalizeRowsGradient(const Arguments& arguments) {
  const auto unit = arguments.floats(0, "unit");
  const auto norms = arguments.floats(1, "norms");
  const auto gradient = arguments.floats(2, "gradient");
  const size_t dim = arguments.count(3, "dim");
  const auto out = arguments.floats(4, "out");
  const size_t numRows = rowsOf(arguments, "unit", unit.length, dim);
  arguments.expectLength("norms", norms.length, numRows);
  arguments.expectLength("gradient", gradient.length, unit.length);
  arguments.expectLength("out", out.length, unit.length);
  kernels().normalizeRowsGradient(unit.data, norms.data, gradient.data, out.data, numRows, dim);
  return nullptr;
}

}  // namespace

void addRowMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "checkMatrix", checkMatrix);
  addMethod(env, exports, "propagate", propagate);
  addMethod(env, exports, "gatherRows", gatherRows);
  addMethod(env, exports, "scatterAddRows", scatterAddRows);
  addMethod(env, exports, "perturb", perturb);
  addMethod(env, exports, "adam", adam);
  addMethod(env, exports, "normalizeRows", normalizeRows);
  addMethod(env, exports, "normalizeRowsGradient", normalizeRowsGradient);
}

}  // namespace twinlight
