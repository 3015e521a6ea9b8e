"""What the peers share: the files that the bench writes, content as numbers, the epoch chosen on validation, the vectors handed back.

A peer is a class with `SETTINGS`, `Peer(graph, settings)`, `epoch()` and `vectors() -> (users, items)`, two tables whose inner products
are its scores. The epoch is the one of the best ndcg@20 among the cold items on validation, as it is for twinlight's own presets.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

TOP_K = 20


class Graph:
    """One split, as `peers.mjs` writes it.

    num_users, num_items; train_users, train_items [numTrain]; valid_users, valid_items [numValid], pairs of cold items alone;
    words, sparse [numItems, numWords], rows as content-kNN has them; users [numUsers, dim], items [numItems, dim] of the collaborative model where the
    peer is made from one, unit length, rows of cold items zero; warm, cold: item indices.
    """

    def __init__(self, folder):
        folder = Path(folder)
        shape = json.loads((folder / "shape.json").read_text())
        ints = lambda name: torch.from_numpy(np.fromfile(folder / f"{name}.i32", np.int32).astype(np.int64))
        floats = lambda name: torch.from_numpy(np.fromfile(folder / f"{name}.f32", np.float32))
        self.num_users, self.num_items = shape["numUsers"], shape["numItems"]
        self.train_users, self.train_items = ints("train-users"), ints("train-items")
        self.valid_users, self.valid_items = ints("valid-users"), ints("valid-items")
        degrees = torch.bincount(self.train_items, minlength=self.num_items)
        self.warm, self.cold = (degrees > 0).nonzero()[:, 0], (degrees == 0).nonzero()[:, 0]
        rows = torch.repeat_interleave(torch.arange(self.num_items), ints("content-offsets").diff())
        places, size = torch.stack([rows, ints("content-columns")]), (self.num_items, shape["numWords"])
        self.words = torch.sparse_coo_tensor(places, floats("content-values"), size).coalesce()
        if (folder / "users.f32").exists():
            self.users = floats("users").view(self.num_users, -1)
            self.items = floats("items").view(self.num_items, -1)
            self.items[self.cold] = 0
        # sorted: is (user, item) in train?
        self.train_keys = (self.train_users * self.num_items + self.train_items).sort().values

    def has(self, users, items):
        """Whether each pair is in train; users and items of one shape."""
        keys = users * self.num_items + items
        at = torch.searchsorted(self.train_keys, keys).clamp(max=len(self.train_keys) - 1)
        return self.train_keys[at] == keys

    def content(self, rank):
        """[numItems, rank]: the words on the first singular vectors of the warm items, randomised SVD (seed fixed) of five iterations."""
        rank = min(rank, len(self.warm), self.words.shape[1])
        with torch.random.fork_rng():
            torch.manual_seed(0)
            _, _, basis = torch.svd_lowrank(self.words.index_select(0, self.warm), q=rank, niter=5)
        return torch.sparse.mm(self.words, basis)


class ContentLayer(nn.Module):
    """A linear layer over the content of items: item indices [n] -> [n, width].

    rank 0: over all words, a sparse product; else over `prepare(content(rank))`.
    """

    def __init__(self, graph, rank, width, prepare):
        super().__init__()
        if rank > 0:
            self.content = prepare(graph.content(rank))
        else:
            self.content, (rows, self.columns), self.values = None, graph.words.indices(), graph.words.values()
            self.counts = torch.bincount(rows, minlength=graph.num_items)
            self.firsts = self.counts.cumsum(0) - self.counts
        inputs = graph.words.shape[1] if self.content is None else self.content.shape[1]
        self.linear = nn.Linear(inputs, width)

    def forward(self, items):
        if self.content is not None:
            return self.linear(self.content[items])
        counts = self.counts[items]
        offsets = counts.cumsum(0) - counts
        at = torch.arange(int(counts.sum())) + torch.repeat_interleave(self.firsts[items] - offsets, counts)
        weights = self.linear.weight.T
        # not sparse.mm: its gradient has every product of the batch with every word
        return F.embedding_bag(self.columns[at], weights, offsets, mode="sum", per_sample_weights=self.values[at]) + self.linear.bias


def check_content():
    """The sparse product against the dense one, its gradient too, with an item without words."""
    words = torch.tensor([[0.5, 0.0, 0.2], [0.0, 0.0, 0.0], [0.0, 0.7, 0.1]])
    graph = argparse.Namespace(words=words.to_sparse().coalesce(), num_items=3)
    layer, items, wanted = ContentLayer(graph, 0, 4, None), torch.tensor([2, 1, 0, 2]), torch.randn(4, 4)
    gradients = []
    for made in (layer(items), words[items] @ layer.linear.weight.T + layer.linear.bias):
        layer.zero_grad()
        (made * wanted).sum().backward()
        gradients.append((made, layer.linear.weight.grad, layer.linear.bias.grad.clone()))
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(*gradients))


def standardized(rows):
    """Columns at mean 0 and deviation 1 over the rows that are not all zero, cut at 5 deviations; zero rows stay (DropoutNet's code)."""
    known = rows.any(dim=1)
    mean, deviation = rows[known].mean(0), rows[known].std(0, unbiased=False)
    scaled = ((rows - mean) / deviation.clamp(min=1e-12)).clamp(-5, 5)
    return torch.where(known[:, None], scaled, torch.zeros(()))


def cold_ndcg(graph, users, items):
    """Mean ndcg@20 of validation, cold items among one another, over the users that have one there."""
    place = torch.full((graph.num_items,), -1)
    place[graph.cold] = torch.arange(len(graph.cold))
    asked, row = graph.valid_users.unique(return_inverse=True)
    relevant = torch.zeros(len(asked), len(graph.cold), dtype=torch.bool)
    relevant[row, place[graph.valid_items]] = True
    k = min(TOP_K, len(graph.cold))
    discount = torch.tensor([1 / math.log2(rank + 2) for rank in range(k)])
    top = torch.cat([(users[part] @ items[graph.cold].T).topk(k).indices for part in asked.split(1024)])
    gain = (relevant.gather(1, top) * discount).sum(1)
    ideal = discount.cumsum(0)[relevant.sum(1).clamp(max=k) - 1]
    return (gain / ideal).mean().item()


def run(peer_class, check):
    """The command line of a peer: `--graph FOLDER --out FOLDER --seed N [--set name=value …]`, or `--check`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--graph")
    parser.add_argument("--out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", nargs="*", default=[], metavar="name=value")
    parser.add_argument("--check", action="store_true", help="the loss against loops over plain numbers")
    args = parser.parse_args()
    # figures do not depend on the number of cores
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    if args.check:
        check_content()
        check()
        return print("ok")
    settings = dict(peer_class.SETTINGS)
    for name, value in (pair.split("=") for pair in args.set):
        if name not in settings:
            parser.error(f"no setting {name}; there are {', '.join(settings)}")
        settings[name] = type(settings[name])(value)
    graph = Graph(args.graph)
    peer = peer_class(graph, argparse.Namespace(**settings))
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    best = None
    for epoch in range(1, settings["epochs"] + 1):
        peer.epoch()
        with torch.no_grad():
            users, items = peer.vectors()
        ndcg = cold_ndcg(graph, users, items)
        print(f"epoch {epoch} cold.ndcg@20 {ndcg:.4f}", flush=True)
        if best is None or ndcg > best["cold.ndcg@20"]:
            best = {"embeddingDim": users.shape[1], "epoch": epoch, "cold.ndcg@20": ndcg}
            for side, rows in (("users", users), ("items", items)):
                rows.numpy().astype(np.float32).tofile(out / f"{side}.f32")
        elif epoch - best["epoch"] >= settings["patience"]:
            break
    (out / "result.json").write_text(json.dumps({**best, "epochs": epoch, "settings": settings}))
