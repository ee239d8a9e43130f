"""Freezes how PyTorch trains networks of convolutions, norms and residuals; see README.md.

A network is a function of its tensors, which have the names and the layout of the engine: samples [height, width, channels],
the weights of a convolution [height, width, channels of a group, filters], those of a dense layer [inputs, units].
"""

import pathlib
import sys

import numpy
import safetensors.numpy
import torch
import torch.nn.functional as functional

torch.set_num_threads(1)
SAMPLES, BATCH, STEPS, CLASSES = 40, 10, 50, 4


class Tensors:
    """What a network learns, made on the first use of a name."""

    def __init__(self, generator):
        self.generator = generator
        self.parameters = {}
        self.state = {}
        self.is_training = True

    def parameter(self, name, shape, scale=0.3, center=0.0):
        if name not in self.parameters:
            values = center + scale * torch.randn(shape, generator=self.generator)
            self.parameters[name] = torch.nn.Parameter(values)
        return self.parameters[name]

    def conv(self, x, path, filters, kernel, stride=1, dilation=1, groups=1, padding="same", bias=True):
        """A convolution of [batch, channels, height, width]; `same` puts an odd zero at the end."""
        weight = self.parameter(f"{path}.weight", (kernel, kernel, x.shape[1] // groups, filters))
        if padding == "same":
            reach = dilation * (kernel - 1) + 1
            pads = []
            for side in (x.shape[3], x.shape[2]):
                total = max((-(-side // stride) - 1) * stride + reach - side, 0)
                pads += [total // 2, total - total // 2]
            x = functional.pad(x, pads)
        shift = self.parameter(f"{path}.bias", (filters,), 0.1) if bias else None
        return functional.conv2d(x, weight.permute(3, 2, 0, 1), shift, stride, 0, dilation, groups)

    def batch_norm(self, x, path):
        scale = self.parameter(f"{path}.weight", (x.shape[1],), 0.1, 1.0)
        shift = self.parameter(f"{path}.bias", (x.shape[1],), 0.1)
        mean = self.state.setdefault(f"{path}.running_mean", torch.zeros(x.shape[1]))
        variance = self.state.setdefault(f"{path}.running_variance", torch.ones(x.shape[1]))
        return functional.batch_norm(x, mean, variance, scale, shift, self.is_training)

    def layer_norm(self, x, path):
        scale = self.parameter(f"{path}.weight", (x.shape[1],), 0.1, 1.0)
        shift = self.parameter(f"{path}.bias", (x.shape[1],), 0.1)
        return functional.layer_norm(x.permute(0, 2, 3, 1), (x.shape[1],), scale, shift).permute(0, 3, 1, 2)

    def dense(self, x, path, units):
        rows = x.permute(0, 2, 3, 1).flatten(1) if x.dim() == 4 else x
        weight = self.parameter(f"{path}.weight", (rows.shape[1], units))
        return rows @ weight + self.parameter(f"{path}.bias", (units,), 0.1)


def convolutional(t, x):
    x = functional.relu(t.batch_norm(t.conv(x, "layers.0", 6, 3, bias=False), "layers.1"))
    x = functional.max_pool2d(x, 2)
    x = functional.max_pool2d(functional.relu(t.conv(x, "layers.4", 8, 3)), 2)
    return t.dense(x, "layers.7", CLASSES)


def residual(t, x):
    x = functional.relu(t.batch_norm(t.conv(x, "layers.0", 4, 3, bias=False), "layers.1"))
    y = t.conv(x, "layers.3.body.0", 6, 3, stride=2, bias=False)
    y = functional.relu(t.batch_norm(y, "layers.3.body.1"))
    y = t.batch_norm(t.conv(y, "layers.3.body.3", 6, 3, bias=False), "layers.3.body.4")
    x = functional.relu(y + t.conv(x, "layers.3.projection", 6, 1, stride=2, bias=False))
    x = x + functional.relu(t.conv(x, "layers.5.body.0", 6, 3))
    return t.dense(x.mean((2, 3)), "layers.7", CLASSES)


def separable(t, x):
    channels = x.shape[1]
    x = t.conv(x, "layers.0.depthwise", channels, 3, groups=channels, bias=False)
    x = t.conv(x, "layers.0.pointwise", 6, 1)
    x = functional.gelu(t.layer_norm(x, "layers.1"), approximate="tanh")
    x = functional.silu(t.conv(x, "layers.3", 6, 3, stride=2, groups=6))
    wide = t.conv(x, "layers.5.paths.0.0", 4, 3, dilation=2)
    narrow = functional.hardswish(t.conv(x, "layers.5.paths.1.0", 3, 1))
    x = functional.avg_pool2d(torch.cat([wide, narrow], 1), 2)
    return t.dense(x, "layers.7", CLASSES)


NETWORKS = {
    "convolutional": (convolutional, 1, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
    "residual": (residual, 2, lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
    "separable": (separable, 3, lambda p: torch.optim.AdamW(p, lr=0.005)),
}


def freeze(name):
    network, channels, make = NETWORKS[name]
    generator = torch.Generator().manual_seed(1)
    samples = torch.randn(SAMPLES, 8, 8, channels, generator=generator)
    labels = torch.randint(0, CLASSES, (SAMPLES,), generator=generator)
    images = samples.permute(0, 3, 1, 2)
    tensors = Tensors(generator)
    with torch.no_grad():
        network(tensors, images[:BATCH])
    for values in tensors.state.values():
        values.fill_(0)
    for key, values in tensors.state.items():
        if key.endswith("variance"):
            values.fill_(1)

    def copies(prefix):
        everything = {**tensors.parameters, **tensors.state}
        return {prefix + key: values.detach().clone() for key, values in everything.items()}

    frozen = {"features": samples, "labels": labels.float(), **copies("start.")}
    optimizer = make(list(tensors.parameters.values()))
    losses = []
    for step in range(STEPS):
        rows = [(step * BATCH + index) % SAMPLES for index in range(BATCH)]
        loss = functional.cross_entropy(network(tensors, images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    tensors.is_training = False
    with torch.no_grad():
        evaluation = functional.cross_entropy(network(tensors, images), labels)
    frozen |= {"losses": torch.tensor(losses), "evaluation": evaluation, **copies("final.")}
    return {key: numpy.ascontiguousarray(values.numpy(), dtype=numpy.float32) for key, values in frozen.items()}


def main():
    for name in NETWORKS:
        safetensors.numpy.save_file(freeze(name), pathlib.Path(sys.argv[1]) / f"{name}.safetensors")


if __name__ == "__main__":
    main()
