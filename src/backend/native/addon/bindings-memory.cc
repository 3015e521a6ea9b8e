// Arrays that kernels like best: 64-byte aligned (a row of 64 floats is then four cache lines, not five), large ones on
// huge pages where the system grants them.
#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "arguments.h"
#include "bindings.h"

namespace twinlight {
namespace {

constexpr size_t kHugePage = size_t(2) << 20;
// Node's limit for memory from outside; larger arrays come from Node's own allocator.
constexpr size_t kMostExternal = (size_t(1) << 32) - 4;
// Length of the longest Float32Array that every supported Node can make.
constexpr size_t kMostFloats = (size_t(1) << 32) - 1;

// An ArrayBuffer over aligned memory, or null where the runtime forbids memory of others (Electron).
napi_value externalMemory(napi_env env, size_t bytes) {
  const size_t alignment = bytes >= 2 * kHugePage ? kHugePage : 64;
  void* data = nullptr;
  if (posix_memalign(&data, alignment, bytes == 0 ? 64 : bytes) != 0) throw std::bad_alloc();
#if defined(__linux__)
  if (alignment == kHugePage) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  const auto release = [](napi_env, void* memory, void*) { std::free(memory); };
  napi_value buffer = nullptr;
  const napi_status status = napi_create_external_arraybuffer(env, data, bytes, release, nullptr, &buffer);
  if (status == napi_ok) return buffer;
  // after any other failure Node has released the memory itself
  if (status != napi_no_external_buffers_allowed) throw std::bad_alloc();
  std::free(data);
  return nullptr;
}

// new Float32Array(length), which throws where memory is short; N-API's own functions end the process then.
napi_value ownArray(napi_env env, size_t length) {
  napi_value global, constructor, size, result = nullptr;
  if (napi_get_global(env, &global) != napi_ok ||
      napi_get_named_property(env, global, "Float32Array", &constructor) != napi_ok ||
      napi_create_double(env, static_cast<double>(length), &size) != napi_ok ||
      napi_new_instance(env, constructor, 1, &size, &result) != napi_ok) {
    throw std::bad_alloc();
  }
  return result;
}

// (length) → Float32Array [length], contents undefined
napi_value allocate(Arguments& arguments) {
  const napi_env env = arguments.env();
  const size_t length = arguments.count(0, "length");
  // V8 ends the process when asked for more than it supports
  if (length > kMostFloats) {
    arguments.fail("length " + std::to_string(length) + " is more than the " + std::to_string(kMostFloats) +
                   " numbers that fit an array");
  }
  const size_t bytes = length * sizeof(float);
  napi_value result = nullptr;
  const napi_value buffer = bytes <= kMostExternal ? externalMemory(env, bytes) : nullptr;
  if (buffer == nullptr) return ownArray(env, length);
  if (napi_create_typedarray(env, napi_float32_array, length, buffer, 0, &result) != napi_ok) throw std::bad_alloc();
  return result;
}

}  // namespace

void addMemoryMethods(napi_env env, napi_value exports) { addMethod(env, exports, "allocate", allocate); }

}  // namespace twinlight
