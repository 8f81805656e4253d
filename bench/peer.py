"""What a user would write in an afternoon who cares for speed: the functions of sinabs behind FastAPI.

JSON goes through orjson both ways, bodies and answers are views of bytes where there is a choice, and bench/run starts it on
uvloop and httptools.

They are sinabs' own, from its own files. Its packages are not initialized, as they import the driver of the chips, which
cannot be had everywhere and takes no part in this.
"""

import importlib.util
import sys
import types
from pathlib import Path

import numpy
import orjson
import torch
from fastapi import FastAPI, Request, Response
from safetensors.numpy import load, save

SITE = Path(importlib.util.find_spec("sinabs").origin).parent.parent
for name in ("sinabs", "sinabs.backend", "sinabs.backend.dynapcnn"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [str(SITE / name.replace(".", "/"))]

from sinabs.backend.dynapcnn.discretize import (  # noqa: E402
    determine_discretization_scale,
    discretize_conv_spike,
    discretize_tensor,
)
from sinabs.layers import IAF  # noqa: E402

BITS = 8

app = FastAPI()


@app.get("/ready")
def ready() -> bool:
    return True


@app.post("/raw")
async def raw(request: Request) -> Response:
    # A copy, as torch takes no memory that it may not write to.
    tensor = torch.frombuffer(bytearray(await request.body()), dtype=torch.float32)
    scale = determine_discretization_scale(tensor, BITS)
    integers = discretize_tensor(tensor, scale).to(torch.int8)
    return Response(memoryview(integers.numpy().view(numpy.uint8)), media_type="application/octet-stream")


@app.post("/json")
async def json(request: Request) -> Response:
    given = orjson.loads(await request.body())
    tensor = torch.from_numpy(numpy.fromiter(given["tensor"], numpy.float32, len(given["tensor"])))
    scale = determine_discretization_scale(tensor, BITS)
    integers = discretize_tensor(tensor, scale).to(torch.int8)
    answer = {"scale": float(scale), "tensor": integers.numpy()}
    return Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


@app.post("/layer")
async def layer(request: Request) -> Response:
    given = load(await request.body())
    weight = torch.from_numpy(given["weight"])
    conv = torch.nn.Conv2d(weight.shape[1], weight.shape[0], tuple(weight.shape[2:]))
    conv.weight.data = weight
    conv.bias.data = torch.from_numpy(given["bias"])
    spike = IAF(spike_threshold=float(given["spike_threshold"]), min_v_mem=float(given["min_v_mem"]))
    conv, spike = discretize_conv_spike(conv, spike)
    answer = {
        "weight": conv.weight.data.to(torch.int8).numpy(),
        "bias": conv.bias.data.to(torch.int8).numpy(),
        "spike_threshold": numpy.asarray(spike.spike_threshold.numpy(), numpy.int16),
        "min_v_mem": numpy.asarray(spike.min_v_mem.numpy(), numpy.int16),
    }
    return Response(save(answer), media_type="application/vnd.safetensors")
