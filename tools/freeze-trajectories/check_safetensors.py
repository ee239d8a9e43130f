"""Reads a file with the safetensors package and prints its tensors; see README.md."""

import sys

import safetensors

with safetensors.safe_open(sys.argv[1], framework="np") as file:
    print("metadata", file.metadata())
    for name in file.keys():
        tensor = file.get_tensor(name)
        print(name, tensor.dtype, list(tensor.shape), tensor.flatten()[:4].tolist(), float(tensor.sum()))
