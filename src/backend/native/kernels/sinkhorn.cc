// Sinkhorn-Knopp codes in float64 (formula and conventions: backend/plain/sinkhorn.ts). Column sums are taken over
// blocks of kSinkhornBlock samples, then over blocks in order, so they do not depend on the number of threads.
#include "../addon/thread-pool.h"
#include "isa-kernels.h"
#include "simd.h"

namespace twinlight {
namespace TW_ISA {
namespace {

// exp(−range) must stay well inside float64's exponents.
constexpr double kMaxRange = 600;

typedef double Doubles __attribute__((vector_size(TW_VECTOR_BYTES)));
typedef double LooseDoubles __attribute__((vector_size(TW_VECTOR_BYTES), aligned(8), may_alias));
typedef int64_t Longs __attribute__((vector_size(TW_VECTOR_BYTES)));
constexpr size_t kWide = TW_VECTOR_BYTES / 8;

// e^x for −700 ≤ x ≤ 700 to 1e-14 of its value: x = n·ln 2 + r, e^r by its series to the 12th power.
inline Doubles exponential(Doubles x) {
  const Doubles shift = Doubles{} + 6755399441055744.0;  // 1.5·2^52: adding it rounds to an integer
  const Doubles shifted = x * 1.4426950408889634 + shift;
  const Doubles n = shifted - shift;
  const Doubles r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
  Doubles series = Doubles{} + 1.0 / 479001600;
  const double inverseFactorials[] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                                      1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1.0,        1.0};
  for (int i = 0; i < 12; i++) series = series * r + inverseFactorials[i];
  // the low bits of `shifted` hold n
  const Longs power = (reinterpret_cast<Longs>(shifted) + 1023) << 52;
  return series * reinterpret_cast<Doubles>(power);
}

// mass[k] = exp((row[k] − top) / epsilon); a row that spans more than kMaxRange is refused afterwards
inline void exponentials(const float* row, double top, double epsilon, size_t length, double* mass) {
  for (size_t k = 0; k < length; k++) {
    const double x = (double(row[k]) - top) / epsilon;
    mass[k] = x > -kMaxRange ? x : -kMaxRange;
  }
  size_t k = 0;
  for (; k + kWide <= length; k += kWide) {
    LooseDoubles* at = reinterpret_cast<LooseDoubles*>(mass + k);
    *at = exponential(*at);
  }
  for (; k < length; k++) mass[k] = __builtin_exp(mass[k]);
}

struct State {
  size_t samples, prototypes, blocks;
  double *mass, *sampleScale, *partial, *prototypeScale;

  template <typename Body>
  void byBlock(const Body& body) const {
    parallel(blocks, [&](size_t block) {
      const size_t begin = block * kSinkhornBlock;
      body(block, begin, begin + kSinkhornBlock < samples ? begin + kSinkhornBlock : samples);
    });
  }

  // prototypeScale := Σ_i sampleScale_i · mass(i, ·)
  void sumColumns() const {
    byBlock([&](size_t block, size_t begin, size_t end) {
      double* __restrict sums = partial + block * prototypes;
      for (size_t k = 0; k < prototypes; k++) sums[k] = 0;
      for (size_t i = begin; i < end; i++) {
        const double* __restrict row = mass + i * prototypes;
        for (size_t k = 0; k < prototypes; k++) sums[k] += sampleScale[i] * row[k];
      }
    });
    for (size_t k = 0; k < prototypes; k++) prototypeScale[k] = 0;
    for (size_t block = 0; block < blocks; block++) {
      for (size_t k = 0; k < prototypes; k++) prototypeScale[k] += partial[block * prototypes + k];
    }
  }

  // Sets each sample's scale so that its row sums to 1.
  void normalizeSamples() const {
    byBlock([&](size_t, size_t begin, size_t end) {
      for (size_t i = begin; i < end; i++) {
        const double* row = mass + i * prototypes;
        double sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
        size_t k = 0;
        for (; k + 8 <= prototypes; k += 8) {
          for (int lane = 0; lane < 8; lane++) sums[lane] += row[k + lane] * prototypeScale[k + lane];
        }
        for (; k < prototypes; k++) sums[0] += row[k] * prototypeScale[k];
        const double even = (sums[0] + sums[2]) + (sums[4] + sums[6]), odd = (sums[1] + sums[3]) + (sums[5] + sums[7]);
        sampleScale[i] = 1 / (even + odd);
      }
    });
  }
};

}  // namespace

bool sinkhorn(Sinkhorn& plan) {
  const size_t samples = plan.numSamples, prototypes = plan.numPrototypes;
  State state;
  state.samples = samples;
  state.prototypes = prototypes;
  state.blocks = (samples + kSinkhornBlock - 1) / kSinkhornBlock;
  state.mass = plan.workspace;
  state.sampleScale = state.mass + samples * prototypes;
  state.partial = state.sampleScale + samples;
  state.prototypeScale = state.partial + state.blocks * prototypes;

  // sampleScale holds the row maxima for now
  state.byBlock([&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
      const float* row = plan.scores + i * prototypes;
      float top = row[0];
      for (size_t k = 1; k < prototypes; k++) top = row[k] > top ? row[k] : top;
      state.sampleScale[i] = double(top);
      exponentials(row, double(top), plan.epsilon, prototypes, state.mass + i * prototypes);
    }
  });
  double overall = -__builtin_inf();
  for (size_t i = 0; i < samples; i++) {
    float bottom = plan.scores[i * prototypes];
    bool numbers = true;
    for (size_t k = 0; k < prototypes; k++) {
      const float score = plan.scores[i * prototypes + k];
      numbers = numbers && score == score;
      bottom = score < bottom ? score : bottom;
    }
    if (!numbers || !(state.sampleScale[i] - double(bottom) <= kMaxRange * plan.epsilon)) {
      plan.badSample = i;
      return false;
    }
    overall = state.sampleScale[i] > overall ? state.sampleScale[i] : overall;
  }
  // the first column sums are over exp(S / ε) itself, up to one factor for all
  for (size_t i = 0; i < samples; i++) state.sampleScale[i] = __builtin_exp((state.sampleScale[i] - overall) / plan.epsilon);
  const double share = double(samples) / double(prototypes);
  for (size_t k = 0; k < prototypes; k++) state.prototypeScale[k] = 1;
  for (size_t iteration = 0; iteration < plan.iterations; iteration++) {
    state.sumColumns();
    for (size_t k = 0; k < prototypes; k++) state.prototypeScale[k] = share / state.prototypeScale[k];
    state.normalizeSamples();
  }
  state.normalizeSamples();
  state.byBlock([&](size_t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
      for (size_t k = 0; k < prototypes; k++) {
        const size_t at = i * prototypes + k;
        state.mass[at] *= state.sampleScale[i] * state.prototypeScale[k];
        plan.codes[at] = float(state.mass[at]);
      }
    }
  });
  for (size_t i = 0; i < samples; i++) state.sampleScale[i] = 1;
  state.sumColumns();
  plan.columnError = 0;
  for (size_t k = 0; k < prototypes; k++) {
    const double error = __builtin_fabs(state.prototypeScale[k] / share - 1);
    plan.columnError = error > plan.columnError ? error : plan.columnError;
  }
  return true;
}

}  // namespace TW_ISA
}  // namespace twinlight
