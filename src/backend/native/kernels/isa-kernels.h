// What the kernel files of one instruction set define; kernel-set.cc gathers them.
#pragma once

#include "kernel-set.h"

namespace twinlight {
namespace TW_ISA {

void propagate(const Hop* hops, size_t numHops, size_t dim);
void dropEdges(const DropEdges& plan);
void gatherRows(const float* table, const int32_t* rows, size_t numRows, size_t dim, float scale, bool accumulate,
                float* out);
void scatterAddRows(const float* source, const int32_t* rows, size_t numIndices, size_t dim, float scale, bool clear,
                    float* out, size_t numRows);
void perturb(const Perturb& plan, const float* x, float* out);
void adam(const Adam& plan, const float* gradient, float* parameter, float* m, float* v);
void product(const Product& product);
double softmaxLoss(const Softmax& plan);
double softCrossEntropy(const float* scores, const float* targets, size_t numRows, size_t numClasses,
                        float inverseTemperature, double* perRow, float* gradient);
void binary(Binary kind, Operand a, Operand b, float* out, size_t numRows, size_t numColumns);
void unary(Unary kind, const float* x, float* out, size_t length);
void addAll(const float* const* terms, size_t numTerms, float* out, size_t length);
void sumRows(const float* x, float* out, size_t numRows, size_t numColumns);
double sum(const float* x, size_t length);
void softmaxRows(const float* x, float* out, size_t numRows, size_t numColumns);
void normalizeRows(const float* x, float* out, float* norms, size_t numRows, size_t dim, float minNorm);
void normalizeRowsGradient(const float* y, const float* norms, const float* dy, float* out, size_t numRows, size_t dim);
bool sinkhorn(Sinkhorn& plan);
void transpose(const float* x, float* out, size_t numRows, size_t numColumns);
size_t packedItems(size_t numItems);
void packItems(const float* items, size_t numItems, size_t dim, float* packed);
void topK(const TopK& plan);
void rankCount(const RankCount& plan);

}  // namespace TW_ISA
}  // namespace twinlight
