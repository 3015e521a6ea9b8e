// A persistent pool of threads for loops over independent chunks. Which thread takes which chunk is left to chance;
// kernels therefore write disjoint outputs a chunk and fix the order of every sum inside a chunk, so that results do
// not depend on the number of threads.
#pragma once

#include <cstddef>

namespace twinlight {

// Threads that loops run on, the caller's included. From TWINLIGHT_THREADS, else the number of CPUs this process may use.
int threadCount();

// Calls task(context, chunk) for every chunk in [0, count) and returns when all are done. Loops do not nest: one inside
// a task runs on the calling thread.
void runChunks(size_t count, void (*task)(void* context, size_t chunk), void* context);

// 64-byte aligned scratch memory of the calling thread, valid until the thread asks for the same slot again.
// Throws std::bad_alloc.
enum class Scratch { kPackedLeft, kPackedRight, kTile, kKeys, kQueries, kRow, kSlots };
void* scratch(Scratch slot, size_t bytes);

template <typename Body>
static inline void parallel(size_t count, const Body& body) {
  auto task = [](void* context, size_t chunk) { (*static_cast<const Body*>(context))(chunk); };
  runChunks(count, task, const_cast<void*>(static_cast<const void*>(&body)));
}

// body(begin, end) over [0, total) in chunks of `size`.
template <typename Body>
static inline void parallelRanges(size_t total, size_t size, const Body& body) {
  if (size < 1) size = 1;
  parallel((total + size - 1) / size, [&](size_t chunk) {
    const size_t begin = chunk * size;
    body(begin, begin + size < total ? begin + size : total);
  });
}

// Denormals count as zero while an instance lives (on x86): one in a product costs a hundred cycles.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();

 private:
  unsigned saved_;
};

}  // namespace twinlight
