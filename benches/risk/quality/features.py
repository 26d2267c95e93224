"""The fifteen features of the book: the amount, when, what the customer did before, what the terminal went through."""

import numpy as np
import pandas as pd

WINDOWS_DAYS = [1, 7, 30]
LABEL_DELAY_DAYS = 7
DAY_US = 86_400_000_000

NAMES = ["amount", "is_weekend", "is_night"]
NAMES += [f"customer_{what}_{days}d" for days in WINDOWS_DAYS for what in ("count", "mean")]
NAMES += [f"terminal_{what}_{days}d" for days in WINDOWS_DAYS for what in ("count", "risk")]


def add(transactions):
    """Adds the columns of `NAMES`. Rows are in order of time."""
    transactions["is_weekend"] = (transactions.datetime.dt.dayofweek >= 5).astype(int)
    transactions["is_night"] = (transactions.datetime.dt.hour <= 6).astype(int)
    amounts, frauds = transactions.amount.to_numpy(), transactions.fraud.to_numpy()
    customer = History(transactions.customer_id, transactions.datetime)
    terminal = History(transactions.terminal_id, transactions.datetime)
    labelled_count, labelled_frauds = terminal.window(LABEL_DELAY_DAYS, frauds)
    for days in WINDOWS_DAYS:
        count, spent = customer.window(days, amounts)
        transactions[f"customer_count_{days}d"] = count
        transactions[f"customer_mean_{days}d"] = spent / count
        # Only what is older than the delay has a label; the window lies before it.
        count, found = terminal.window(LABEL_DELAY_DAYS + days, frauds)
        count, found = count - labelled_count, found - labelled_frauds
        transactions[f"terminal_count_{days}d"] = count
        transactions[f"terminal_risk_{days}d"] = np.divide(found, count, out=np.zeros(len(count)), where=count > 0)


class History:
    """Sums over the rows of one customer or terminal, back from each row and including it."""

    def __init__(self, owner, moment):
        owner = pd.factorize(owner)[0].astype(np.int64)
        moment_us = moment.astype("datetime64[us]").astype(np.int64).to_numpy()
        moment_us = moment_us - moment_us.min()
        self.order = np.lexsort((moment_us, owner))
        # One axis for all owners: each has a stretch of its own, farther from the next than any window reaches.
        stretch_us = moment_us.max() + 64 * DAY_US
        self.axis = (owner * stretch_us + moment_us)[self.order]

    def window(self, days, values):
        """How many rows lie in the `days` up to each row, and the sum of their values."""
        first = np.searchsorted(self.axis, self.axis - days * DAY_US, side="right")
        last = np.arange(1, len(self.axis) + 1)
        before = np.concatenate([[0], np.cumsum(values[self.order])])
        count, total = np.empty(len(last)), np.empty(len(last))
        count[self.order], total[self.order] = last - first, before[last] - before[first]
        return count, total
