#include "arguments.h"

#include <cmath>
#include <new>

#include "thread-pool.h"

namespace twinlight {

Arguments::Arguments(napi_env env, napi_callback_info info, const char* where) : env_(env), where_(where) {
  if (napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr) != napi_ok) fail("cannot read the arguments");
  if (count_ > kMost) count_ = kMost;
}

void Arguments::fail(const std::string& message) const { throw BadArgument{std::string(where_) + ": " + message}; }

void* Arguments::typedArray(napi_value value, napi_typedarray_type type, const char* name, const char* typeName,
                            size_t* length) const {
  bool isTypedArray = false;
  napi_typedarray_type found = napi_int8_array;
  void* data = nullptr;
  if (value == nullptr || napi_is_typedarray(env_, value, &isTypedArray) != napi_ok || !isTypedArray ||
      napi_get_typedarray_info(env_, value, &found, length, &data, nullptr, nullptr) != napi_ok || found != type) {
    fail(std::string(name) + " must be a " + typeName);
  }
  // an empty array has no storage; any address but null will do, since nothing is read from it
  static float nothing[1];
  return data == nullptr ? nothing : data;
}

Array<float> Arguments::floatsOf(napi_value value, const char* name) const {
  Array<float> array;
  array.data = static_cast<float*>(typedArray(value, napi_float32_array, name, "Float32Array", &array.length));
  return array;
}

Array<int32_t> Arguments::intsOf(napi_value value, const char* name) const {
  Array<int32_t> array;
  array.data = static_cast<int32_t*>(typedArray(value, napi_int32_array, name, "Int32Array", &array.length));
  return array;
}

bool Arguments::absent(napi_value value) const {
  napi_valuetype type = napi_undefined;
  return value == nullptr || napi_typeof(env_, value, &type) != napi_ok || type == napi_undefined || type == napi_null;
}

Array<float> Arguments::optionalFloats(size_t at, const char* name) const {
  return absent(value(at)) ? Array<float>() : floats(at, name);
}

Array<int32_t> Arguments::optionalInts(size_t at, const char* name) const {
  return absent(value(at)) ? Array<int32_t>() : ints(at, name);
}

double Arguments::numberOf(napi_value value, const char* name) const {
  double result = 0;
  if (value == nullptr || napi_get_value_double(env_, value, &result) != napi_ok) {
    fail(std::string(name) + " must be a number");
  }
  return result;
}

size_t Arguments::count(size_t at, const char* name) const {
  const double result = numberOf(value(at), name);
  if (!(result >= 0 && result <= 9007199254740992.0) || result != std::floor(result)) {
    fail(std::string(name) + " must be a whole number ≥ 0, got " + std::to_string(result));
  }
  return static_cast<size_t>(result);
}

bool Arguments::flagOf(napi_value value) const {
  bool result = false;
  return value != nullptr && napi_get_value_bool(env_, value, &result) == napi_ok && result;
}

napi_value Arguments::property(napi_value object, const char* name) const {
  napi_value result = nullptr;
  if (napi_get_named_property(env_, object, name, &result) != napi_ok) fail(std::string("cannot read ") + name);
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

size_t sizeProduct(const Arguments& arguments, size_t a, size_t b) {
  size_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) arguments.fail("the sizes multiply to more than memory can hold");
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
    return entry.method(Arguments(env, info, entry.name));
  } catch (const BadArgument& bad) {
    napi_throw_type_error(env, "NATIVE_ARGUMENT", bad.message.c_str());
  } catch (const std::bad_alloc&) {
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
