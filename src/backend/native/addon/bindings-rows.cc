// Functions over rows of tables: propagation, lookup, scatter-add, noise, Adam, normalisation.
#include <vector>

#include "../kernels/kernel-set.h"
#include "arguments.h"
#include "bindings.h"

namespace twinlight {
namespace {

// Marks columns whose values are known to lie below a limit, so that they are walked once and not at every call.
// They must not change afterwards.
napi_type_tag columnsBelow(size_t limit) { return {0x7477696e6c696768, limit}; }

// Throws unless offsets and columns are compressed rows of a matrix with as many columns as rows.
void expectSquare(const Arguments& arguments, napi_value columnsValue, Array<int32_t> offsets, Array<int32_t> columns) {
  arguments.expectOffsets("offsets", offsets, "columns", columns.length);
  const size_t numNodes = offsets.length - 1;
  const napi_type_tag tag = columnsBelow(numNodes);
  bool known = false;
  if (napi_check_object_type_tag(arguments.env(), columnsValue, &tag, &known) == napi_ok && known) return;
  arguments.expectIndices("columns", columns, 0, numNodes);
  // fails where a tag is there already, of a matrix of another size: this one is then checked at every call
  napi_type_tag_object(arguments.env(), columnsValue, &tag);
}

Hop hopOf(Arguments& arguments, napi_value object, size_t dim) {
  const auto property = [&](const char* name) { return arguments.property(object, name); };
  const napi_value columnsValue = property("columns"), rows = property("rows"), positions = property("positions");
  const auto offsets = arguments.intsOf(property("offsets"), "offsets");
  const auto columns = arguments.intsOf(columnsValue, "columns");
  expectSquare(arguments, columnsValue, offsets, columns);
  const size_t numNodes = offsets.length - 1;
  const auto values = arguments.floatsOf(property("values"), "values", columns.length);
  const auto x = arguments.floatsOf(property("x"), "x");
  const size_t sourceRows = arguments.rows("x", x.length, dim);
  Hop hop = {numNodes, nullptr, offsets.data, columns.data, values.data, static_cast<int32_t>(columns.length),
             x.data,   nullptr, nullptr,      arguments.flagOf(property("accumulate"))};
  if (!arguments.absent(rows)) {
    const auto wanted = arguments.intsOf(rows, "rows");
    arguments.expectIndices("rows", wanted, 0, numNodes);
    hop.rows = wanted.data;
    hop.numRows = wanted.length;
  }
  if (arguments.absent(positions)) {
    arguments.expectLength("x (rows)", sourceRows, numNodes);
  } else {
    const auto places = arguments.intsOf(positions, "positions", numNodes);
    arguments.expectIndices("positions", places, -1, sourceRows);
    hop.positions = places.data;
  }
  hop.out = arguments.outputOf(property("out"), "out", arguments.product(hop.numRows, dim), "out").data;
  return hop;
}

// (offsets, columns, numNodes): throws unless they are a square CSR pattern
napi_value checkMatrix(Arguments& arguments) {
  const auto offsets = arguments.ints(0, "offsets", arguments.count(2, "numNodes") + 1);
  const auto columns = arguments.ints(1, "columns");
  expectSquare(arguments, arguments.value(1), offsets, columns);
  return nullptr;
}

// ([{ offsets, columns, values, x, out, rows?, positions?, accumulate? }], dim)
napi_value propagate(Arguments& arguments) {
  const napi_value list = arguments.value(0);
  const size_t numHops = arguments.arrayLength(list, "hops");
  const size_t dim = arguments.count(1, "dim");
  std::vector<Hop> hops;
  for (size_t h = 0; h < numHops; h++) {
    hops.push_back(hopOf(arguments, arguments.element(list, h), dim));
    arguments.expectLength("rows of the hops", hops[h].numRows, hops[0].numRows);
  }
  if (numHops > 0) kernels().propagate(hops.data(), numHops, dim);
  return nullptr;
}

// (offsets, columns, itemEdges, weight | null, threshold, keyLow, keyHigh, values)
napi_value dropEdges(Arguments& arguments) {
  const auto itemEdges = arguments.ints(2, "itemEdges");
  const size_t numEdges = itemEdges.length;
  const auto offsets = arguments.ints(0, "offsets");
  const auto columns = arguments.ints(1, "columns", arguments.product(2, numEdges));
  expectSquare(arguments, arguments.value(1), offsets, columns);
  arguments.expectIndices("itemEdges", itemEdges, 0, numEdges);
  const auto weight = arguments.optionalFloats(3, "weight", numEdges);
  const auto values = arguments.output(7, "values", columns.length);
  kernels().dropEdges({offsets.length - 1, numEdges, offsets.data, columns.data, itemEdges.data, weight.data,
                       arguments.single(4, "threshold"), arguments.word(5, "keyLow"), arguments.word(6, "keyHigh"),
                       values.data});
  return nullptr;
}

// (table, rows, dim, scale, accumulate, out)
napi_value gatherRows(Arguments& arguments) {
  const auto table = arguments.floats(0, "table");
  const auto rows = arguments.ints(1, "rows");
  const size_t dim = arguments.count(2, "dim");
  arguments.expectIndices("rows", rows, 0, arguments.rows("table", table.length, dim));
  const auto out = arguments.output(5, "out", arguments.product(rows.length, dim));
  kernels().gatherRows(table.data, rows.data, rows.length, dim, arguments.single(3, "scale"), arguments.flag(4), out.data);
  return nullptr;
}

// (source, rows, dim, scale, clear, out)
napi_value scatterAddRows(Arguments& arguments) {
  const auto rows = arguments.ints(1, "rows");
  const size_t dim = arguments.count(2, "dim");
  const auto source = arguments.floats(0, "source", arguments.product(rows.length, dim));
  const auto out = arguments.output(5, "out");
  const size_t numRows = arguments.rows("out", out.length, dim);
  arguments.expectIndices("rows", rows, 0, numRows);
  kernels().scatterAddRows(source.data, rows.data, rows.length, dim, arguments.single(3, "scale"), arguments.flag(4),
                           out.data, numRows);
  return nullptr;
}

// (x, dim, nodes | null, magnitude, keyLow, keyHigh, out)
napi_value perturb(Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t dim = arguments.count(1, "dim");
  const size_t numRows = arguments.rows("x", x.length, dim);
  const auto nodes = arguments.optionalInts(2, "nodes", numRows);
  const auto out = arguments.output(6, "out", x.length, "x");
  kernels().perturb({numRows, dim, nodes.data, arguments.single(3, "magnitude"), arguments.word(4, "keyLow"),
                     arguments.word(5, "keyHigh")},
                    x.data, out.data);
  return nullptr;
}

// (parameter, gradient, m, v, rate, beta1, beta2, epsilon, correction, decay)
napi_value adam(Arguments& arguments) {
  const auto gradient = arguments.floats(1, "gradient");
  const auto parameter = arguments.output(0, "parameter", gradient.length);
  const auto m = arguments.output(2, "m", gradient.length), v = arguments.output(3, "v", gradient.length);
  kernels().adam({gradient.length, arguments.single(4, "rate"), arguments.single(5, "beta1"),
                  arguments.single(6, "beta2"), arguments.single(7, "epsilon"), arguments.single(8, "correction"),
                  arguments.single(9, "decay")},
                 gradient.data, parameter.data, m.data, v.data);
  return nullptr;
}

// (x, dim, minNorm, out, norms)
napi_value normalizeRows(Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t dim = arguments.count(1, "dim");
  const size_t numRows = arguments.rows("x", x.length, dim);
  const auto out = arguments.output(3, "out", x.length), norms = arguments.output(4, "norms", numRows);
  kernels().normalizeRows(x.data, out.data, norms.data, numRows, dim, arguments.single(2, "minNorm"));
  return nullptr;
}

// (unit, norms, gradient, dim, out)
napi_value normalizeRowsGradient(Arguments& arguments) {
  const auto unit = arguments.floats(0, "unit");
  const size_t dim = arguments.count(3, "dim");
  const size_t numRows = arguments.rows("unit", unit.length, dim);
  const auto norms = arguments.floats(1, "norms", numRows);
  const auto gradient = arguments.floats(2, "gradient", unit.length);
  const auto out = arguments.output(4, "out", unit.length);
  kernels().normalizeRowsGradient(unit.data, norms.data, gradient.data, out.data, numRows, dim);
  return nullptr;
}

}  // namespace

void addRowMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "checkMatrix", checkMatrix);
  addMethod(env, exports, "propagate", propagate);
  addMethod(env, exports, "dropEdges", dropEdges);
  addMethod(env, exports, "gatherRows", gatherRows);
  addMethod(env, exports, "scatterAddRows", scatterAddRows);
  addMethod(env, exports, "perturb", perturb);
  addMethod(env, exports, "adam", adam);
  addMethod(env, exports, "normalizeRows", normalizeRows);
  addMethod(env, exports, "normalizeRowsGradient", normalizeRowsGradient);
}

}  // namespace twinlight
