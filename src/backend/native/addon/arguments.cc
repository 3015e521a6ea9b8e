#include "arguments.h"

#include <cmath>
#include <cstring>
#include <new>

#include "thread-pool.h"

namespace twinlight {

Arguments::Arguments(napi_env env, napi_callback_info info, const char* where) : env_(env), where_(where) {
  if (napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr) != napi_ok) fail("cannot read the arguments");
  if (count_ > kMost) count_ = kMost;
}

void Arguments::fail(const std::string& message) const { throw BadArgument{std::string(where_) + ": " + message}; }

template <typename T>
Array<T> Arguments::array(napi_value value, const char* name, napi_typedarray_type type, const char* typeName, Use use,
                          const char* same) {
  bool isTypedArray = false;
  napi_typedarray_type found = napi_int8_array;
  void* data = nullptr;
  size_t length = 0;
  if (value == nullptr || napi_is_typedarray(env_, value, &isTypedArray) != napi_ok || !isTypedArray ||
      napi_get_typedarray_info(env_, value, &found, &length, &data, nullptr, nullptr) != napi_ok || found != type) {
    fail(std::string(name) + " must be a " + typeName);
  }
  // an empty array has no storage; any address but null will do, since nothing is read from it
  static T nothing[1];
  if (data == nullptr || length == 0) return {nothing, 0};
  const char* begin = static_cast<const char*>(data);
  remember({begin, begin + length * sizeof(T), name, use}, same);
  return {static_cast<T*>(data), length};
}

void Arguments::remember(Span span, const char* same) {
  for (const Span& other : spans_) {
    if (span.begin >= other.end || other.begin >= span.end) continue;
    if (span.use == Use::kRead && other.use == Use::kRead) continue;
    const bool whole = span.begin == other.begin && span.end == other.end;
    if (whole && same != nullptr && std::strcmp(other.name, same) == 0) continue;
    fail(std::string(span.name) + " shares memory with " + other.name);
  }
  spans_.push_back(span);
}

Array<float> Arguments::floatsOf(napi_value value, const char* name) {
  return array<float>(value, name, napi_float32_array, "Float32Array", Use::kRead, nullptr);
}

Array<float> Arguments::floatsOf(napi_value value, const char* name, size_t length) {
  const auto result = floatsOf(value, name);
  expectLength(name, result.length, length);
  return result;
}

Array<int32_t> Arguments::intsOf(napi_value value, const char* name) {
  return array<int32_t>(value, name, napi_int32_array, "Int32Array", Use::kRead, nullptr);
}

Array<int32_t> Arguments::intsOf(napi_value value, const char* name, size_t length) {
  const auto result = intsOf(value, name);
  expectLength(name, result.length, length);
  return result;
}

Array<float> Arguments::outputOf(napi_value value, const char* name, const char* same) {
  return array<float>(value, name, napi_float32_array, "Float32Array", Use::kWritten, same);
}

Array<float> Arguments::outputOf(napi_value value, const char* name, size_t length, const char* same) {
  const auto result = outputOf(value, name, same);
  expectLength(name, result.length, length);
  return result;
}

Array<int32_t> Arguments::outputInts(size_t at, const char* name) {
  return array<int32_t>(value(at), name, napi_int32_array, "Int32Array", Use::kWritten, nullptr);
}

Array<int32_t> Arguments::outputInts(size_t at, const char* name, size_t length) {
  const auto result = outputInts(at, name);
  expectLength(name, result.length, length);
  return result;
}

bool Arguments::absent(napi_value value) const {
  napi_valuetype type = napi_undefined;
  return value == nullptr || napi_typeof(env_, value, &type) != napi_ok || type == napi_undefined || type == napi_null;
}

Array<float> Arguments::optionalFloats(size_t at, const char* name, size_t length) {
  return absent(value(at)) ? Array<float>() : floats(at, name, length);
}

Array<int32_t> Arguments::optionalInts(size_t at, const char* name) {
  return absent(value(at)) ? Array<int32_t>() : ints(at, name);
}

Array<int32_t> Arguments::optionalInts(size_t at, const char* name, size_t length) {
  return absent(value(at)) ? Array<int32_t>() : ints(at, name, length);
}

double Arguments::number(size_t at, const char* name) const {
  double result = 0;
  if (value(at) == nullptr || napi_get_value_double(env_, value(at), &result) != napi_ok) {
    fail(std::string(name) + " must be a number");
  }
  return result;
}

double Arguments::positive(size_t at, const char* name) const {
  const double result = number(at, name);
  if (!(result > 0)) fail(std::string(name) + " must be > 0, got " + std::to_string(result));
  return result;
}

