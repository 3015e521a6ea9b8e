// Which functions JavaScript sees, by family.
#pragma once

#include <node_api.h>

namespace twinlight {

void addMemoryMethods(napi_env env, napi_value exports);
void addRowMethods(napi_env env, napi_value exports);
void addLossMethods(napi_env env, napi_value exports);
void addArrayMethods(napi_env env, napi_value exports);
void addBlockMethods(napi_env env, napi_value exports);
void addRetrievalMethods(napi_env env, napi_value exports);

}  // namespace twinlight
