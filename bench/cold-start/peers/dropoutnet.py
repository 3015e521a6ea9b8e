"""DropoutNet (Volkovs, Yu & Poutanen 2017, "DropoutNet: Addressing Cold Start in Recommender Systems", NeurIPS), as in the authors'
script for CiteULike (layer6ai-labs/DropoutNet, main_cold_citeu.py).

f_u(user vector) and f_v(item vector, content), each Linear, batch norm, tanh, Linear, are fitted to the scores of the collaborative
model, (<f_u, f_v> - <u, v>)², over each user's best 2,500 items and 2,500 random ones. In half of a batch's rows the item's vector is
zero, in half (drawn apart) the user's: the network learns to do without. Cold items come with a zero vector. Inputs are standardised by
column, content is 300 singular vectors of the words, SGD with momentum 0.9.

Deviations: 64 numbers in and out, not 200; random items are warm ones, since cold ones have no score to fit; batches of 400 at rate 0.02,
not of 100 at 0.005; an epoch is 1,000 users and 500,000 of their targets, a fifth of the authors' step between validations.
"""
import torch
from torch import nn
from torch.nn import functional as F

from aldi import tower
from peer import ContentLayer, run, standardized


def dropped(rows, share):
    """The rows of a batch with `share` of them zero."""
    kept = torch.ones(len(rows), 1)
    kept[torch.randperm(len(rows))[: int(share * len(rows))]] = 0
    return rows * kept


class VectorAndContent(nn.Module):
    """A linear layer over an item's vector and content side by side: the sum of one over each."""

    def __init__(self, dim, content, width):
        super().__init__()
        self.vector, self.content = nn.Linear(dim, width, bias=False), content

    def forward(self, inputs):
        vectors, items = inputs
        return self.vector(vectors) + self.content(items)


class DropoutNet:
    SETTINGS = dict(
        rank=300, hidden=200, batch=400, rate=0.02, dropout=0.5, best=2500, random=2500, users=1000, updates=1250, epochs=60, patience=3
    )

    def __init__(self, graph, settings):
        self.graph, self.settings = graph, settings
        self.users, self.items = standardized(graph.users), standardized(graph.items)
        dim, hidden = self.users.shape[1], settings.hidden
        self.user_tower = tower(nn.Linear(dim, hidden), hidden, dim)
        self.item_tower = tower(VectorAndContent(dim, ContentLayer(graph, settings.rank, hidden, standardized), hidden), hidden, dim)
        parameters = [*self.user_tower.parameters(), *self.item_tower.parameters()]
        self.optimizer = torch.optim.SGD(parameters, lr=settings.rate, momentum=0.9)
        self.warm_users = graph.train_users.unique()

    def targets(self):
        """(user, item, score) of some users: their best items and random ones, in random order; [updates · batch] at most."""
        graph, set_ = self.graph, self.settings
        users = self.warm_users[torch.randperm(len(self.warm_users))[: set_.users]]
        scores = graph.users[users] @ graph.items[graph.warm].T
        best = scores.topk(min(set_.best, len(graph.warm)), dim=1).indices
        random = torch.randint(len(graph.warm), (len(users), set_.random))
        items = torch.cat([best, random], 1)
        order = torch.randperm(items.numel())[: set_.updates * set_.batch]
        row = order // items.shape[1]
        item = items.view(-1)[order]
        return users[row], graph.warm[item], scores[row, item]

    def scores(self, users, items, share):
        """[batch]: of pairs, a share of the vectors of each side zero."""
        of_users = self.user_tower(dropped(self.users[users], share))
        of_items = self.item_tower((dropped(self.items[items], share), items))
        return (of_users * of_items).sum(1)

    def epoch(self):
        set_ = self.settings
        self.user_tower.train(), self.item_tower.train()
        for users, items, target in zip(*(column.split(set_.batch) for column in self.targets())):
            loss = F.mse_loss(self.scores(users, items, set_.dropout), target)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def vectors(self):
        self.user_tower.eval(), self.item_tower.eval()
        return self.user_tower(self.users), self.item_tower((self.items, torch.arange(len(self.items))))


def check():
    """Half of the rows are zero and the others as they were; a score is the inner product of both networks, row by row."""
    rows = torch.randn(10, 3) + 5
    left = dropped(rows, 0.5)
    assert (left == 0).all(1).sum() == 5 and torch.equal(left[left.any(1)], rows[left.any(1)])
    layers = tower(nn.Linear(3, 4), 4, 2).eval()
    first, norm, _, last = layers
    nn.init.normal_(last.weight), nn.init.normal_(norm.bias), nn.init.normal_(first.bias)
    norm.running_mean.normal_(), norm.running_var.uniform_(1, 2)
    for row, made in zip(rows, layers(rows)):
        hidden = [
            torch.tanh((first.weight[h] @ row + first.bias[h] - norm.running_mean[h]) / (norm.running_var[h] + 1e-3) ** 0.5 + norm.bias[h])
            for h in range(4)
        ]
        expected = [sum(last.weight[o, h] * hidden[h] for h in range(4)) for o in range(2)]
        assert torch.allclose(made, torch.stack(expected), atol=1e-5)


if __name__ == "__main__":
    run(DropoutNet, check)
