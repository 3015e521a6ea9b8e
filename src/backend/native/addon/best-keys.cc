// Compiled once for all instruction sets: it uses standard templates, which kernel files must not.
#include "best-keys.h"

#include <algorithm>
#include <functional>

namespace twinlight {

uint64_t keepGreatest(uint64_t* keys, size_t count, size_t k) {
  std::nth_element(keys, keys + (k - 1), keys + count, std::greater<uint64_t>());
  return keys[k - 1];
}

void sortDescending(uint64_t* keys, size_t count) { std::sort(keys, keys + count, std::greater<uint64_t>()); }

}  // namespace twinlight
