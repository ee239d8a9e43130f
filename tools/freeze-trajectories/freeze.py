"""Freezes trajectories of PyTorch as fixtures; see README.md."""

import json
import pathlib
import sys

import numpy
import safetensors.numpy
import torch

torch.set_num_threads(1)
torch.manual_seed(1)
SAMPLES, INPUTS, HIDDEN, CLASSES, BATCH, STEPS = 40, 6, 8, 3, 10, 50


def numbers(tensor):
    """The values in row-major order, in a form that reads back to the same 32 bits."""
    return [float(repr(numpy.float32(value).item())) for value in tensor.detach().flatten()]


def trajectories():
    features = torch.randn(SAMPLES, INPUTS)
    labels = torch.randint(0, CLASSES, (SAMPLES,))
    start = [
        0.4 * torch.randn(INPUTS, HIDDEN), 0.1 * torch.randn(HIDDEN),
        0.4 * torch.randn(HIDDEN, CLASSES), 0.1 * torch.randn(CLASSES),
    ]
    rules = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        "sgd nesterov decay": lambda p: torch.optim.SGD(
            p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.003),
        "rmsprop decay": lambda p: torch.optim.RMSprop(p, lr=0.003, alpha=0.9, eps=1e-6, weight_decay=0.01),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adam decay": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.01),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01),
        "adamw decay": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
        "sgd clipped": lambda p: torch.optim.SGD(p, lr=0.2, momentum=0.9),
    }
    result = {}
    for name, make in rules.items():
        parameters = [torch.nn.Parameter(tensor.clone()) for tensor in start]
        optimizer = make(parameters)
        losses = []
        for step in range(STEPS):
            rows = [(step * BATCH + index) % SAMPLES for index in range(BATCH)]
            hidden = torch.tanh(features[rows] @ parameters[0] + parameters[1])
            loss = torch.nn.functional.cross_entropy(hidden @ parameters[2] + parameters[3], labels[rows])
            optimizer.zero_grad()
            loss.backward()
            if "clipped" in name:
                torch.nn.utils.clip_grad_norm_(parameters, 0.1)
            optimizer.step()
            losses.append(loss.item())
        result[name] = {"losses": losses, "final": numbers(torch.cat([p.flatten() for p in parameters]))}
    return {
        "features": numbers(features), "labels": labels.tolist(),
        "start": numbers(torch.cat([tensor.flatten() for tensor in start])), "rules": result,
    }


def schedules():
    def rates(make, steps):
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        scheduler = make(optimizer)
        values = []
        for _ in range(steps):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return values

    rule = torch.optim.lr_scheduler
    return {
        # A scheduler that steps once an epoch of 4 steps.
        "step": [r for r in rates(lambda o: rule.StepLR(o, 3, 0.5), 10) for _ in range(4)],
        "cosine": rates(lambda o: rule.CosineAnnealingLR(o, 40), 40),
        "one-cycle 0.3": rates(lambda o: rule.OneCycleLR(o, 0.1, total_steps=40), 40),
        "one-cycle 0.5": rates(lambda o: rule.OneCycleLR(o, 0.1, total_steps=40, pct_start=0.5), 40),
    }


def losses():
    rows, classes = 12, 4
    logits = 2 * torch.randn(rows, classes)
    labels = torch.randint(0, classes, (rows,))
    binary = torch.randint(0, 2, (rows,)).float()
    targets = torch.randn(rows)
    weights = torch.tensor([0.5, 1.0, 2.0, 3.0])
    kinds = {
        "cross-entropy": lambda x: torch.nn.functional.cross_entropy(x, labels),
        "smoothed": lambda x: torch.nn.functional.cross_entropy(x, labels, label_smoothing=0.1),
        "weighted": lambda x: torch.nn.functional.cross_entropy(x, labels, weight=weights),
        "weighted smoothed": lambda x: torch.nn.functional.cross_entropy(
            x, labels, weight=weights, label_smoothing=0.1),
        "binary": lambda x: torch.nn.functional.binary_cross_entropy_with_logits(x[:, 0], binary),
        "squared": lambda x: torch.nn.functional.mse_loss(x[:, 0], targets),
        "huber": lambda x: torch.nn.functional.huber_loss(x[:, 0], targets, delta=0.7),
    }
    result = {}
    for name, loss in kinds.items():
        x = logits.clone().requires_grad_()
        value = loss(x)
        value.backward()
        result[name] = {"loss": value.item(), "gradient": numbers(x.grad)}
    return {
        "logits": numbers(logits), "labels": labels.tolist(), "binary": [int(value) for value in binary],
        "targets": numbers(targets), "weights": numbers(weights), "kinds": result,
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, make in [("trajectories", trajectories), ("schedules", schedules), ("losses", losses)]:
        (folder / f"{name}.json").write_text(json.dumps(make(), separators=(",", ":")) + "\n")
    safetensors.numpy.save_file(
        {
            "layers.0.weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 4,
            "layers.0.bias": numpy.array([-1, 0, 1e-40], dtype=numpy.float32),
            "scalar": numpy.array(7.5, dtype=numpy.float32),
            "empty": numpy.zeros((0, 3), dtype=numpy.float32),
        },
        folder / "from-python.safetensors", metadata={"made by": "safetensors\nin \u00e4 test"})


if __name__ == "__main__":
    main()
