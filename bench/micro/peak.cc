// What this machine can do, for the rooflines: prints "<bytes a second> <flops a second>" over the given number of threads.
// Bandwidth: a[i] = b[i] + s · c[i] over arrays far larger than the caches, three arrays' bytes counted. Arithmetic: fused
// multiply-adds on registers alone. The best of several repeats.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#ifdef __AVX512F__
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif
typedef float Vec __attribute__((vector_size(kBytes)));
constexpr int kLanes = kBytes / 4, kChains = 12;

template <typename Body>
double best(int threads, int repeats, const Body& body) {
  double least = 1e9;
  for (int repeat = 0; repeat < repeats; repeat++) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> team;
    for (int t = 0; t < threads; t++) team.emplace_back([&, t] { body(t); });
    for (auto& each : team) each.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (seconds < least) least = seconds;
  }
  return least;
}

int main(int, char** arguments) {
  const int threads = std::atoi(arguments[1]);
  const size_t length = size_t(1) << 25;
  std::vector<float> a(length), b(length, 1), c(length, 2);
  const size_t part = length / threads;
  const double streaming = best(threads, 9, [&](int t) {
    for (size_t i = t * part; i < (t + 1) * part; i++) a[i] = b[i] + 0.5f * c[i];
  });
  constexpr long kSteps = 20000000;
  std::vector<float> sums(threads);
  const double multiplying = best(threads, 5, [&](int t) {
    Vec chains[kChains];
    for (int k = 0; k < kChains; k++) chains[k] = Vec{} + float(k + t);
    Vec factor = Vec{} + 0.999f, term = Vec{} + 0.001f;
    for (long step = 0; step < kSteps; step++) {
      for (int k = 0; k < kChains; k++) chains[k] = chains[k] * factor + term;
    }
    for (int k = 0; k < kChains; k++) sums[t] += chains[k][0];
  });
  volatile float seen = a[length / 2] + sums[0];
  (void)seen;
  std::printf("%.6g %.6g\n", 3.0 * 4 * length / streaming, 2.0 * kLanes * kChains * kSteps * threads / multiplying);
}
