// The kernels of one instruction set, by which dispatch.cc knows them; in the order of KernelSet.
#include "isa-kernels.h"

#define TW_TEXT(name) #name
#define TW_NAME(name) TW_TEXT(name)

namespace twinlight {
namespace TW_ISA {

extern const KernelSet kernelSet;
const KernelSet kernelSet = {
    TW_NAME(TW_ISA),
    propagate,
    dropEdges,
    gatherRows,
    scatterAddRows,
    perturb,
    adam,
    product,
    softmaxLoss,
    softCrossEntropy,
    binary,
    unary,
    addAll,
    sumRows,
    sum,
    softmaxRows,
    normalizeRows,
    normalizeRowsGradient,
    sinkhorn,
    transpose,
    packedItems,
    packItems,
    topK,
    rankCount,
};

}  // namespace TW_ISA
}  // namespace twinlight
