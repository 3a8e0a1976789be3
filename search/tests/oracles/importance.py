#!/usr/bin/env python3
"""Importances by Optuna, for the test of search/src/importance.rs.

    python3 -m venv v && v/bin/pip install optuna==5.0.0 scikit-learn==1.9.1
    v/bin/python search/tests/oracles/importance.py > search/tests/oracles/importance.json

PED-ANOVA is Optuna's as it is. Its fANOVA is given coordinates of the unit interval, since it takes logarithmic
parameters as they are, where Kiln takes their logarithms; and not the case with names, since it counts combinations
of one-hot columns that no value has. There, trees of scikit-learn are averaged over a grid of the valid values.
Figures of fANOVA are means over four forests, with the deviation of one.
"""
import json
import math
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator, get_param_importances
from sklearn.ensemble import RandomForestRegressor

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

TRIALS, FORESTS = 160, 4
RATE = FloatDistribution(1e-4, 1.0, log=True)
PART = FloatDistribution(0.0, 0.9)
BATCH = IntDistribution(1, 8)
KIND = CategoricalDistribution(["sgd", "adam", "adamw"])
TOML = {
    "learning_rate": (RATE, "{ float = [1e-4, 1.0], log = true }"),
    "momentum": (PART, "{ float = [0.0, 0.9] }"),
    "dropout": (PART, "{ float = [0.0, 0.9] }"),
    "batch_size": (BATCH, "{ int = [1, 8] }"),
    "optimizer": (KIND, "{ one_of = ['sgd', 'adam', 'adamw'] }"),
}


def draw(dist, rng):
    if isinstance(dist, CategoricalDistribution):
        return str(rng.choice(dist.choices))
    if isinstance(dist, IntDistribution):
        return int(rng.integers(dist.low, dist.high + 1))
    if dist.log:
        return float(f"{math.exp(rng.uniform(math.log(dist.low), math.log(dist.high))):.3g}")
    return round(rng.uniform(dist.low, dist.high), 3)


def unit(dist, value):
    if isinstance(dist, IntDistribution):
        return (value - dist.low + 0.5) / (dist.high - dist.low + 1)
    if dist.log:
        return math.log(value / dist.low) / math.log(dist.high / dist.low)
    return (value - dist.low) / (dist.high - dist.low)


def study(rows, distributions, values):
    made = optuna.create_study(direction="minimize")
    for row, value in zip(rows, values):
        known = {name: distributions[name] for name in row}
        made.add_trial(optuna.create_trial(params=row, distributions=known, value=value))
    return made


def fanova(rows, names, values):
    unit_rows = [{name: unit(TOML[name][0], row[name]) for name in names} for row in rows]
    made = study(unit_rows, {name: FloatDistribution(0.0, 1.0) for name in names}, values)
    for seed in range(FORESTS):
        # Not normalized: what several parameters explain together is left out.
        yield get_param_importances(made, evaluator=FanovaImportanceEvaluator(seed=seed), normalize=False)


def fanova_of_names(rows, names, values):
    """Variance of the marginal over that of the tree, both over a grid that every cut of a tree falls between."""
    steps = 64
    grid = np.stack(np.meshgrid(np.arange(3), (np.arange(steps) + 0.5) / steps, indexing="ij"), -1).reshape(-1, 2)
    other = [name for name in names if name != "optimizer"][0]

    def features(kinds, numbers):
        return np.column_stack([np.eye(3)[kinds.astype(int)], numbers])

    kinds = np.array([KIND.choices.index(row["optimizer"]) for row in rows])
    numbers = np.array([math.floor(unit(TOML[other][0], row[other]) * steps) + 0.5 for row in rows]) / steps
    for seed in range(FORESTS):
        forest = RandomForestRegressor(n_estimators=64, max_depth=64, random_state=seed)
        forest.fit(features(kinds, numbers), values)
        shares = []
        for tree in forest.estimators_:
            told = tree.predict(features(grid[:, 0], grid[:, 1])).reshape(3, steps)
            shares.append([told.mean(1).var() / told.var(), told.mean(0).var() / told.var()])
        yield dict(zip(["optimizer", other], np.mean(shares, 0)))


def case(name, seed, parameters, function, when=None):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(TRIALS):
        row = {parameter: draw(TOML[parameter][0], rng) for parameter in parameters}
        for parameter, (decider, value) in (when or {}).items():
            if row[decider] != value:
                del row[parameter]
        rows.append(row)
    values = [round(function(**row) + rng.normal(0.0, 0.05), 4) for row in rows]
    toml = "[space]\n"
    for parameter in parameters:
        text = TOML[parameter][1]
        if parameter in (when or {}):
            text = text.replace(" }", ", when = \"{} == '{}'\" }}".format(*when[parameter]))
        toml += f"{parameter} = {text}\n"
    shares = {}
    if when is None:
        method = fanova_of_names if "optimizer" in parameters else fanova
        forests = list(method(rows, parameters, values))
        for parameter in parameters:
            of = [forest[parameter] for forest in forests]
            shares[parameter] = [float(np.mean(of)), float(np.std(of))]
    distributions = {parameter: TOML[parameter][0] for parameter in parameters}
    best = get_param_importances(study(rows, distributions, values), evaluator=PedAnovaImportanceEvaluator())
    return {
        "case": name,
        "space": toml,
        "columns": {parameter: [row.get(parameter) for row in rows] for parameter in parameters},
        "values": values,
        "fanova": shares,
        "ped_anova": {parameter: float(best[parameter]) for parameter in parameters},
    }


cases = [
    case("additive", 1, ["momentum", "dropout", "batch_size"],
         lambda momentum, dropout, batch_size: 2 * momentum + 4 * (dropout - 0.4) ** 2 + 0.1 * batch_size),
    case("interaction", 2, ["momentum", "dropout", "batch_size"],
         lambda momentum, dropout, batch_size: 5 * (momentum - 0.45) * (dropout - 0.45) + 0.5 * momentum),
    case("logarithmic", 3, ["learning_rate", "momentum"],
         lambda learning_rate, momentum: (math.log10(learning_rate) + 2) ** 2 / 2 + momentum),
    case("names", 4, ["optimizer", "dropout"],
         lambda optimizer, dropout: {"sgd": dropout, "adam": 0.5, "adamw": 1.2 - dropout}[optimizer]),
    case("conditional", 5, ["optimizer", "momentum", "dropout"],
         lambda optimizer, dropout, momentum=0.0: {"sgd": 0.0, "adam": 0.4, "adamw": 0.8}[optimizer]
         + 2 * (momentum - 0.3) ** 2 + 0.3 * dropout,
         when={"momentum": ("optimizer", "sgd")}),
]
print("[" + ",\n".join(json.dumps(row) for row in cases) + "]")
