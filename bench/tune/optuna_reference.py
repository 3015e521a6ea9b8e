"""What Optuna's TPESampler does on the cases of src/tuning/tpe/*.test.ts, as a JSON object.

    python bench/tune/optuna_reference.py

Mean gaps to the minimum after 60 trials over seeds 0 .. 19, and log densities of its Parzen estimator. Needs `pip install optuna`.
"""
import json
import math
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

TRIALS, SEEDS = 60, 20


def two(trial):
    x, y = (trial.suggest_float(name, -5, 5) for name in "xy")
    return (x - 1.2) ** 2 + 2 * (y + 2.1) ** 2


def three(trial):
    x, y, z = (trial.suggest_float(name, -5, 5) for name in "xyz")
    return (x - 1.2) ** 2 + 2 * (y + 2.1) ** 2 + 0.5 * (z - 3) ** 2


def mixed(trial):
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    depth = trial.suggest_int("depth", 1, 12)
    kind = trial.suggest_categorical("kind", ["a", "b", "c"])
    return (math.log10(rate) + 2) ** 2 + (depth - 4) ** 2 / 10 + (0 if kind == "b" else 0.5)


def gap(function, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(function, n_trials=TRIALS)
    return study.best_value


def log_densities(observed, asked):
    """Of rate, depth, size (whole numbers on a log scale), kind (an index)."""
    space = {
        "rate": FloatDistribution(1e-5, 1, log=True),
        "x": FloatDistribution(-5, 5),
        "depth": IntDistribution(1, 12),
        "size": IntDistribution(8, 256, log=True),
        "kind": CategoricalDistribution(["a", "b", "c"]),
    }
    parameters = dict(prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False)
    known = _ParzenEstimatorParameters._fields
    full = {**parameters, "weights": default_weights, "multivariate": False, "categorical_distance_func": {}}
    columns = lambda rows: {name: np.array([row[i] for row in rows]) for i, name in enumerate(space)}
    estimator = _ParzenEstimator(
        columns(observed), space, _ParzenEstimatorParameters(**{k: v for k, v in full.items() if k in known})
    )
    # densities of a logarithm, where Optuna's are of the logarithm as well
    return [float(value) for value in estimator.log_pdf(columns(asked))]


OBSERVED = [[0.01, 1.5, 4, 64, 1], [0.02, -4.9, 5, 32, 1], [0.5, 1.6, 4, 256, 0], [1e-4, 0, 12, 8, 2]]
ASKED = [[0.012, 1.4, 4, 60, 1], [1e-5, 5, 1, 8, 0], [0.9, -5, 12, 256, 2]]

if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore")
    gaps = {each.__name__: sum(gap(each, seed) for seed in range(SEEDS)) / SEEDS for each in (two, three, mixed)}
    densities = {str(n): log_densities(OBSERVED[:n], ASKED) for n in (0, 1, 2, 4)}
    print(json.dumps({"optuna": optuna.__version__, "gaps": gaps, "densities": densities}, indent=1))
