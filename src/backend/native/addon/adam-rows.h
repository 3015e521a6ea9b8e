// Adam at some rows of a table. Compiled once: what takes the time is fetching rows from all over memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../kernels/kernel-set.h"

namespace twinlight {

// plan.length numbers a row; gradient [numRows, plan.length]; rows distinct, within the tables.
void adamRows(const Adam& plan, const float* gradient, const int32_t* rows, size_t numRows, float* parameter, float* m,
              float* v);

}  // namespace twinlight
