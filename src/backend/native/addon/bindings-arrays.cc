// Functions behind the overridden tfjs kernels: products, elementwise arithmetic, reductions.
#include <vector>

#include "../kernels/kernel-set.h"
#include "arguments.h"
#include "bindings.h"

namespace twinlight {
namespace {

// (a, b, numRows, numColumns, depth, transposeA, transposeB, out)
napi_value matMul(Arguments& arguments) {
  const size_t numRows = arguments.count(2, "numRows"), numColumns = arguments.count(3, "numColumns");
  const size_t depth = arguments.count(4, "depth");
  const bool transposeA = arguments.flag(5), transposeB = arguments.flag(6);
  const auto a = arguments.floats(0, "a", arguments.product(numRows, depth));
  const auto b = arguments.floats(1, "b", arguments.product(depth, numColumns));
  const auto out = arguments.output(7, "out", arguments.product(numRows, numColumns));
  if (out.length == 0) return nullptr;
  const auto stride = [](size_t value) { return static_cast<ptrdiff_t>(value); };
  kernels().product({numRows, numColumns, depth, a.data, b.data, transposeA ? 1 : stride(depth),
                     transposeA ? stride(numRows) : 1, transposeB ? 1 : stride(numColumns),
                     transposeB ? stride(depth) : 1, out.data});
  return nullptr;
}

// An operand over [numRows, numColumns]: whole, a row, a column or a single number; `repeats`: bit 1 along rows, bit 2
// along columns.
Operand operandOf(Arguments& arguments, size_t at, const char* name, size_t repeats, size_t numRows, size_t numColumns) {
  const bool repeatsRows = repeats & 1, repeatsColumns = repeats & 2;
  const size_t length = arguments.product(repeatsRows ? 1 : numRows, repeatsColumns ? 1 : numColumns);
  const auto array = arguments.floats(at, name, length);
  return {array.data, repeatsRows ? size_t(0) : (repeatsColumns ? 1 : numColumns), repeatsColumns ? size_t(0) : 1};
}

// (kind, a, aRepeats, b, bRepeats, numRows, numColumns, out)
napi_value binary(Arguments& arguments) {
  const auto kind = static_cast<Binary>(arguments.choice(0, "kind", static_cast<size_t>(Binary::kCount)));
  const size_t numRows = arguments.count(5, "numRows"), numColumns = arguments.count(6, "numColumns");
  const Operand a = operandOf(arguments, 1, "a", arguments.choice(2, "aRepeats", 4), numRows, numColumns);
  const Operand b = operandOf(arguments, 3, "b", arguments.choice(4, "bRepeats", 4), numRows, numColumns);
  const auto out = arguments.output(7, "out", arguments.product(numRows, numColumns));
  if (out.length > 0) kernels().binary(kind, a, b, out.data, numRows, numColumns);
  return nullptr;
}

// (kind, x, out)
napi_value unary(Arguments& arguments) {
  const auto kind = static_cast<Unary>(arguments.choice(0, "kind", static_cast<size_t>(Unary::kCount)));
  const auto x = arguments.floats(1, "x");
  const auto out = arguments.output(2, "out", x.length);
  kernels().unary(kind, x.data, out.data, x.length);
  return nullptr;
}

// ([terms], out), at least two terms
napi_value addAll(Arguments& arguments) {
  const napi_value list = arguments.value(0);
  const size_t numTerms = arguments.arrayLength(list, "terms");
  const auto out = arguments.output(1, "out");
  if (numTerms < 2) arguments.fail("terms: at least two are needed");
  std::vector<const float*> terms;
  for (size_t t = 0; t < numTerms; t++) {
    terms.push_back(arguments.floatsOf(arguments.element(list, t), "a term", out.length).data);
  }
  kernels().addAll(terms.data(), numTerms, out.data, out.length);
  return nullptr;
}

// A matrix and where the result goes, as sumRows, softmaxRows and transpose take them.
struct Table {
  size_t numRows, numColumns;
  Array<float> x, out;
};

// (x, numRows, numColumns, out), out of one number a row or as long as x
Table tableOf(Arguments& arguments, bool oneARow) {
  const size_t numRows = arguments.count(1, "numRows"), numColumns = arguments.count(2, "numColumns");
  const auto x = arguments.floats(0, "x", arguments.product(numRows, numColumns));
  return {numRows, numColumns, x, arguments.output(3, "out", oneARow ? numRows : x.length)};
}

// (x, numRows, numColumns, out [numRows])
napi_value sumRows(Arguments& arguments) {
  const Table table = tableOf(arguments, true);
  kernels().sumRows(table.x.data, table.out.data, table.numRows, table.numColumns);
  return nullptr;
}

// (x) → Σ x
napi_value sum(Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  return arguments.result(kernels().sum(x.data, x.length));
}

// (x, numRows, numColumns, out)
napi_value softmaxRows(Arguments& arguments) {
  const Table table = tableOf(arguments, false);
  if (table.x.length > 0) kernels().softmaxRows(table.x.data, table.out.data, table.numRows, table.numColumns);
  return nullptr;
}

// (x, numRows, numColumns, out [numColumns, numRows])
napi_value transpose(Arguments& arguments) {
  const Table table = tableOf(arguments, false);
  if (table.x.length > 0) kernels().transpose(table.x.data, table.out.data, table.numRows, table.numColumns);
  return nullptr;
}

}  // namespace

void addArrayMethods(napi_env env, napi_value exports) {
  addMethod(env, exports, "matMul", matMul);
  addMethod(env, exports, "binary", binary);
  addMethod(env, exports, "unary", unary);
  addMethod(env, exports, "addAll", addAll);
  addMethod(env, exports, "sumRows", sumRows);
  addMethod(env, exports, "sum", sum);
  addMethod(env, exports, "softmaxRows", softmaxRows);
  addMethod(env, exports, "transpose", transpose);
}

}  // namespace twinlight
