"""Writes the example networks of the API, /api/v1/examples/tiny*.nir, with the real nir package.

    pip install nir==1.0.4 h5py==3.16.0 numpy==2.4.6
    python src/test/python/make_tiny_nir.py

Two channels of 8 x 8 events go through a convolution, an average pool, a convolution, a sum pool and a linear layer,
each followed by neurons, as sinabs exports such a network. The weights are drawn, not trained. tiny-unfit.nir is the
same but for strides of 3, which no chip has. branches.nir has a layer that feeds two others, whose events meet again in
a third, and two outputs. Running it again writes the same bytes.
"""

import pathlib

import nir
import numpy as np

EXAMPLES = pathlib.Path(__file__).parents[2] / "main" / "resources" / "examples"


def drawn(rng, shape):
    """With the spread of trained weights, in four decimals."""
    return np.round(rng.standard_t(4, shape) * 0.25, 4).astype(np.float32)


def conv(weight, size, stride=1):
    return nir.Conv2d(input_shape=size, weight=weight, stride=(stride, stride), padding=(1, 1), dilation=(1, 1), groups=1,
                      bias=np.zeros(weight.shape[0], np.float32))


def neurons(*shape):
    return nir.IF(r=np.ones(shape, np.float32), v_threshold=np.ones(shape, np.float32))


def halved(pool):
    return pool(kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0]))


def write(name, nodes, edges=None):
    """A chain in the order of the nodes, unless there are edges."""
    names = list(nodes)
    file = EXAMPLES / name
    nir.write(file, nir.NIRGraph(nodes=nodes, edges=edges or list(zip(names, names[1:]))))
    print(file.stat().st_size, "bytes")


rng = np.random.default_rng(20260101)
first, second, third = drawn(rng, (4, 2, 3, 3)), drawn(rng, (4, 4, 3, 3)), drawn(rng, (3, 16))
write("tiny.nir", {
    "input": nir.Input(input_type={"input": np.array([2, 8, 8])}),
    "conv1": conv(first, (8, 8)),
    "spike1": neurons(4, 8, 8),
    "pool1": halved(nir.AvgPool2d),
    "conv2": conv(second, (4, 4)),
    "spike2": neurons(4, 4, 4),
    "pool2": halved(nir.SumPool2d),
    "flatten": nir.Flatten(input_type={"input": np.array([4, 2, 2])}, start_dim=0, end_dim=-1),
    "linear": nir.Affine(weight=third, bias=np.zeros(3, np.float32)),
    "spike3": neurons(3),
    "output": nir.Output(output_type={"output": np.array([3])}),
})
write("tiny-unfit.nir", {
    "input": nir.Input(input_type={"input": np.array([2, 8, 8])}),
    "conv1": conv(first, (8, 8), stride=3),
    "spike1": neurons(4, 3, 3),
    "conv2": conv(second, (3, 3)),
    "spike2": neurons(4, 3, 3),
    "output": nir.Output(output_type={"output": np.array([4, 3, 3])}),
})


def bounded(*shape):
    """So that no weight is above the threshold."""
    return np.clip(drawn(rng, shape), np.float32(-1.6), np.float32(0.9))


write("branches.nir", {
    "input": nir.Input(input_type={"input": np.array([2, 16, 16])}),
    "stem": conv(bounded(8, 2, 3, 3), (16, 16)),
    "stem_spike": neurons(8, 16, 16),
    "pool": halved(nir.SumPool2d),
    "left": conv(bounded(8, 8, 3, 3), (8, 8)),
    "left_spike": neurons(8, 8, 8),
    "right": conv(bounded(8, 8, 3, 3), (8, 8)),
    "right_spike": neurons(8, 8, 8),
    "merge": conv(bounded(8, 8, 3, 3), (8, 8)),
    "merge_spike": neurons(8, 8, 8),
    "merge_pool": halved(nir.SumPool2d),
    "flatten": nir.Flatten(input_type={"input": np.array([8, 4, 4])}, start_dim=0, end_dim=-1),
    "digit": nir.Affine(weight=bounded(10, 128), bias=np.zeros(10, np.float32)),
    "digit_spike": neurons(10),
    "digits": nir.Output(output_type={"output": np.array([10])}),
    "motion": nir.Affine(weight=bounded(4, 128), bias=np.zeros(4, np.float32)),
    "motion_spike": neurons(4),
    "motions": nir.Output(output_type={"output": np.array([4])}),
}, [
    ("input", "stem"), ("stem", "stem_spike"), ("stem_spike", "pool"), ("pool", "left"), ("pool", "right"),
    ("left", "left_spike"), ("right", "right_spike"), ("left_spike", "merge"), ("right_spike", "merge"),
    ("merge", "merge_spike"), ("merge_spike", "merge_pool"), ("merge_pool", "flatten"), ("flatten", "digit"),
    ("digit", "digit_spike"), ("digit_spike", "digits"), ("flatten", "motion"), ("motion", "motion_spike"),
    ("motion_spike", "motions"),
])
