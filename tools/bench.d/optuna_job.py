"""The search of search-spaces/digits-mlp.yaml as one would write it with Optuna and PyTorch, on one thread.

Arguments: the digits as CSV, the seed, the number of trials. Prints a line for each completed trial: its validation
accuracy and how many steps it took.

The same choices, epochs, batches, split and schedule as there. Optuna keeps its study in memory and PyTorch runs
eagerly, since compiling each of the networks would take longer than training it.
"""

import math
import sys

import numpy
import optuna
import torch
from torch import nn
from torch.nn import functional

EPOCHS = 20
CLASSES = 10
ACTIVATIONS = {"relu": nn.ReLU, "gelu": lambda: nn.GELU(approximate="tanh"), "tanh": nn.Tanh}


def load(path, seed):
    """Training, validation and test part, 60, 20 and 20 % of each class, standardised by the first."""
    table = numpy.loadtxt(path, delimiter=",", dtype=numpy.float32)
    features, labels = table[:, :-1], table[:, -1].astype(numpy.int64)
    generator = numpy.random.default_rng(seed)
    parts = [[], [], []]
    for label in range(CLASSES):
        members = generator.permutation(numpy.flatnonzero(labels == label))
        cuts = [round(0.6 * len(members)), round(0.8 * len(members))]
        for part, rows in zip(parts, numpy.split(members, cuts)):
            part.append(rows)
    rows = [numpy.concatenate(part) for part in parts]
    mean, deviation = features[rows[0]].mean(), features[rows[0]].std()
    features = (features - mean) / deviation
    return [(torch.from_numpy(features[part]), torch.from_numpy(labels[part])) for part in rows]


def network(trial):
    layers, width = [], 64
    for block in range(trial.suggest_int("times", 1, 4)):
        units = trial.suggest_categorical(f"units.{block}", [16, 32, 64, 128, 256])
        activation = trial.suggest_categorical(f"activation.{block}", ["relu", "gelu", "tanh"])
        rate = trial.suggest_categorical(f"rate.{block}", [0, 0.2, 0.4])
        layers += [nn.Linear(width, units), ACTIVATIONS[activation]()]
        if rate > 0:
            layers.append(nn.Dropout(rate))
        width = units
    return nn.Sequential(*layers, nn.Linear(width, CLASSES))


def optimizer_of(trial, parameters, learning_rate):
    if trial.suggest_categorical("optimizer", ["sgd", "adam"]) == "sgd":
        return torch.optim.SGD(parameters, lr=learning_rate, momentum=0.9, fused=True)
    return torch.optim.Adam(parameters, lr=learning_rate, fused=True)


def train(module, optimizer, learning_rate, batch, features, labels):
    """Cosine schedule by the step, a new order every epoch; the rows of an epoch are gathered at once.

    Returns the number of steps.
    """
    module.train()
    steps_an_epoch = math.ceil(len(labels) / batch)
    total = EPOCHS * steps_an_epoch
    step = 0
    for _ in range(EPOCHS):
        order = torch.randperm(len(labels))
        loss_of_epoch = torch.zeros(())
        for x, y in zip(features[order].split(batch), labels[order].split(batch)):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * 0.5 * (1 + math.cos(math.pi * step / total))
            optimizer.zero_grad()
            loss = functional.cross_entropy(module(x), y)
            loss.backward()
            optimizer.step()
            loss_of_epoch += loss.detach()
            step += 1
        if not torch.isfinite(loss_of_epoch):
            raise FloatingPointError("the loss is not finite")
    return step


def accuracy(module, part):
    features, labels = part
    module.eval()
    with torch.inference_mode():
        return (module(features).argmax(1) == labels).double().mean().item()


def main():
    path, seed, trials = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(seed)
    training, validation, test = load(path, seed)

    def objective(trial):
        module = network(trial)
        learning_rate = trial.suggest_float("learning-rate", 1e-4, 1e-1, log=True)
        batch = trial.suggest_categorical("batch-size", [32, 64, 128])
        optimizer = optimizer_of(trial, module.parameters(), learning_rate)
        trial.set_user_attr("steps", train(module, optimizer, learning_rate, batch, *training))
        trial.set_user_attr("test", accuracy(module, test))
        return accuracy(module, validation)

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=seed))
    study.optimize(objective, n_trials=trials, catch=(FloatingPointError,))
    for trial in study.get_trials(states=[optuna.trial.TrialState.COMPLETE]):
        print(trial.value, trial.user_attrs["steps"])


if __name__ == "__main__":
    main()
