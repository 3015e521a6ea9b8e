"""LibRecommender's TwoTower (pip package LibRecommender): softmax over the batch with logQ correction (Yi et al. 2019), alone or with
its contrast of masked features (ssl; Yao et al. 2021, arXiv 2007.12865).

The library takes an item as an id, a fixed number of word slots (here its words of largest tf-idf, a slot each) and numbers (the
words' first singular vectors); masked views hide slots and id, never numbers. It has no vector for an item that training never saw:
here the item tower makes one of the mean id vector (what the library calls cold start "average") and the item's own features. The
library's settings but for batch, unit vectors and temperature, which its documentation advises, and 64 numbers out.
"""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import pandas as pd
import torch
from libreco.algorithms import TwoTower
from libreco.data import DatasetFeat
from libreco.data.dataset import _build_features
from libreco.tfops.features import get_feed_dict

from peer import run, standardized

MISSING = "none"


class LibrecoTwoTower:
    SETTINGS = dict(rank=100, slots=16, dim=64, batch=1024, rate=1e-3, temperature=0.1, ssl="", epochs=40, patience=6)

    def __init__(self, graph, settings):
        self.graph = graph
        slots = [f"word{slot}" for slot in range(settings.slots)]
        numbers = standardized(graph.content(settings.rank)).numpy()
        columns = [f"number{at}" for at in range(numbers.shape[1])]
        self.features = pd.concat(
            [pd.DataFrame(strongest_words(graph, settings.slots), columns=slots), pd.DataFrame(numbers, columns=columns)], axis=1
        )
        train = pd.DataFrame(dict(user=graph.train_users, item=graph.train_items, label=1))
        train = train.join(self.features, on="item")
        self.data, self.info = DatasetFeat.build_trainset(
            train, item_col=slots + columns, dense_col=columns, multi_sparse_col=[slots], pad_val=[MISSING], seed=torch.initial_seed()
        )
        self.model = TwoTower(
            "ranking",
            self.info,
            norm_embed=True,
            n_epochs=1,
            lr=settings.rate,
            batch_size=settings.batch,
            hidden_units=(128, settings.dim),
            temperature=settings.temperature,
            ssl_pattern=settings.ssl or None,
            seed=torch.initial_seed(),
        )

    def epoch(self):
        self.model.fit(self.data, neg_sampling=True, verbose=0, shuffle=True)
        self.model.set_embeddings()

    def vectors(self):
        graph, model = self.graph, self.model
        users = torch.zeros(graph.num_users, model.user_embeds_np.shape[1])
        items = torch.zeros(graph.num_items, users.shape[1])
        known = torch.from_numpy(np.array([self.info.id2user[at] for at in range(self.info.n_users)]))
        users[known] = torch.from_numpy(model.user_embeds_np[: len(known)])
        warm = torch.from_numpy(np.array([self.info.id2item[at] for at in range(self.info.n_items)]))
        items[warm] = torch.from_numpy(model.item_embeds_np[: len(warm)])
        items[graph.cold] = torch.from_numpy(self.cold_items())
        return users, items

    def cold_items(self):
        """[numCold, dim]: the item tower over the mean id vector and the features of cold items."""
        model = self.model
        cold = self.features.loc[self.graph.cold.numpy()]
        words, numbers, _, _ = _build_features(cold, is_train=False, is_ordered=False, data_info=self.info)
        ids = model.sess.run(model.item_embeds_var)
        model.item_embeds_var.load(np.tile(ids.mean(0), (len(ids), 1)), model.sess)
        anyone = np.zeros(len(cold), dtype=np.int64)
        feed = get_feed_dict(model, item_indices=anyone, item_sparse_indices=words, item_dense_values=numbers)
        made = model.sess.run(model.item_embeds, feed)
        model.item_embeds_var.load(ids, model.sess)
        return made


def strongest_words(graph, slots):
    """[numItems, slots] of strings: columns of the item's largest values, largest first."""
    words = np.full((graph.num_items, slots), MISSING, dtype=object)
    rows, columns = graph.words.indices().numpy()
    order = np.lexsort((-graph.words.values().numpy(), rows))
    rows, columns = rows[order], columns[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = place < slots
    words[rows[kept], place[kept]] = columns[kept].astype(str)
    return words


def check():
    """The two strongest words of an item, in their order."""
    from types import SimpleNamespace

    words = torch.tensor([[0.1, 0.9, 0.5], [0.0, 0.0, 0.3]]).to_sparse().coalesce()
    made = strongest_words(SimpleNamespace(num_items=2, words=words), 2)
    assert made.tolist() == [["1", "2"], ["2", MISSING]]


if __name__ == "__main__":
    run(LibrecoTwoTower, check)
