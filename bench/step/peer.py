#!/usr/bin/env python3
"""The training step that PyTorch users write, timed on the CPU: the baseline of this benchmark.

usage: peer.py PAIRS OBJECTIVE SPARSE STEPS THREADS
PAIRS: raw int32 file of (user, item) training edges. OBJECTIVE: bpr (LightGCN), softmax (LightGCN, in-batch softmax on
cosines) or xsimgcl. SPARSE: coo or csr, the layout of the adjacency. Prints one JSON line with the median step time.
3 layers, 64 dimensions, batch 2048, Adam, L2 on the batch's rows: the same work as the presets that it stands beside.
"""
import json
import statistics
import sys
import time

import numpy
import torch
from torch.nn import functional

LAYERS, DIM, BATCH, WARM_UP = 3, 64, 2048, 2


class SymmetricProduct(torch.autograd.Function):
    """adjacency · x. The matrix is its own transpose, so the gradient is the same product: autograd need not know it."""

    adjacency = None

    @staticmethod
    def forward(_, x):
        return SymmetricProduct.adjacency @ x

    @staticmethod
    def backward(_, gradient):
        return SymmetricProduct.adjacency @ gradient.contiguous()


def normalized_adjacency(users, items, num_nodes, layout):
    rows = numpy.concatenate([users, items])
    columns = numpy.concatenate([items, users])
    degree = numpy.bincount(rows, minlength=num_nodes).clip(1)
    values = torch.tensor(1 / numpy.sqrt(degree[rows] * degree[columns]), dtype=torch.float32)
    matrix = torch.sparse_coo_tensor(numpy.stack([rows, columns]), values, (num_nodes, num_nodes)).coalesce()
    return matrix.to_sparse_csr() if layout == "csr" else matrix


def encode(table, noisy):
    """Mean over the layers (without the table where noise is added), and layer 1."""
    layers, x = [], table
    for _ in range(LAYERS):
        x = SymmetricProduct.apply(x)
        if noisy:
            x = x + torch.sign(x) * functional.normalize(torch.rand_like(x), dim=1) * 0.2
        layers.append(x)
    kept = layers if noisy else [table, *layers]
    return sum(kept) / len(kept), layers[0]


def info_nce(queries, keys, temperature):
    logits = functional.normalize(queries) @ functional.normalize(keys).T / temperature
    return functional.cross_entropy(logits, torch.arange(len(queries)))


def step_loss(objective, table, users, positives, negatives):
    final, first = encode(table, objective == "xsimgcl")
    if objective == "softmax":
        loss = info_nce(final[users], final[positives], 0.15)
    else:
        difference = (final[users] * (final[negatives] - final[positives])).sum(1)
        loss = functional.softplus(difference).mean()
    if objective == "xsimgcl":
        for nodes in (users.unique(), positives.unique()):
            loss = loss + 0.2 * info_nce(final[nodes], first[nodes], 0.15)
    return loss + 1e-4 * 0.5 * (table[users].square().sum() + table[positives].square().sum()) / len(users)


def main():
    path, objective, layout, steps, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    draw = numpy.random.default_rng(0)
    users, items = numpy.fromfile(path, dtype=numpy.int32).reshape(-1, 2).T.astype(numpy.int64)
    num_users, num_items = users.max() + 1, items.max() + 1
    items = items + num_users
    num_nodes = num_users + num_items
    SymmetricProduct.adjacency = normalized_adjacency(users, items, num_nodes, layout)
    table = torch.nn.Parameter(torch.nn.init.xavier_uniform_(torch.empty(num_nodes, DIM)))
    optimizer = torch.optim.Adam([table], lr=1e-3)
    times = []
    for _ in range(int(steps) + WARM_UP):
        start = time.perf_counter()
        edges = draw.integers(0, len(users), BATCH)
        drawn = draw.integers(num_users, num_nodes, BATCH)
        batch = [torch.from_numpy(nodes) for nodes in (users[edges], items[edges], drawn)]
        optimizer.zero_grad()
        step_loss(objective, table, *batch).backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({"torch": torch.__version__, "stepMs": statistics.median(times[WARM_UP:])}))


main()
