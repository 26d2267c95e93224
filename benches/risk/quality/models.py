"""The two peers, as the book sets them up."""

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import features

# The book's is the first. A forest is a matter of luck in the third place after the point, so others are shown too.
FOREST_SEEDS = range(5)


def logistic(train, test):
    return probabilities(LogisticRegression(random_state=0), train, test)


def forest(train, test, seed):
    return probabilities(RandomForestClassifier(n_estimators=100, random_state=seed, n_jobs=-1), train, test)


def probabilities(model, train, test):
    model = make_pipeline(StandardScaler(), model)
    model.fit(train[features.NAMES], train.fraud)
    return model.predict_proba(test[features.NAMES])[:, 1]
