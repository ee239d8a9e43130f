"""Builds in PyTorch what an architecture in Wattle's coded form describes."""

import math

import torch
from torch import nn

ACTIVATIONS = {
    "relu": nn.ReLU, "tanh": nn.Tanh, "gelu": lambda: nn.GELU(approximate="tanh"),
}


class Residual(nn.Module):
    """y = x·P + body(x); P is a 1×1 convolution where the shapes differ."""

    def __init__(self, body, projection):
        super().__init__()
        self.body = body
        self.projection = projection

    def forward(self, x):
        return self.projection(x) + self.body(x)


def build(architecture):
    """A module from [batch, channels, height, width] or [batch, values] to logits."""
    layers, _ = sequence(architecture["layers"], architecture["sampleShape"])
    return nn.Sequential(*layers)


def sequence(layers, shape):
    """The modules of a list of layers, and the shape of what they give, as Wattle writes it: channels last."""
    modules = []
    for index, layer in enumerate(layers):
        (kind, fields), = layer.items()
        is_normed = index + 1 < len(layers) and "batch-norm" in layers[index + 1]
        added, shape = translate(kind, fields, shape, is_normed)
        modules += added
    return modules, shape


def translate(kind, fields, shape, is_normed):
    """The modules of one layer; a convolution has no bias before a batch norm, on both sides."""
    if kind == "activation":
        return [ACTIVATIONS[fields]()], shape
    if kind == "dropout":
        return [nn.Dropout(fields["rate"])], shape
    if kind == "dense":
        flatten = [nn.Flatten()] if len(shape) > 1 else []
        return flatten + [nn.Linear(math.prod(shape), fields["units"])], [fields["units"]]
    if kind == "global-average-pool":
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten()], [shape[-1]]
    height, width, channels = shape
    if kind == "batch-norm":
        return [nn.BatchNorm2d(channels)], shape
    if kind == "max-pool":
        size = fields["size"]
        return [nn.MaxPool2d(size)], [height // size, width // size, channels]
    if kind == "residual":
        body, after = sequence(fields["layers"], shape)
        return [Residual(nn.Sequential(*body), projection(shape, after))], after
    kernel, stride, filters = fields["kernel"], fields.get("stride", 1), fields["filters"]
    after = [math.ceil(height / stride), math.ceil(width / stride), filters]
    if kind == "conv2d":
        return [nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=not is_normed)], after
    if kind == "separable-conv2d":
        depthwise = nn.Conv2d(channels, channels, kernel, stride, kernel // 2, groups=channels, bias=False)
        return [depthwise, nn.Conv2d(channels, filters, 1, bias=not is_normed)], after
    raise ValueError(f"no translation of the layer {kind}")


def projection(before, after):
    if before == after:
        return nn.Identity()
    return nn.Conv2d(before[-1], after[-1], 1, stride=before[0] // after[0], bias=False)


def parameter_count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def samples_of_noise(architecture, count, classes):
    """Standard normal features in PyTorch's own layout, and labels."""
    generator = torch.Generator().manual_seed(1)
    *sides, channels = architecture["sampleShape"]
    shape = [channels, *sides] if sides else [channels]
    features = torch.randn(count, *shape, generator=generator)
    return features, torch.randint(0, classes, (count,), generator=generator)
