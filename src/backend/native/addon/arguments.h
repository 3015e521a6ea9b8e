// Arguments of a call from JavaScript, checked: typed arrays by reference, numbers within bounds. A check that fails
// throws BadArgument, which `method` turns into a TypeError; no kernel is reached with sizes that do not fit.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace twinlight {

struct BadArgument {
  std::string message;
};

template <typename T>
struct Array {
  T* data = nullptr;
  size_t length = 0;
  explicit operator bool() const { return data != nullptr; }
};

// What a kernel does with an array. One that is written must not overlap any other: indices that change under a kernel
// would lead it outside its arrays, and inputs that change give results that depend on the threads.
enum class Use { kRead, kWritten };

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info, const char* where);

  napi_env env() const { return env_; }

  // `at`: position of the argument; `name`: what errors call it; `length`: throws unless the array has it.
  Array<float> floats(size_t at, const char* name) { return floatsOf(value(at), name); }
  Array<float> floats(size_t at, const char* name, size_t length) { return floatsOf(value(at), name, length); }
  Array<int32_t> ints(size_t at, const char* name) { return intsOf(value(at), name); }
  Array<int32_t> ints(size_t at, const char* name, size_t length) { return intsOf(value(at), name, length); }
  // Empty (data null) where the argument is null or undefined.
  Array<float> optionalFloats(size_t at, const char* name, size_t length);
  Array<int32_t> optionalInts(size_t at, const char* name);
  Array<int32_t> optionalInts(size_t at, const char* name, size_t length);
  // An array to write to. It may be the very one that was read or written as `same` before (null: none).
  Array<float> output(size_t at, const char* name) { return outputOf(value(at), name, nullptr); }
  Array<float> output(size_t at, const char* name, size_t length, const char* same = nullptr) {
    return outputOf(value(at), name, length, same);
  }
  Array<int32_t> outputInts(size_t at, const char* name);
  Array<int32_t> outputInts(size_t at, const char* name, size_t length);
  double number(size_t at, const char* name) const;
  float single(size_t at, const char* name) const { return static_cast<float>(number(at, name)); }
  double positive(size_t at, const char* name) const;
  // A whole number, 0 … 2^53.
  size_t count(size_t at, const char* name) const;
  // A whole number below `limit`.
  size_t choice(size_t at, const char* name, size_t limit) const;
  // 32 bits, as a signed or an unsigned number.
  uint32_t word(size_t at, const char* name) const;
  bool flag(size_t at) const { return flagOf(value(at)); }
  napi_value value(size_t at) const { return at < count_ ? values_[at] : nullptr; }

  Array<float> floatsOf(napi_value value, const char* name);
  Array<float> floatsOf(napi_value value, const char* name, size_t length);
  Array<int32_t> intsOf(napi_value value, const char* name);
  Array<int32_t> intsOf(napi_value value, const char* name, size_t length);
  Array<float> outputOf(napi_value value, const char* name, const char* same);
  Array<float> outputOf(napi_value value, const char* name, size_t length, const char* same);
  bool flagOf(napi_value value) const;
  bool absent(napi_value value) const;
  napi_value property(napi_value object, const char* name) const;
  size_t arrayLength(napi_value value, const char* name) const;
  napi_value element(napi_value array, size_t index) const;

  [[noreturn]] void fail(const std::string& message) const;
  // Throws unless length == expected.
  void expectLength(const char* name, size_t length, size_t expected) const;
  // Throws unless every value is in [least, limit).
  void expectIndices(const char* name, Array<int32_t> indices, int64_t least, size_t limit) const;
  // Throws unless they ascend from 0 and end at `last`, which must be the number of `of`.
  void expectOffsets(const char* name, Array<int32_t> offsets, const char* of, size_t last) const;
  // Rows in `length` numbers of `dim` columns; throws unless they are whole.
  size_t rows(const char* name, size_t length, size_t dim) const;
  // a × b; throws where the product does not fit a size.
  size_t product(size_t a, size_t b) const;

  napi_value result(double number) const;

 private:
  struct Span {
    const char *begin, *end, *name;
    Use use;
  };

  template <typename T>
  Array<T> array(napi_value value, const char* name, napi_typedarray_type type, const char* typeName, Use use,
                 const char* same);
  void remember(Span span, const char* same);

  static constexpr size_t kMost = 16;
  napi_env env_;
  const char* where_;
  size_t count_ = kMost;
  napi_value values_[kMost];
  std::vector<Span> spans_;
};

using Method = napi_value (*)(Arguments& arguments);

// Adds `exports[name]`; C++ exceptions of `method` become JavaScript errors.
void addMethod(napi_env env, napi_value exports, const char* name, Method method);

}  // namespace twinlight
