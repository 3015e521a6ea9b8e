#include "thread-pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace twinlight {
namespace {

constexpr int kMostThreads = 256;
// How often an idle thread looks for work before it sleeps: tens of microseconds, the gap between two kernels of a step.
constexpr int kSpins = 2000;

void pauseBriefly() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

int chooseThreadCount() {
  if (const char* wish = std::getenv("TWINLIGHT_THREADS")) {
    const int count = std::atoi(wish);
    if (count >= 1) return count < kMostThreads ? count : kMostThreads;
  }
  int count = static_cast<int>(std::thread::hardware_concurrency());
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) count = CPU_COUNT(&allowed);
#endif
  return count < 1 ? 1 : count < kMostThreads ? count : kMostThreads;
}

struct Loop {
  size_t count;
  void (*task)(void*, size_t);
  void* context;
  std::atomic<size_t> next{0};
  // Workers inside this loop.
  std::atomic<int> active{0};
};

thread_local bool insideTask = false;

void work(Loop& loop) noexcept {
  insideTask = true;
  for (size_t chunk; (chunk = loop.next.fetch_add(1, std::memory_order_relaxed)) < loop.count;) {
    loop.task(loop.context, chunk);
  }
  insideTask = false;
}

// A loop is open to workers while `loop_` points to it. One that wakes up too late finds it closed: nobody waits for a
// thread that the system has not scheduled.
class Pool {
 public:
  Pool() {
    for (int i = 1; i < threadCount(); i++) std::thread([this] { serve(); }).detach();
  }

  void run(Loop& loop) {
    std::lock_guard<std::mutex> oneLoopAtATime(caller_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      loop_ = &loop;
      generation_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    work(loop);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      loop_ = nullptr;
    }
    for (int spins = 0; loop.active.load(std::memory_order_acquire) != 0; spins++) {
      if (spins < kSpins) pauseBriefly();
      else std::this_thread::yield();
    }
  }

 private:
  void serve() {
    FlushDenormals flush;
    uint64_t seen = 0;
    for (;;) {
      for (int spins = 0; spins < kSpins && generation_.load(std::memory_order_acquire) == seen; spins++) pauseBriefly();
      Loop* loop;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return generation_.load(std::memory_order_relaxed) != seen; });
        seen = generation_.load(std::memory_order_relaxed);
        loop = loop_;
        if (loop != nullptr) loop->active.fetch_add(1, std::memory_order_relaxed);
      }
      if (loop == nullptr) continue;
      work(*loop);
      loop->active.fetch_sub(1, std::memory_order_release);
    }
  }

  std::mutex caller_, mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> generation_{0};
  Loop* loop_ = nullptr;
};

}  // namespace

int threadCount() {
  static const int count = chooseThreadCount();
  return count;
}

void runChunks(size_t count, void (*task)(void*, size_t), void* context) {
  if (count <= 1 || insideTask || threadCount() == 1) {
    for (size_t chunk = 0; chunk < count; chunk++) task(context, chunk);
    return;
  }
  // never destroyed: its threads live until the process ends
  static Pool* pool = new Pool();
  Loop loop{count, task, context};
  pool->run(loop);
}

void* scratch(Scratch slot, size_t bytes) {
  struct Slots {
    void* data[static_cast<int>(Scratch::kSlots)] = {};
    size_t size[static_cast<int>(Scratch::kSlots)] = {};
    ~Slots() {
      for (void* each : data) std::free(each);
    }
  };
  static thread_local Slots slots;
  const int at = static_cast<int>(slot);
  if (slots.size[at] < bytes) {
    std::free(slots.data[at]);
    slots.data[at] = nullptr;
    slots.size[at] = 0;
    const size_t rounded = (bytes + 4095) / 4096 * 4096;
    if (posix_memalign(&slots.data[at], 4096, rounded) != 0) throw std::bad_alloc();
    slots.size[at] = rounded;
  }
  return slots.data[at];
}

#if defined(__x86_64__) || defined(__i386__)
// flush-to-zero (bit 15) and denormals-are-zero (bit 6)
FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040); }
FlushDenormals::~FlushDenormals() { _mm_setcsr(saved_); }
#else
FlushDenormals::FlushDenormals() : saved_(0) {}
FlushDenormals::~FlushDenormals() {}
#endif

}  // namespace twinlight
