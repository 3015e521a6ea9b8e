// Entry point of the addon: `{ info, allocate, propagate, … }`; addon.ts has the signatures.
#include <node_api.h>

#if defined(__linux__) || defined(__APPLE__)
#include <dlfcn.h>
#endif

#include "../kernels/kernel-set.h"
#include "arguments.h"
#include "bindings.h"
#include "thread-pool.h"

namespace twinlight {
namespace {

// The pool's threads run this library's code until the process ends, so it must never be unmapped, which Node would do
// after the last worker thread that loaded it.
void stayLoaded() {
#if defined(__linux__) || defined(__APPLE__)
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&stayLoaded), &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
#endif
}

// → { simd, threads }
napi_value info(Arguments& arguments) {
  const napi_env env = arguments.env();
  napi_value result, simd, threads;
  napi_create_object(env, &result);
  napi_create_string_utf8(env, kernels().name, NAPI_AUTO_LENGTH, &simd);
  napi_create_int32(env, threadCount(), &threads);
  napi_set_named_property(env, result, "simd", simd);
  napi_set_named_property(env, result, "threads", threads);
  return result;
}

}  // namespace
}  // namespace twinlight

NAPI_MODULE_INIT() {
  twinlight::stayLoaded();
  twinlight::addMethod(env, exports, "info", twinlight::info);
  twinlight::addMemoryMethods(env, exports);
  twinlight::addRowMethods(env, exports);
  twinlight::addLossMethods(env, exports);
  twinlight::addArrayMethods(env, exports);
  twinlight::addBlockMethods(env, exports);
  twinlight::addRetrievalMethods(env, exports);
  return exports;
}
