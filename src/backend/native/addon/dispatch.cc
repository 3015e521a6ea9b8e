// Which instruction set runs. TW_HAS_AVX512 and TW_HAS_AVX2 say which tables the build made beside the portable one.
#include <cstdlib>
#include <cstring>

#include "../kernels/kernel-table.h"

namespace twinlight {

namespace portable {
extern const KernelTable table;
}
#ifdef TW_HAS_AVX2
namespace avx2 {
extern const KernelTable table;
}
#endif
#ifdef TW_HAS_AVX512
namespace avx512 {
extern const KernelTable table;
}
#endif

static const KernelTable& choose() {
  const char* wish = std::getenv("TWINLIGHT_SIMD");
  const auto allows = [&](const char* name) { return wish == nullptr || std::strcmp(wish, name) == 0; };
#ifdef TW_HAS_AVX512
  if (allows("avx512") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return avx512::table;
  }
#endif
#ifdef TW_HAS_AVX2
  if ((allows("avx2") || allows("avx512")) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return avx2::table;
  }
#endif
  return portable::table;
}

const KernelTable& kernels() {
  static const KernelTable& chosen = choose();
  return chosen;
}

}  // namespace twinlight
