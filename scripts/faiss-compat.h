// Forced in front of faiss-node's source. That source is written for FAISS 1.7.4, where idx_t moved from faiss::Index to
// the namespace; this lets it compile against older libraries, such as Debian 12's 1.7.3.
#pragma once
#include <faiss/Index.h>

#if FAISS_VERSION_MAJOR == 1 && (FAISS_VERSION_MINOR < 7 || (FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4))
namespace faiss {
using idx_t = Index::idx_t;
}
#endif
