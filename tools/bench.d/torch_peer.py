"""PyTorch's side: eager, channels_last and torch.compile, with the fused Adam, on one thread."""

import sys
import warnings

import torch
from torch.nn import functional

import turns
from torch_network import build, parameter_count, samples_of_noise

warnings.filterwarnings("ignore")


def classes_of(architecture):
    return architecture["layers"][-1]["dense"]["units"]


def batches_of(features, labels, batch):
    """Batches as views that take no copy, which is faster than any loader."""
    return list(zip(features.split(batch), labels.split(batch)))


def trainer(module, features, labels, batch, compiles):
    """A function that trains for so many steps: batch, gradients of the mean cross-entropy, Adam."""
    module.train()
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-3, fused=True)

    def loss_of(x, y):
        return functional.cross_entropy(module(x), y)

    if compiles:
        loss_of = torch.compile(loss_of, dynamic=False)
    batches = batches_of(features, labels, batch)
    position = 0

    def run(steps):
        nonlocal position
        for _ in range(steps):
            x, y = batches[position]
            position = (position + 1) % len(batches)
            optimizer.zero_grad()
            loss_of(x, y).backward()
            optimizer.step()

    return run


def predictor(module, features, batch):
    """A function that computes the logits of so many batches."""
    batches = features.split(batch)
    position = 0

    def run(steps):
        nonlocal position
        with torch.inference_mode():
            for _ in range(steps):
                module(batches[position])
                position = (position + 1) % len(batches)

    return run


def formats_of(features):
    """Memory formats by the suffix of a variant's name; images have two."""
    formats = {"": torch.contiguous_format}
    if features.dim() == 4:
        formats[" channels_last"] = torch.channels_last
    return formats


def training_variants(case, wanted):
    architecture, batch = case["architecture"], case["batch"]
    features, labels = samples_of_noise(architecture, case["samples"], classes_of(architecture))
    variants = {}
    for suffix, memory_format in formats_of(features).items():
        for name, compiles in (("eager", False), ("compile", True)):
            if not wanted or name + suffix in wanted:
                module = build(architecture).to(memory_format=memory_format)
                inputs = features.contiguous(memory_format=memory_format)
                variants[name + suffix] = trainer(module, inputs, labels, batch, compiles)
    return parameter_count(build(architecture)), variants, {}


def inference_variants(case, wanted):
    architecture, batch = case["architecture"], case["batch"]
    features, _ = samples_of_noise(architecture, case["samples"], classes_of(architecture))
    makers = {
        "eager": lambda module, x: module,
        "compile": lambda module, x: torch.compile(module, dynamic=False),
        "jit.trace": traced,
        "jit.trace optimized": lambda module, x: torch.jit.optimize_for_inference(traced(module, x)),
    }
    variants, failures = {}, {}
    for suffix, memory_format in formats_of(features).items():
        for name, make in makers.items():
            if wanted and name + suffix not in wanted:
                continue
            module = build(architecture).to(memory_format=memory_format).eval()
            inputs = features.contiguous(memory_format=memory_format)
            try:
                with torch.inference_mode():
                    variants[name + suffix] = predictor(make(module, inputs[:batch]), inputs, batch)
            except Exception as error:
                failures[name + suffix] = f"{type(error).__name__}: {error}".splitlines()[0]
    return parameter_count(build(architecture)), variants, failures


def traced(module, example):
    """Traced and frozen, by which batch norms are folded into convolutions."""
    return torch.jit.freeze(torch.jit.trace(module, example))


def prepare(case):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    wanted = sys.argv[1:]
    if case["mode"] == "training":
        return training_variants(case, wanted)
    return inference_variants(case, wanted)


if __name__ == "__main__":
    turns.serve(prepare)
