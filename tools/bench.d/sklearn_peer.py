"""scikit-learn's side: MLPClassifier with Adam, in single precision, on one thread."""

import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import turns


def units_of(layers):
    """The units of a multilayer perceptron of ReLUs; None for any other network."""
    units = []
    for layer in layers:
        if "dense" in layer:
            units.append(layer["dense"]["units"])
        elif layer != {"activation": "relu"}:
            return None
    return units


def training(features, labels, hidden, batch):
    """A function that trains for about so many steps: whole epochs of `fit`, which shuffles once an epoch."""
    classifier = MLPClassifier(
        hidden_layer_sizes=hidden, solver="adam", alpha=0, batch_size=batch, learning_rate_init=1e-3,
        warm_start=True, tol=0, n_iter_no_change=10**9, random_state=1)
    steps_an_epoch = len(features) // batch

    def run(steps):
        classifier.max_iter = max(1, steps // steps_an_epoch)
        classifier.fit(features, labels)

    return classifier, run, steps_an_epoch


def prepare(case):
    architecture, batch = case["architecture"], case["batch"]
    units = units_of(architecture["layers"])
    if units is None:
        return None, {}, {"MLPClassifier": "not a multilayer perceptron"}
    if units[-1] < 3:
        return None, {}, {"MLPClassifier": "two classes are one logistic output there"}
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    numpy.seterr(all="ignore")
    generator = numpy.random.default_rng(1)
    samples = case["samples"]
    features = generator.standard_normal((samples, *architecture["sampleShape"]), dtype=numpy.float32)
    labels = numpy.arange(samples) % units[-1]
    classifier, fit, steps_an_epoch = training(
        features, labels, units[:-1], batch if case["mode"] == "training" else 128)
    fit(1)
    if classifier.coefs_[0].dtype != numpy.float32:
        return None, {}, {"MLPClassifier": "does not train in single precision"}
    parameters = sum(array.size for array in classifier.coefs_ + classifier.intercepts_)
    if case["mode"] == "training":
        return parameters, {"MLPClassifier": WholeEpochs(fit, steps_an_epoch)}, {}
    return parameters, {"MLPClassifier": predictor(classifier, features, batch)}, {}


class WholeEpochs:
    """Runs whole epochs only; `unit` is the steps of one."""

    def __init__(self, fit, steps_an_epoch):
        self.fit = fit
        self.unit = steps_an_epoch

    def __call__(self, steps):
        self.fit(steps)


def predictor(classifier, features, batch):
    """A function that computes the class probabilities of so many batches."""
    position = 0

    def run(steps):
        nonlocal position
        for _ in range(steps):
            classifier.predict_proba(features[position:position + batch])
            position = (position + batch) % len(features)

    return run


if __name__ == "__main__":
    turns.serve(prepare)
