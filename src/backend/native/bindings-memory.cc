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
// Length of the longest Float32Array that every supported Node can make.
constexpr size_t kMostFloats = (size_t(1) << 32) - 1;

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
  const size_t alignment = bytes >= 2 * kHugePage ? kHugePage : 64;
  void* data = nullptr;
  napi_value buffer = nullptr, result = nullptr;
  if (posix_memalign(&data, alignment, bytes == 0 ? 64 : bytes) != 0) {
    throw std::bad_alloc();
  }
#if defined(__linux__)
  if (alignment == kHugePage) madvise(data, bytes, MADV_HUGEPAGE);
#endif
  const auto release = [](napi_env, void* memory, void*) { std::free(memory); };
  if (napi_create_external_arraybuffer(env, data, bytes, release, nullptr, &buffer) != napi_ok) {
    // a runtime that forbids external memory (Electron): its own will do
    std::free(data);
    void* own = nullptr;
    if (napi_create_arraybuffer(env, bytes, &own, &buffer) != napi_ok) throw std::bad_alloc();
  }
  if (napi_create_typedarray(env, napi_float32_array, length, buffer, 0, &result) != napi_ok) {
    arguments.fail("length " + std::to_string(length) + " is more than a Float32Array can have");
  }
  return result;
}

}  // namespace

void addMemoryMethods(napi_env env, napi_value exports) { addMethod(env, exports, "allocate", allocate); }

}  // namespace twinlight
