"""Which rows train, which rows test, and what is measured on them."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

WEEK = 7
DELAY_DAYS = 7
INVESTIGATED = 100


class Figures(NamedTuple):
    auc: float
    ap: float
    cp100: float


def split(transactions, test_start):
    """Rows of the training week and of the test week, whose first day is `test_start`.

    Known victims are left out of the test: customers with a fraud in the training week and, day by day, those with a
    fraud on a day whose labels have arrived since.
    """
    day = (transactions.datetime - test_start).dt.days.to_numpy()
    train_start = -WEEK - DELAY_DAYS
    train = transactions[(day >= train_start) & (day < train_start + WEEK)]
    if train.empty or not (day >= WEEK - 1).any():
        raise SystemExit(f"the file does not reach from two weeks before {test_start:%Y-%m-%d} to its sixth day after")
    frauds_until = {}
    for customer, fraud_day in zip(transactions.customer_id[transactions.fraud == 1], day[transactions.fraud == 1]):
        if fraud_day >= train_start:
            frauds_until.setdefault(customer, fraud_day)
    first_fraud = transactions.customer_id.map(frauds_until).fillna(np.inf).to_numpy()
    is_test = (day >= 0) & (day < WEEK) & (first_fraud > day - DELAY_DAYS - 1)
    return train, transactions[is_test].assign(day=day[is_test])


def measure(test, score):
    return Figures(
        roc_auc_score(test.fraud, score),
        average_precision_score(test.fraud, score),
        card_precision(test.assign(score=score)),
    )


def card_precision(test):
    """Of the hundred cards that score highest on a day, the share with a fraud that day; the mean over the days. A card
    that was found is left out on later days. Equal scores go by customer number."""
    found = set()
    precisions = []
    for _, rows in test.groupby("day"):
        cards = rows.groupby("customer_id").agg(score=("score", "max"), fraud=("fraud", "max")).reset_index()
        cards = cards[~cards.customer_id.isin(found)]
        top = cards.sort_values(["score", "customer_id"], ascending=[False, True]).head(INVESTIGATED)
        hits = top.customer_id[top.fraud == 1]
        found.update(hits)
        precisions.append(len(hits) / INVESTIGATED)
    return float(np.mean(precisions))
