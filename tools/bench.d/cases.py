"""The networks that are measured, in the form in which Wattle codes architectures."""

from dataclasses import dataclass

CLASSES = 10
"""What a network tells apart unless its case says otherwise."""

SAMPLES = 1024
"""The samples that batches are taken from: a multiple of every batch."""


@dataclass(frozen=True)
class Case:
    name: str
    group: str
    """`mlp` or `cnn`."""
    sample_shape: list
    """[values], or [height, width, channels]."""
    layers: list
    batch: int

    def request(self, mode, batch=None):
        """The case as a line for one side; `mode` is `training` or `inference`, the latter at batch 1 by default."""
        return {
            "architecture": {"sampleShape": self.sample_shape, "layers": self.layers},
            "batch": batch or (self.batch if mode == "training" else 1), "samples": SAMPLES, "mode": mode,
        }


def dense(units):
    return {"dense": {"units": units}}


RELU = {"activation": "relu"}
POOL = {"max-pool": {"size": 2}}
NORM = {"batch-norm": {}}


def conv(filters, stride=1):
    return [{"conv2d": {"filters": filters, "kernel": 3, "stride": stride, "padding": "same"}}, NORM, RELU]


def separable(filters):
    return [{"separable-conv2d": {"filters": filters, "kernel": 3, "padding": "same"}}, NORM, RELU]


def residual(filters, stride=1):
    body = conv(filters, stride) + conv(filters)[:-1]
    return [{"residual": {"layers": body}}, RELU]


def perceptron(inputs, hidden, classes, batch, name=None):
    layers = [layer for units in hidden for layer in (dense(units), RELU)] + [dense(classes)]
    name = name or "-".join(str(width) for width in [inputs, *hidden, classes])
    return Case(f"MLP {name} ({batch})", "mlp", [inputs], layers, batch)


def convolutional(side, first, second, batch):
    layers = conv(first) + [POOL] + conv(second) + [POOL, dense(CLASSES)]
    return Case(f"CNN {side}×{side}×1, {first}-{second} ({batch})", "cnn", [side, side, 1], layers, batch)


CASES = [
    perceptron(64, [32], CLASSES, 32),
    perceptron(64, [128, 128], CLASSES, 32),
    perceptron(64, [128, 128], CLASSES, 128),
    perceptron(100, [25] * 50, 2, 32, name="100-25×50-2"),
    perceptron(784, [512, 512], CLASSES, 128),
    convolutional(8, 16, 32, 32),
    convolutional(28, 16, 32, 64),
    convolutional(28, 32, 64, 64),
    Case(
        "CNN 32×32×3, residual 16-32-64 (32)", "cnn", [32, 32, 3],
        conv(16) + residual(16) + residual(32, 2) + residual(64, 2) + [{"global-average-pool": {}}, dense(CLASSES)],
        32),
    Case(
        "CNN 32×32×3, separable 32-64-128 (32)", "cnn", [32, 32, 3],
        conv(32) + separable(64) + [POOL] + separable(128) + [POOL] + [{"global-average-pool": {}}, dense(CLASSES)],
        32),
]

PRODUCT = Case("sgemm 1024³ alone", "product", [1024], [dense(1024)], 1024)
"""In inference nothing but a large product: what the machine gives to any program."""
