"""All-ranking top-K as one writes it in NumPy and in PyTorch: peers.py FOLDER DIM K REPEATS prints a JSON object.

FOLDER holds users.f32, items.f32, offsets.i32, excluded.i32; the K ids of every user are written to numpy.i32, torch.i32.
"""
import json
import os
import sys
import time

import numpy as np
import torch

BATCH = 2048

folder, dim, k, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
read = lambda name, kind: np.fromfile(os.path.join(folder, name), dtype=kind)
users = read("users.f32", np.float32).reshape(-1, dim)
items = read("items.f32", np.float32).reshape(-1, dim)
offsets = read("offsets.i32", np.int32).astype(np.int64)
excluded = read("excluded.i32", np.int32).astype(np.int64)


def batches():
    for first in range(0, len(users), BATCH):
        last = min(first + BATCH, len(users))
        lengths = np.diff(offsets[first : last + 1])
        rows = np.repeat(np.arange(last - first), lengths)
        yield first, last, rows, excluded[offsets[first] : offsets[last]]


def rank_numpy():
    best = np.empty((len(users), k), dtype=np.int32)
    transposed = np.ascontiguousarray(items.T)
    for first, last, rows, columns in batches():
        scores = users[first:last] @ transposed
        scores[rows, columns] = -np.inf
        top = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
        best[first:last] = np.take_along_axis(top, order, axis=1)
    return best


def rank_torch():
    best = torch.empty((len(users), k), dtype=torch.int32)
    queries, transposed = torch.from_numpy(users), torch.from_numpy(items).t().contiguous()
    for first, last, rows, columns in batches():
        scores = queries[first:last] @ transposed
        scores[torch.from_numpy(rows), torch.from_numpy(columns)] = -torch.inf
        best[first:last] = torch.topk(scores, k, dim=1).indices
    return best.numpy()


def timed(rank, name):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        best = rank()
        times.append(1000 * (time.perf_counter() - start))
    best.tofile(os.path.join(folder, name + ".i32"))
    return {"ms": float(np.median(times))}


torch.set_num_threads(os.cpu_count())
print(
    json.dumps(
        {
            "numpy": {"version": np.__version__, **timed(rank_numpy, "numpy")},
            "torch": {"version": torch.__version__, **timed(rank_torch, "torch")},
        }
    )
)
