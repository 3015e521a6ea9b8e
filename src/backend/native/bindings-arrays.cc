// Functions behind the overridden tfjs kernels: products, elementwise arithmetic, reductions.
#include <vector>

#include "arguments.h"
#include "bindings.h"
#include "kernel-table.h"

namespace twinlight {
namespace {

// (a, b, numRows, numColumns, depth, transposeA, transposeB, out)
napi_value matMul(const Arguments& arguments) {
  const auto a = arguments.floats(0, "a");
  const auto b = arguments.floats(1, "b");
  const size_t numRows = arguments.count(2, "numRows");
  const size_t numColumns = arguments.count(3, "numColumns");
  const size_t depth = arguments.count(4, "depth");
  const bool transposeA = arguments.flag(5), transposeB = arguments.flag(6);
  const auto out = arguments.floats(7, "out");
  arguments.expectLength("a", a.length, sizeProduct(arguments, numRows, depth));
  arguments.expectLength("b", b.length, sizeProduct(arguments, depth, numColumns));
  arguments.expectLength("out", out.length, sizeProduct(arguments, numRows, numColumns));
  if (out.length == 0) return nullptr;
  const auto stride = [](size_t value) { return static_cast<ptrdiff_t>(value); };
  kernels().product({numRows, numColumns, depth, a.data, b.data, transposeA ? 1 : stride(depth),
                     transposeA ? stride(numRows) : 1, transposeB ? 1 : stride(numColumns),
                     transposeB ? stride(depth) : 1, out.data});
  return nullptr;
}

// Strides of an operand of `length` numbers over [numRows, numColumns]: whole, a row, a column or a single number.
Operand operandOf(const Arguments& arguments, const char* name, Array<float> array, bool repeatsRows,
                  bool repeatsColumns, size_t numRows, size_t numColumns) {
  const size_t expected = sizeProduct(arguments, repeatsRows ? 1 : numRows, repeatsColumns ? 1 : numColumns);
  arguments.expectLength(name, array.length, expected);
  const size_t columnStride = repeatsColumns ? 0 : 1;
  return {array.data, repeatsRows ? 0 : (repeatsColumns ? 1 : numColumns), columnStride};
}

// (kind, a, aRepeats, b, bRepeats, numRows, numColumns, out); repeats: bit 1 along rows, bit 2 along columns
napi_value binary(const Arguments& arguments) {
  const size_t kind = arguments.count(0, "kind");
  if (kind >= static_cast<size_t>(Binary::kCount)) arguments.fail("kind is unknown");
  const size_t aRepeats = arguments.count(2, "aRepeats"), bRepeats = arguments.count(4, "bRepeats");
  const size_t numRows = arguments.count(5, "numRows"), numColumns = arguments.count(6, "numColumns");
  const auto out = arguments.floats(7, "out");
  arguments.expectLength("out", out.length, sizeProduct(arguments, numRows, numColumns));
  const Operand a = operandOf(arguments, "a", arguments.floats(1, "a"), aRepeats & 1, aRepeats & 2, numRows, numColumns);
  const Operand b = operandOf(arguments, "b", arguments.floats(3, "b"), bRepeats & 1, bRepeats & 2, numRows, numColumns);
  if (out.length > 0) kernels().binary(static_cast<Binary>(kind), a, b, out.data, numRows, numColumns);
  return nullptr;
}

// (kind, x, out)
napi_value unary(const Arguments& arguments) {
  const size_t kind = arguments.count(0, "kind");
  if (kind >= static_cast<size_t>(Unary::kCount)) arguments.fail("kind is unknown");
  const auto x = arguments.floats(1, "x");
  const auto out = arguments.floats(2, "out");
  arguments.expectLength("out", out.length, x.length);
  kernels().unary(static_cast<Unary>(kind), x.data, out.data, x.length);
  return nullptr;
}

// ([terms], out), at least two terms
napi_value addAll(const Arguments& arguments) {
  const napi_value list = arguments.value(0);
  const size_t numTerms = arguments.arrayLength(list, "terms");
  const auto out = arguments.floats(1, "out");
  if (numTerms < 2) arguments.fail("terms: at least two are needed");
  std::vector<const float*> terms;
  for (size_t t = 0; t < numTerms; t++) {
    const auto term = arguments.floatsOf(arguments.element(list, t), "a term");
    arguments.expectLength("a term", term.length, out.length);
    terms.push_back(term.data);
  }
  kernels().addAll(terms.data(), numTerms, out.data, out.length);
  return nullptr;
}

// (x, numRows, numColumns, out [numRows])
napi_value sumRows(const Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t numRows = arguments.count(1, "numRows"), numColumns = arguments.count(2, "numColumns");
  const auto out = arguments.floats(3, "out");
  arguments.expectLength("x", x.length, sizeProduct(arguments, numRows, numColumns));
  arguments.expectLength("out", out.length, numRows);
  kernels().sumRows(x.data, out.data, numRows, numColumns);
  return nullptr;
}

// (x) → Σ x
napi_value sum(const Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  napi_value result = nullptr;
  napi_create_double(arguments.env(), kernels().sum(x.data, x.length), &result);
  return result;
}

// (x, numRows, numColumns, out)
napi_value softmaxRows(const Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t numRows = arguments.count(1, "numRows"), numColumns = arguments.count(2, "numColumns");
  const auto out = arguments.floats(3, "out");
  arguments.expectLength("x", x.length, sizeProduct(arguments, numRows, numColumns));
  arguments.expectLength("out", out.length, x.length);
  if (x.length > 0) kernels().softmaxRows(x.data, out.data, numRows, numColumns);
  return nullptr;
}

// (x, numRows, numColumns, out [numColumns, numRows])
napi_value transpose(const Arguments& arguments) {
  const auto x = arguments.floats(0, "x");
  const size_t numRows = arguments.count(1, "numRows"), numColumns = arguments.count(2, "numColumns");
  const auto out = arguments.floats(3, "out");
  arguments.expectLength("x", x.length, sizeProduct(arguments, numRows, numColumns));
  arguments.expectLength("out", out.length, x.length);
  kernels().transpose(x.data, out.data, numRows, numColumns);
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
