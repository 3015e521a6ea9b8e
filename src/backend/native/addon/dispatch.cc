// Which instruction set runs. TW_HAS_AVX512 and TW_HAS_AVX2 say which sets the build made beside the portable one.
#include <cstdlib>
#include <cstring>

#include "../kernels/kernel-set.h"

namespace twinlight {

namespace portable {
extern const KernelSet kernelSet;
}
#ifdef TW_HAS_AVX2
namespace avx2 {
extern const KernelSet kernelSet;
}
#endif
#ifdef TW_HAS_AVX512
namespace avx512 {
extern const KernelSet kernelSet;
}
#endif

static const KernelSet& choose() {
  const char* wish = std::getenv("TWINLIGHT_SIMD");
  const auto allows = [&](const char* name) { return wish == nullptr || std::strcmp(wish, name) == 0; };
#ifdef TW_HAS_AVX512
  if (allows("avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return avx512::kernelSet;
  }
#endif
#ifdef TW_HAS_AVX2
  if ((allows("avx2") || allows("avx512")) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return avx2::kernelSet;
  }
#endif
  return portable::kernelSet;
}

const KernelSet& kernels() {
  static const KernelSet& chosen = choose();
  return chosen;
}

}  // namespace twinlight
