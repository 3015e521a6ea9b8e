"""ALDI (Huang et al. 2023, "Aligning Distillation For Cold-Start Item Recommendation", SIGIR), as in the authors' code (zfnWong/ALDI).

Teacher: the collaborative vectors. Student: user and item mapped by Linear, batch norm, tanh, Linear, the item from its content. With
student score s and teacher score t of a positive i and a negative j of user u,

    L = BPR(s_ui - s_uj)
      + alpha · BCE(s_ui - s_uj, sigmoid(t_ui - t_uj))                                             ranking
      + beta  · BCE(<g_i, g_i> - mean_j <g_i, g_j>, sigmoid(<v_i, v_i> - mean_j <v_i, v_j>))       identification
      + gamma · (|t_ui - s_ui| + |t_uj - s_uj|)                                                    rating distribution

Warm items are scored by the teacher, cold ones by the student: one inner product of both vectors laid side by side. Settings are those
of the code for CiteULike (teacher weighting off). Deviations: vectors of 64 numbers, not 200; content is all words, not 300 singular
vectors of them (`rank=300`): neither was ahead at every epoch tried on validation; the teacher is LightGCN on cosines, whose vectors are
scaled so that inner products are the logits of its loss (temperature 0.15; unscaled it did worse there); patience 5, not 10.
"""
import torch
from torch import nn
from torch.nn import functional as F

from peer import ContentLayer, run, standardized


def tower(first, hidden, dim):
    """first: the linear layer, [.., hidden]."""
    layers = nn.Sequential(first, nn.BatchNorm1d(hidden, eps=1e-3, momentum=0.01), nn.Tanh(), nn.Linear(hidden, dim))
    for linear in layers.modules():
        if isinstance(linear, nn.Linear):
            nn.init.trunc_normal_(linear.weight, std=0.01, a=-0.02, b=0.02)
            if linear.bias is not None:
                nn.init.zeros_(linear.bias)
    return layers


def aldi_loss(teacher, student, alpha, beta, gamma):
    """teacher, student: (users, positives, negatives), each [batch, dim]."""
    distances = []
    for user, positive, negative in (teacher, student):
        scores = (user * positive).sum(1), (user * negative).sum(1)
        identity = (positive * positive).sum(1) - (positive @ negative.T).mean(1)
        distances.append((*scores, scores[0] - scores[1], identity))
    (t_pos, t_neg, t_rank, t_identity), (s_pos, s_neg, s_rank, s_identity) = distances
    return (
        F.softplus(-s_rank).mean()
        + alpha * F.binary_cross_entropy_with_logits(s_rank, t_rank.sigmoid())
        + beta * F.binary_cross_entropy_with_logits(s_identity, t_identity.sigmoid())
        + gamma * ((t_pos - s_pos).abs() + (t_neg - s_neg).abs()).mean()
    )


class Aldi:
    SETTINGS = dict(
        rank=0, hidden=200, batch=1024, rate=1e-3, decay=1e-4, alpha=0.9, beta=0.05, gamma=0.1, scale=1 / 0.15, epochs=100, patience=5
    )

    def __init__(self, graph, settings):
        self.graph, self.settings = graph, settings
        self.users, self.items = (rows * settings.scale**0.5 for rows in (graph.users, graph.items))
        dim, hidden = self.users.shape[1], settings.hidden
        self.user_tower = tower(nn.Linear(dim, hidden), hidden, dim)
        self.item_tower = tower(ContentLayer(graph, settings.rank, hidden, standardized), hidden, dim)
        layers = [layer for side in (self.user_tower, self.item_tower) for layer in side.modules()]
        groups = [(nn.Linear, settings.decay), (nn.BatchNorm1d, 0)]
        self.optimizer = torch.optim.Adam(
            [dict(params=[p for x in layers if isinstance(x, kind) for p in x.parameters()], weight_decay=decay) for kind, decay in groups],
            lr=settings.rate,
        )
        by_user = graph.train_users.argsort()
        self.owned = graph.train_items[by_user]
        self.counts = torch.bincount(graph.train_users, minlength=graph.num_users)
        self.firsts = self.counts.cumsum(0) - self.counts
        self.warm_users = self.counts.nonzero()[:, 0]

    def draw(self, size):
        """Users at random, one of what each has, and any warm item."""
        users = self.warm_users[torch.randint(len(self.warm_users), (size,))]
        positives = self.owned[self.firsts[users] + (torch.rand(size) * self.counts[users]).long()]
        return users, positives, self.graph.warm[torch.randint(len(self.graph.warm), (size,))]

    def epoch(self):
        set_ = self.settings
        self.user_tower.train(), self.item_tower.train()
        for _ in range(max(1, len(self.owned) // set_.batch)):
            users, positives, negatives = self.draw(set_.batch)
            teacher = self.users[users], self.items[positives], self.items[negatives]
            items = self.item_tower(torch.cat([positives, negatives])).chunk(2)
            loss = aldi_loss(teacher, (self.user_tower(self.users[users]), *items), set_.alpha, set_.beta, set_.gamma)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def vectors(self):
        self.user_tower.eval(), self.item_tower.eval()
        made = torch.zeros_like(self.items)
        made[self.graph.cold] = self.item_tower(self.graph.cold)
        return torch.cat([self.users, self.user_tower(self.users)], 1), torch.cat([self.items, made], 1)


def check():
    """The loss of two pairs, by loops."""
    import math

    teacher, student = ([torch.randn(2, 3, dtype=torch.float64) for _ in range(3)] for _ in range(2))
    sigmoid = lambda x: 1 / (1 + math.exp(-x))
    bce = lambda x, y: -y * math.log(sigmoid(x)) - (1 - y) * math.log(1 - sigmoid(x))
    dot = lambda a, b: sum(x * y for x, y in zip(a.tolist(), b.tolist()))
    total = 0
    for row in range(2):
        (t_pos, t_neg, t_id), (s_pos, s_neg, s_id) = (
            (dot(u[row], i[row]), dot(u[row], j[row]), dot(i[row], i[row]) - sum(dot(i[row], other) for other in j) / 2)
            for u, i, j in (teacher, student)
        )
        total -= math.log(sigmoid(s_pos - s_neg))
        total += 0.9 * bce(s_pos - s_neg, sigmoid(t_pos - t_neg)) + 0.05 * bce(s_id, sigmoid(t_id))
        total += 0.1 * (abs(t_pos - s_pos) + abs(t_neg - s_neg))
    assert abs(aldi_loss(teacher, student, 0.9, 0.05, 0.1).item() - total / 2) < 1e-9


if __name__ == "__main__":
    run(Aldi, check)
