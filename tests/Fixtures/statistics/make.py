"""Reference values for the statistics of MlNetSer.Evaluation, from Python's standard library alone. Writes golden.json beside itself."""
import itertools
import json
import math
import pathlib
import random
import statistics
from fractions import Fraction

CLASSES = 3
rng = random.Random(20)


def row(speaker):
    truth = rng.randrange(CLASSES)
    skill = {"s1": (0.9, 0.9), "s2": (0.4, 0.7), "s3": (0.7, 0.9), "s4": (0.6, 0.5)}[speaker]
    first, second = (truth if rng.random() < p else (truth + rng.randrange(1, CLASSES)) % CLASSES for p in skill)
    return [speaker, truth, first, second]


rows = [row(speaker) for speaker, count in [("s1", 21), ("s2", 17), ("s3", 24), ("s4", 18)] for _ in range(count)]


def uar(some, system):
    recalls = []
    for c in range(CLASSES):
        of_class = [r for r in some if r[1] == c]
        if of_class:
            recalls.append(Fraction(sum(r[2 + system] == c for r in of_class), len(of_class)))
    return sum(recalls) / len(recalls)


def exact_interval(statistic):
    """Ends of the 95 % percentile interval over all 4^4 equally likely draws of four speakers."""
    speakers = {name: [r for r in rows if r[0] == name] for name in ("s1", "s2", "s3", "s4")}
    values = sorted(statistic([r for name in draw for r in speakers[name]]) for draw in itertools.product(speakers, repeat=4))
    ends = []
    for share in (0.025, 0.975):
        value = values[math.ceil(share * len(values)) - 1]
        below, upto = sum(v < value for v in values) / len(values), sum(v <= value for v in values) / len(values)
        assert below + 0.003 < share < upto - 0.003, "the end lies on a step: 20,000 random draws would not settle it"
        ends.append(float(value))
    return ends


def mcnemar(b, c):
    n = b + c
    exact = min(Fraction(1), Fraction(2 * sum(math.comb(n, k) for k in range(min(b, c) + 1)), 2**n))
    chi = 0.0 if b == c else (abs(b - c) - 1) ** 2 / n
    return {"first": b, "second": c, "exact_p": float(exact), "chi_squared": chi, "chi_squared_p": math.erfc(math.sqrt(chi / 2))}


only = [sum(1 for r in rows if (r[2] == r[1], r[3] == r[1]) == pattern) for pattern in ((True, False), (False, True))]
folds = [[0.61, 0.70, 0.55], [0.64, 0.66, 0.59], [0.60, 0.71, 0.57]]  # runs x folds
golden = {
    "rows": rows,
    "uar": [float(uar(rows, 0)), float(uar(rows, 1))],
    "uar_interval": exact_interval(lambda some: uar(some, 0)),
    "difference_interval": exact_interval(lambda some: uar(some, 1) - uar(some, 0)),
    "only": only,
    "mcnemar": [mcnemar(b, c) for b, c in [tuple(only), (0, 0), (1, 0), (5, 5), (2, 10), (40, 60), (700, 820), (1200, 1000)]],
    "erfc": [[x, math.erfc(x)] for x in (0.0, 0.1, 0.5, 1.0, 1.5, 1.999, 2.0, 2.5, 4.0, 8.0)],
    "runs": folds,
    "over_seeds": statistics.stdev(statistics.fmean(run) for run in folds),
    "over_folds": statistics.stdev(statistics.fmean(fold) for fold in zip(*folds)),
    "mean": statistics.fmean(statistics.fmean(run) for run in folds),
}
text = json.dumps(golden, indent=1)
text = text.replace("[\n   ", "[").replace(",\n   ", ", ").replace("\n  ]", "]")
pathlib.Path(__file__).with_name("golden.json").write_text(text + "\n")
