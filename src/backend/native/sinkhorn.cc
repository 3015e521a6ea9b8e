// Sinkhorn-Knopp codes in float64 (formula and conventions: backend/plain/sinkhorn.ts). Column sums are taken over
// blocks of kSinkhornBlock samples, then over blocks in order, so they do not depend on the number of threads.
#include "isa-kernels.h"
#include "thread-pool.h"

namespace twinlight {
namespace TW_ISA {
namespace {

// exp(−range) must stay well inside float64's exponents.
constexpr double kMaxRange = 600;

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
        double sums[4] = {0, 0, 0, 0};
        size_t k = 0;
        for (; k + 4 <= prototypes; k += 4) {
          for (int lane = 0; lane < 4; lane++) sums[lane] += row[k + lane] * prototypeScale[k + lane];
        }
        for (; k < prototypes; k++) sums[0] += row[k] * prototypeScale[k];
        sampleScale[i] = 1 / ((sums[0] + sums[1]) + (sums[2] + sums[3]));
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
      double* mass = state.mass + i * prototypes;
      for (size_t k = 0; k < prototypes; k++) mass[k] = __builtin_exp((double(row[k]) - double(top)) / plan.epsilon);
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
