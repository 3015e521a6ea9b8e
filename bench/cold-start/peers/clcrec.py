"""CLCRec (Wei et al. 2021, "Contrastive Learning for Cold-Start Recommendation", arXiv 2107.05315), as in the authors' code
(weiyinwei/CLCRec).

A user u, an item i of theirs and 128 warm items that are not. With z the vector of an id, f that made from content, and ratio(a, B) =
-log(exp(a_0 / tau) / sum_b exp(a_b / tau)),

    L = lambda       · ratio(<norm z_i, norm f_j>  over j in {i} and the negatives)       item by its content
      + (1 - lambda) · ratio(<z_u, z_j or f_j>     over the same)                         items for the user, part of them by content
      + reg · (mean |z_u| + mean |z_j|) / 2

Which of the (user, item) places take f is drawn with replacement, half as often as there are places: 39 % of them. Final vectors: ids
of users and warm items, f of cold ones. Deviations from the authors' example: learning rate 0.005, reg 0.001 and temperature 0.2 in
place of 0.001, 0.1 and 2, which learned little in the first epochs on validation; content is 300 singular vectors of the words; the
negatives of a batch come from one pool of 1,024 warm items drawn for it (same expectation, a sixteenth of the encoder's work), not from
all of them.
"""
import torch
from torch import nn
from torch.nn import functional as F

from peer import ContentLayer, run


def contrastive(logits, temperature):
    """Mean over rows of -log softmax at column 0; [batch, 1 + negatives]."""
    return -(logits / temperature).log_softmax(1)[:, 0].mean()


class ClcRec:
    SETTINGS = dict(
        rank=300, dim=64, batch=256, rate=0.005, reg=0.001, temperature=0.2, weight=0.5, negatives=128, pool=1024, replaced=0.5, epochs=60, patience=3
    )

    def __init__(self, graph, settings):
        self.graph, self.settings = graph, settings
        self.users = nn.Parameter(nn.init.xavier_normal_(torch.empty(graph.num_users, settings.dim)))
        self.items = nn.Parameter(nn.init.xavier_normal_(torch.empty(graph.num_items, settings.dim)))
        self.encoder = nn.Sequential(ContentLayer(graph, settings.rank, 256, F.normalize), nn.LeakyReLU(), nn.Linear(256, settings.dim))
        self.optimizer = torch.optim.Adam([self.users, self.items, *self.encoder.parameters()], lr=settings.rate)

    def loss(self, users, positives):
        """users, positives: [batch]."""
        graph, set_ = self.graph, self.settings
        pool = graph.warm[torch.randperm(len(graph.warm))[: set_.pool]]
        drawn = torch.rand(len(users), len(pool)).topk(min(set_.negatives, len(pool)), dim=1, sorted=False).indices
        owned = graph.has(users[:, None], pool[drawn])
        negatives = self.items[pool], self.encoder(pool)
        own = self.items[positives], self.encoder(positives)

        def logits(anchors, own, pooled):
            scores = torch.cat([(anchors * own).sum(1, keepdim=True), (anchors @ pooled.T).gather(1, drawn)], 1)
            return scores.masked_fill(F.pad(owned, (1, 0)), float("-inf"))

        by_content = contrastive(
            logits(F.normalize(own[0], dim=1), F.normalize(own[1], dim=1), F.normalize(negatives[1], dim=1)), set_.temperature
        )
        takers = self.users[users]
        by_id, by_feature = (logits(takers, one, many) for one, many in zip(own, negatives))
        places = torch.zeros(by_id.numel(), dtype=torch.bool)
        places[torch.randint(len(places), (int(len(places) * set_.replaced),))] = True
        for_user = contrastive(torch.where(places.view_as(by_id), by_feature, by_id), set_.temperature)
        norms = torch.cat([own[0].norm(dim=1, keepdim=True), negatives[0].norm(dim=1)[drawn]], 1)
        size = (takers.norm(dim=1).mean() + norms.mean()) / 2
        return set_.weight * by_content + (1 - set_.weight) * for_user + set_.reg * size

    def epoch(self):
        for batch in torch.randperm(len(self.graph.train_users)).split(self.settings.batch):
            loss = self.loss(self.graph.train_users[batch], self.graph.train_items[batch])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def vectors(self):
        items = self.items.detach().clone()
        items[self.graph.cold] = self.encoder(self.graph.cold)
        return self.users.detach(), items


def check():
    """A pool of two warm items, of which the user has one: by loops over what is left."""
    import math
    from types import SimpleNamespace

    train = SimpleNamespace(warm=torch.tensor([0, 1, 2]), num_users=2, num_items=4, has=lambda users, items: (users == 0) & (items == 1))
    train.content = lambda rank: torch.eye(4)[:, :3] + 0.1
    settings = SimpleNamespace(**{**ClcRec.SETTINGS, "rank": 3, "dim": 3, "negatives": 3, "replaced": 0.0, "reg": 0.3, "temperature": 2.0})
    peer = ClcRec(train, settings)
    users, positives = torch.tensor([0, 1]), torch.tensor([1, 2])
    z, f, u = (rows.detach() for rows in (peer.items, peer.encoder(torch.arange(4)), peer.users))
    unit = lambda row: row / row.norm()
    total = 0
    for user, item in zip(users.tolist(), positives.tolist()):
        # all three warm items are drawn; the user's own item is left out, but for its place as the positive
        negatives = [j for j in range(3) if not (user == 0 and j == 1)]
        for weight, anchor, values in ((0.5, unit(z[item]), [unit(x) for x in f]), (0.5, u[user], z)):
            ratios = [math.exp(float(anchor @ values[j]) / 2) for j in [item, *negatives]]
            total += weight * -math.log(ratios[0] / sum(ratios))
        total += 0.3 * (float(u[user].norm()) + sum(float(z[j].norm()) for j in [item, 0, 1, 2]) / 4) / 2
    assert abs(peer.loss(users, positives).item() - total / 2) < 1e-5


if __name__ == "__main__":
    run(ClcRec, check)
