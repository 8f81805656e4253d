"""Calls a running service by the client that openapi-python-client generated. Usage: generated_client.py URL EXAMPLES"""

import io
import json
import pathlib
import pkgutil
import sys
import urllib.request

import discretizer_openapi.api
from discretizer_openapi import Client
from discretizer_openapi.api.behaviour import calibrate, simulate
from discretizer_openapi.api.layers import discretize_conv, discretize_conv_spike, discretize_spike
from discretizer_openapi.api.networks import (
    discretize_network,
    get_device,
    list_devices,
    sweep_network,
    verify_network,
)
from discretizer_openapi.api.tensors import determine_scale, discretize_scalar, discretize_tensor
from discretizer_openapi.models import (
    CalibrateBody,
    DetermineScaleDtype,
    DetermineScaleRequest,
    DiscretizeConvRequest,
    DiscretizeConvSpikeRequest,
    DiscretizeScalarRequest,
    DiscretizeSpikeRequest,
    DiscretizeTensorRequest,
    Problem,
    SimulateBody,
    VerifyNetworkBody,
)
from discretizer_openapi.types import File

url, folder = sys.argv[1:]
examples = pathlib.Path(folder)
client = Client(base_url=url, headers={"Accept": "application/json"})

operations = sorted(
    module.name
    for module in pkgutil.walk_packages(discretizer_openapi.api.__path__, "discretizer_openapi.api.")
    if not module.ispkg
)
document = json.loads(urllib.request.urlopen(f"{url}/v3/api-docs").read())
described = sum(len(path) for path in document["paths"].values())
assert len(operations) == described, f"{len(operations)} of {described} operations: {operations}"
print(f"{described} operations")


def file(name: str) -> File:
    return File(payload=io.BytesIO((examples / name).read_bytes()), file_name=name)


# The integers are those of sinabs: of a range of -1 to 1 the scale is that of the largest, 127.
nested = [[[1.0, -0.5]], [[0.25, 0.0]]]
layer = DiscretizeConvSpikeRequest.from_dict(
    {"conv": {"weight": nested, "bias": [0.5, 0.0]}, "spike": {"spike_threshold": 1.0, "min_v_mem": -1.0}}
)
answer = discretize_conv_spike.sync(client=client, body=layer)
assert answer.scale == 127 and answer.limited_by == "weight", answer
assert answer.conv.weight.data == [127, -64, 32, 0] and answer.conv.weight.shape == [2, 1, 2], answer
assert answer.spike.spike_threshold == 127, answer
conv = DiscretizeConvRequest.from_dict({"conv": {"weight": nested}, "spike_threshold": 1.0, "min_v_mem": -1.0})
assert discretize_conv.sync(client=client, body=conv).conv.weight.data == [127, -64, 32, 0]
spike = DiscretizeSpikeRequest.from_dict(
    {"spike": {"spike_threshold": 1.0, "min_v_mem": -1.0}, "conv": {"weight": nested}}
)
assert discretize_spike.sync(client=client, body=spike).spike.min_v_mem == -127

tensor = DiscretizeTensorRequest.from_dict({"tensor": {"shape": [2], "data": [1.0, -0.5]}})
assert discretize_tensor.sync(client=client, body=tensor).tensor.data == [127, -64]
raw = File(payload=io.BytesIO(b"\0\0\x80\x3f\0\0\0\xbf"))
assert determine_scale.sync(client=client, body=raw, dtype=DetermineScaleDtype.FLOAT32, shape="2").scale == 127
assert determine_scale.sync(client=client, body=DetermineScaleRequest.from_dict({"tensor": nested})).scale == 127
scalar = DiscretizeScalarRequest(value=0.5, scaling=127.0)
assert discretize_scalar.sync(client=client, body=scalar).value == 64

network = discretize_network.sync(client=client, body=file("tiny.nir"))
assert [one.name for one in network.layers], network
assert sweep_network.sync(client=client, body=file("tiny.nir")).rows
assert list_devices.sync(client=client).devices
assert get_device.sync("speck2fmodule", client=client).name == "speck2fmodule"
states = VerifyNetworkBody(file("state-dict.safetensors"), file("state-dict-integers.safetensors"))
assert verify_network.sync(client=client, body=states).match
files = {"network": file("tiny.nir"), "recording": [file("recording-right.npz"), file("recording-left.npy")]}
simulated = simulate.sync(client=client, body=SimulateBody(**files), dt=1000)
assert len(simulated.recordings) == 2, simulated
files = {"network": file("tiny.nir"), "recording": [file("recording-right.npz")]}
assert calibrate.sync(client=client, body=CalibrateBody(**files), dt=1000).layers

refused = determine_scale.sync(client=client, body=DetermineScaleRequest.from_dict({"tensor": []}))
assert isinstance(refused, Problem) and refused.status == 422, refused