size_t Arguments::count(size_t at, const char* name) const {
  const double result = number(at, name);
  if (!(result >= 0 && result <= 9007199254740992.0) || result != std::floor(result)) {
    fail(std::string(name) + " must be a whole number ≥ 0, got " + std::to_string(result));
  }
  return static_cast<size_t>(result);
}

size_t Arguments::choice(size_t at, const char* name, size_t limit) const {
  const size_t result = count(at, name);
  if (result >= limit) fail(std::string(name) + " is unknown: " + std::to_string(result));
  return result;
}

uint32_t Arguments::word(size_t at, const char* name) const {
  const double result = number(at, name);
  if (!(result >= -2147483648.0 && result <= 4294967295.0)) fail(std::string(name) + " must fit 32 bits");
  return static_cast<uint32_t>(static_cast<int64_t>(result));
}

bool Arguments::flagOf(napi_value value) const {
  bool result = false;
  return value != nullptr && napi_get_value_bool(env_, value, &result) == napi_ok && result;
}

napi_value Arguments::property(napi_value object, const char* name) const {
  napi_value result = nullptr;
  napi_valuetype type = napi_undefined;
  if (object == nullptr || napi_typeof(env_, object, &type) != napi_ok || type != napi_object ||
      napi_get_named_property(env_, object, name, &result) != napi_ok) {
    fail(std::string("cannot read ") + name + " of what is no object");
  }
  return result;
}

size_t Arguments::arrayLength(napi_value value, const char* name) const {
  uint32_t length = 0;
  if (value == nullptr || napi_get_array_length(env_, value, &length) != napi_ok) {
    fail(std::string(name) + " must be an array");
  }
  return length;
}

napi_value Arguments::element(napi_value array, size_t index) const {
  napi_value result = nullptr;
  if (napi_get_element(env_, array, static_cast<uint32_t>(index), &result) != napi_ok) fail("cannot read an element");
  return result;
}

void Arguments::expectLength(const char* name, size_t length, size_t expected) const {
  if (length == expected) return;
  fail(std::string(name) + ": expected length " + std::to_string(expected) + ", got " + std::to_string(length));
}

void Arguments::expectIndices(const char* name, Array<int32_t> indices, int64_t least, size_t limit) const {
  for (size_t i = 0; i < indices.length; i++) {
    const int64_t index = indices.data[i];
    if (index >= least && (index < 0 || static_cast<size_t>(index) < limit)) continue;
    fail(std::string(name) + ": " + std::to_string(index) + " at position " + std::to_string(i) + " is outside " +
         std::to_string(least) + " … " + std::to_string(limit) + " (exclusive)");
  }
}

void Arguments::expectOffsets(const char* name, Array<int32_t> offsets, const char* of, size_t last) const {
  if (offsets.length == 0) fail(std::string(name) + " must not be empty");
  int32_t previous = 0;
  for (size_t i = 0; i < offsets.length; i++) {
    if (offsets.data[i] < previous || (i == 0 && offsets.data[0] != 0)) {
      fail(std::string(name) + " must ascend from 0; " + std::to_string(offsets.data[i]) + " at position " +
           std::to_string(i));
    }
    previous = offsets.data[i];
  }
  expectLength(of, last, static_cast<size_t>(previous));
}

size_t Arguments::rows(const char* name, size_t length, size_t dim) const {
  if (dim == 0 || length % dim != 0) {
    fail(std::string(name) + ": " + std::to_string(length) + " numbers are no whole rows of " + std::to_string(dim));
  }
  return length / dim;
}

size_t Arguments::product(size_t a, size_t b) const {
  size_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) fail("the sizes multiply to more than memory can hold");
  return result;
}

napi_value Arguments::result(double number) const {
  napi_value result = nullptr;
  napi_create_double(env_, number, &result);
  return result;
}

namespace {

struct Entry {
  const char* name;
  Method method;
};

napi_value call(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const Entry& entry = *static_cast<const Entry*>(data);
  try {
    FlushDenormals flush;
    Arguments arguments(env, info, entry.name);
    return entry.method(arguments);
  } catch (const BadArgument& bad) {
    napi_throw_type_error(env, "NATIVE_ARGUMENT", bad.message.c_str());
  } catch (const std::bad_alloc&) {
    // what Node may have thrown about it says less
    bool pending = false;
    napi_value thrown = nullptr;
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending) napi_get_and_clear_last_exception(env, &thrown);
    napi_throw_error(env, "NATIVE_MEMORY", (std::string(entry.name) + ": out of memory").c_str());
  }
  return nullptr;
}

}  // namespace

void addMethod(napi_env env, napi_value exports, const char* name, Method method) {
  // as long as the process: the function may be called until the environment goes away
  const Entry* entry = new Entry{name, method};
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, const_cast<Entry*>(entry), &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace twinlight
