"""Our scores beside a logistic regression and a random forest, on one week of labelled card payments.

    table.py TRANSACTIONS SCORES

TRANSACTIONS: tx_id,datetime,customer_id,terminal_id,amount,fraud,scenario (plain or .gz), in order of time.
SCORES: what `account-security screen TRANSACTIONS --scores SCORES` wrote.

The protocol is that of Le Borgne and others, "Reproducible Machine Learning for Credit Card Fraud Detection"
(chapters 3 to 5): train on seven days, wait seven for the labels, test on the seven after that. `protocol.py` has the
days and the rows, `features.py` what the two models see.
"""

import sys

import numpy as np
import pandas as pd

import features
import models
import protocol

# The bar is set on the first; the other, which shares days with it, is shown.
BAR_WEEK, OTHER_WEEK = pd.Timestamp("2018-06-11"), pd.Timestamp("2018-06-08")


def main(transactions_path, scores_path):
    transactions = read_transactions(transactions_path)
    transactions["ours"] = our_scores(scores_path, transactions.tx_id)
    print(f"{len(transactions):,} payments, {int(transactions.fraud.sum()):,} frauds; the features are being computed")
    features.add(transactions)
    passed = week(transactions, BAR_WEEK, models.FOREST_SEEDS)
    week(transactions, OTHER_WEEK, models.FOREST_SEEDS[:1])
    return 0 if passed else 1


def week(transactions, start, forest_seeds):
    train, test = protocol.split(transactions, start)
    print(f"\ntest week {start:%Y-%m-%d} to {start + pd.Timedelta(days=6):%m-%d}: {len(test):,} payments, "
          f"{int(test.fraud.sum())} frauds; models trained on {train.datetime.min():%m-%d} to "
          f"{train.datetime.max():%m-%d}, {len(train):,} payments, {int(train.fraud.sum())} frauds")
    logistic = protocol.measure(test, models.logistic(train, test))
    forests = [protocol.measure(test, models.forest(train, test, seed)) for seed in forest_seeds]
    ours = protocol.measure(test, test.ours.to_numpy())
    print(f"{'':34}{'AUC':>8}{'AP':>8}{'CP@100':>8}")
    row("logistic regression, 15 features", logistic)
    row("random forest, 100 trees", forests[0])
    best = protocol.Figures(*np.max(forests, axis=0))
    if len(forests) > 1:
        row(f"  best of {len(forests)} seeds, figure by figure", best)
    row("this engine", ours)
    row("a perfect score", protocol.measure(test, test.fraud.to_numpy()))
    if len(forests) > 1:
        bars("above the best seeds too", ours, logistic, best)
    return bars("all three above both", ours, logistic, forests[0])


def row(name, figures):
    print(f"{name:34}{figures.auc:8.3f}{figures.ap:8.3f}{figures.cp100:8.3f}")


def bars(name, ours, *others):
    passed = [all(figure > other[place] for other in others) for place, figure in enumerate(ours)]
    print(f"{name:34}" + "".join(f"{'PASS' if one else 'FAIL':>8}" for one in passed))
    return all(passed)


def read_transactions(path):
    wanted = {"tx_id": str, "customer_id": np.int64, "terminal_id": np.int64, "amount": float, "fraud": np.int8}
    read = pd.read_csv(path, usecols=[*wanted, "datetime"], dtype=wanted, parse_dates=["datetime"])
    if not read.datetime.is_monotonic_increasing:
        sys.exit(f"{path}: rows must be in order of time, as they are for the engine")
    return read


def our_scores(path, tx_ids):
    """The score of each payment, in their order. A payment without a score, or a freeze, would be another test."""
    read = pd.read_csv(path, dtype={"tx_id": str})
    if "frozen" in set(read.outcome):
        sys.exit(f"{path}: some accounts were frozen; screen without --freeze")
    found = read.set_index("tx_id").score.reindex(tx_ids)
    if found.isna().any():
        sys.exit(f"{path}: {int(found.isna().sum())} payments have no score; was another file screened?")
    return found.to_numpy()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
