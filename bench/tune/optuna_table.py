"""Gaps that Optuna's TPESampler leaves on a table of validation figures (see tabulated.mjs), as JSON.

    python bench/tune/optuna_table.py TABLE.json TRIALS SEEDS
"""
import bisect
import json
import math
import sys
import warnings

import optuna


def place_on(grid, value):
    logs = [math.log(each) for each in grid]
    at = min(len(grid) - 2, max(0, bisect.bisect_right(logs, math.log(value)) - 1))
    return at, (math.log(value) - logs[at]) / (logs[at + 1] - logs[at])


def gap(filed, seed, trials):
    rates, temperatures, choices, table = (filed[key] for key in ("rates", "temperatures", "choices", "table"))

    def objective(trial):
        rate = trial.suggest_float("training.learningRate", rates[0], rates[-1], log=True)
        temperature = trial.suggest_float("losses.main.temperature", temperatures[0], temperatures[-1], log=True)
        plane = table[choices.index(trial.suggest_categorical("losses.main.logQ", choices))]
        (i, u), (j, v) = place_on(rates, rate), place_on(temperatures, temperature)
        along = lambda row: plane[row][j] * (1 - v) + plane[row][j + 1] * v
        return along(i) * (1 - u) + along(i + 1) * u

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    return max(max(map(max, plane)) for plane in table) - study.best_value


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore")
    with open(sys.argv[1]) as file:
        filed = json.load(file)
    trials, seeds = int(sys.argv[2]), int(sys.argv[3])
    gaps = [gap(filed, seed, trials) for seed in range(seeds)]
    print(json.dumps({"version": optuna.__version__, "gaps": gaps}))
