// Arguments of a call from JavaScript, checked: typed arrays by reference, numbers within bounds. A check that fails
// throws BadArgument, which `method` turns into a TypeError; no kernel is reached with sizes that do not fit.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

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

class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info, const char* where);

  napi_env env() const { return env_; }

  // `at`: position of the argument; `name`: what errors call it.
  Array<float> floats(size_t at, const char* name) const { return floatsOf(value(at), name); }
  Array<int32_t> ints(size_t at, const char* name) const { return intsOf(value(at), name); }
  // Empty (data null) where the argument is null or undefined.
  Array<float> optionalFloats(size_t at, const char* name) const;
  Array<int32_t> optionalInts(size_t at, const char* name) const;
  double number(size_t at, const char* name) const { return numberOf(value(at), name); }
  // A whole number, 0 … 2^53.
  size_t count(size_t at, const char* name) const;
  bool flag(size_t at) const { return flagOf(value(at)); }
  napi_value value(size_t at) const { return at < count_ ? values_[at] : nullptr; }

  Array<float> floatsOf(napi_value value, const char* name) const;
  Array<int32_t> intsOf(napi_value value, const char* name) const;
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

 private:
  double numberOf(napi_value value, const char* name) const;
  void* typedArray(napi_value value, napi_typedarray_type type, const char* name, const char* typeName,
                   size_t* length) const;

  static constexpr size_t kMost = 16;
  napi_env env_;
  const char* where_;
  size_t count_ = kMost;
  napi_value values_[kMost];
};

// A × b, or BadArgument where the product does not fit a size.
size_t sizeProduct(const Arguments& arguments, size_t a, size_t b);

using Method = napi_value (*)(const Arguments& arguments);

// Adds `exports[name]`; C++ exceptions of `method` become JavaScript errors.
void addMethod(napi_env env, napi_value exports, const char* name, Method method);

}  // namespace twinlight
