"""Writes networks with the real nir package: those that a Speck cannot do, and one with a graph within the graph.

    pip install nir==1.0.7 h5py==3.16.0 numpy==2.4.6
    python src/test/python/make_network_fixtures.py

Every file is a sound NIR graph; refused.tsv has a line for each that is refused: its name, a node, and words of the
reason. nested.nir.gz is a residual block as a graph within the graph.
"""

import gzip
import pathlib
import tempfile

import nir
import numpy as np

ROOT = pathlib.Path(__file__).parents[1] / "resources" / "networks" / "refused"

lines = []


def weight(*shape):
    size = int(np.prod(shape))
    return (np.arange(size, dtype=np.float32).reshape(shape) - size // 3) / size


def conv(out=2, inp=2, k=(3, 3), size=(8, 8), **more):
    options = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1} | more
    return nir.Conv2d(input_shape=size, weight=weight(out, inp // options["groups"], *k), bias=np.zeros(out, np.float32),
                      **options)


def neurons(*shape, threshold=1.0, r=1.0, reset=None):
    ones = np.ones(shape, np.float32)
    return nir.IF(r=ones * r, v_threshold=ones * threshold, v_reset=ones * 0 if reset is None else ones * reset)


def pool(kind=nir.SumPool2d, kernel=(2, 2), stride=None, padding=(0, 0)):
    return kind(kernel_size=np.array(kernel), stride=np.array(stride or kernel), padding=np.array(padding))


def ends(*shape):
    return nir.Input(input_type={"input": np.array([2, 8, 8])}), nir.Output(output_type={"output": np.array(shape)})


def chain(middle, out=(2, 8, 8)):
    first, last = ends(*out)
    nodes = {"input": first, **middle, "output": last}
    names = list(nodes)
    return nodes, list(zip(names, names[1:]))


def write(name, nodes, edges, *reasons):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "network.nir"
        nir.write(path, nir.NIRGraph(nodes=nodes, edges=edges, type_check=False))
        (ROOT / (name + ".nir.gz")).write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    for node, words in reasons:
        lines.append("\t".join((name, node, words)))


def refuse(name, middle, *reasons, out=(2, 8, 8)):
    write(name, *chain(middle, out), *reasons)


def main():
    ROOT.mkdir(parents=True, exist_ok=True)
    for old in ROOT.iterdir():
        old.unlink()
    n = np.ones((2, 8, 8), np.float32)
    fire = neurons(2, 8, 8)
    refuse("lif", {"conv": conv(), "lif": nir.LIF(tau=n, r=n, v_leak=n * 0, v_threshold=n)}, ("lif", "LIF"))
    refuse("cuba-lif", {"conv": conv(), "cuba": nir.CubaLIF(tau_syn=n, tau_mem=n, r=n, v_leak=n * 0, v_threshold=n)},
           ("cuba", "CubaLIF"))
    refuse("several", {"conv": conv(groups=2), "lif": nir.LIF(tau=n, r=n, v_leak=n * 0, v_threshold=n),
                       "scale": nir.Scale(scale=n), "pool": pool(stride=(1, 1))},
           ("conv", "groups"), ("lif", "LIF"), ("scale", "Scale"), ("pool", "stride"))
    refuse("groups", {"conv": conv(groups=2), "if": fire}, ("conv", "groups"))
    refuse("dilation", {"conv": conv(dilation=(2, 2), padding=(2, 2)), "if": fire}, ("conv", "dilation"))
    refuse("kernel-not-square", {"conv": conv(k=(3, 1), padding=(1, 0)), "if": fire}, ("conv", "3x1"))
    refuse("pool-overlaps", {"conv": conv(), "if": fire, "pool": pool(kernel=(2, 2), stride=(1, 1))}, ("pool", "stride"))
    refuse("pool-padded", {"conv": conv(), "if": fire, "pool": pool(padding=(1, 1))}, ("pool", "padding"))
    refuse("pool-first", {"pool": pool(), "conv": conv(size=(4, 4)), "if": neurons(2, 4, 4)}, ("pool", "pools the input"))
    refuse("no-neurons", {"conv1": conv(), "conv2": conv(), "if": fire}, ("conv1", "IF"))
    refuse("same-even", {"conv": conv(k=(2, 2), padding="same"), "if": fire}, ("conv", "same"))
    refuse("same-stride", {"conv": conv(stride=(2, 2), padding="same"), "if": neurons(2, 4, 4)}, ("conv", "same"))
    refuse("threshold", {"conv": conv(), "if": neurons(2, 8, 8, threshold=np.linspace(1, 2, 128).reshape(2, 8, 8))},
           ("if", "2.0"))
    refuse("resistance", {"conv": conv(), "if": neurons(2, 8, 8, r=2)}, ("if", "2.0"))
    refuse("reset", {"conv": conv(), "if": neurons(2, 8, 8, reset=-0.5)}, ("if", "-0.5"))
    nodes, edges = chain({"conv": conv(), "if": fire})
    write("recurrence", nodes, edges + [("if", "conv")], ("if", ""), ("conv", ""))
    nodes, edges = chain({"conv": conv(), "if": fire, "conv2": conv(), "if2": fire})
    write("neuron-sum", {**nodes, "conv3": conv()}, edges + [("if", "conv3"), ("conv3", "if2")], ("if2", "conv2, conv3"))
    nodes, edges = chain({"conv": conv(), "if": fire, "pool": pool(), "conv2": conv(size=(4, 4)),
                          "if2": neurons(2, 4, 4)}, out=(2, 4, 4))
    write("same-events-twice", {**nodes, "pool2": pool()}, edges + [("if", "pool2"), ("pool2", "conv2")],
          ("conv2", "twice"))


def nested():
    fire = neurons(2, 8, 8)
    first, last = ends(2, 8, 8)
    block = nir.NIRGraph(nodes={"input": first, "conv": conv(), "if": fire, "output": last},
                         edges=[("input", "conv"), ("conv", "if"), ("if", "output")], type_check=False)
    nodes, edges = chain({"conv": conv(), "if": fire, "block": block, "pool": pool(nir.AvgPool2d),
                          "conv2": conv(size=(4, 4)), "if2": neurons(2, 4, 4)}, out=(2, 4, 4))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "network.nir"
        nir.write(path, nir.NIRGraph(nodes=nodes, edges=edges + [("if", "pool")], type_check=False))
        (ROOT.parent / "nested.nir.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
    nested()
    (ROOT / "refused.tsv").write_text("\n".join(lines) + "\n")
