"""Writes what sinabs itself says of chips and of layers on them: src/test/resources/device/.

    pip install numpy
    pip install --no-deps --target sinabs3 sinabs==3.1.3
    pip install --no-deps --target sinabs2 sinabs==2.0.3
    python src/test/python/make_device_fixtures.py sinabs3 sinabs2

devices.jsonl.gz  the cores of every chip, as ChipFactory and get_constraints have them in 3.1.3, and of those it dropped
                  as 2.0.3 has them
mapping.jsonl.gz  random networks, with what DynapcnnLayer.memory_summary says each layer takes, the cores that
                  find_chip_layers finds for it, and whether get_valid_mapping finds a core for all

Neither torch nor samna is needed: stand-ins take their place, and only code that uses neither is run. The output is the
same on every run.
"""

import gzip
import importlib
import importlib.abc
import importlib.machinery
import json
import pathlib
import random
import sys
import types

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "device"
STAND_INS = ("torch", "samna", "samnagui", "nir", "nirtorch", "sinabs.layers", "sinabs.utils", "sinabs.activation")
NETWORKS = 400


class StandIn(types.ModuleType):
    """A module that has whatever is asked of it."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = type(name, (), {}) if name[0].isupper() else StandIn(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value

    def __call__(self, *args, **kwargs):
        return self


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if any(name == stand_in or name.startswith(stand_in + ".") for stand_in in STAND_INS):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return StandIn(spec.name)

    def exec_module(self, module):
        pass


def load(root, module):
    """A module of the sinabs below root, without running the __init__ of its packages."""
    for name in [name for name in sys.modules if name.split(".")[0] == "sinabs"]:
        del sys.modules[name]
    for package in ("sinabs", "sinabs.backend", "sinabs.backend.dynapcnn"):
        made = types.ModuleType(package)
        made.__path__ = [str(pathlib.Path(root, *package.split(".")))]
        made.Network = type("Network", (), {})
        sys.modules[package] = made
    return importlib.import_module("sinabs.backend.dynapcnn." + module)


def devices(root):
    factory = load(root, "chip_factory").ChipFactory
    return {
        name: [
            [core.kernel_memory, core.neuron_memory, core.bias_memory]
            for core in builder.get_constraints()
        ]
        for name, builder in factory.supported_devices.items()
    }


def layer_of(rng, layer_class):
    """A layer with just what memory_summary looks at, and its JSON."""
    kernel = rng.choice((1, 1, 2, 3, 3, 3, 4, 5, 5, 7, 8, 11, 16))
    stride = [rng.choice((1, 1, 2, 4)), rng.choice((1, 1, 2, 4))]
    padding = [rng.randint(0, 3), rng.randint(0, 3)]
    size = [rng.randint(kernel, 70), rng.randint(kernel, 70)]
    channels = rng.choice((1, 2, 3, 8, 16, 16, 20, 32, 64, 100, 128))
    features = rng.choice((1, 2, 3, 8, 10, 16, 16, 20, 32, 64, 100, 128, 500, 1000))
    bias = rng.random() < 0.5
    layer = object.__new__(layer_class)
    layer.__dict__.update(
        in_shape=(channels, *size),
        pool=[],
        conv=types.SimpleNamespace(
            out_channels=features,
            kernel_size=(kernel, kernel),
            stride=tuple(stride),
            padding=tuple(padding),
            dilation=(1, 1),
            bias=[0.0] * features if bias else None,
            weight=types.SimpleNamespace(data=types.SimpleNamespace(shape=(features, channels, kernel, kernel))),
        ),
    )
    memory = layer.memory_summary()
    entry = {
        "weight": [features, channels, kernel, kernel],
        "input": [channels, *size],
        "output": list(layer._get_conv_output_shape()),
        "stride": stride,
        "padding": padding,
        "bias": bias,
        "memory": [int(memory["kernel"]), int(memory["neuron"]), int(memory["bias"])],
    }
    return layer, entry


def networks(root, constraints):
    mapping = load(root, "mapping")
    layer_class = sys.modules["sinabs.backend.dynapcnn.dynapcnn_layer"].DynapcnnLayer
    rng = random.Random(20261123)
    for i in range(NETWORKS):
        device = "speck2cmini" if i % 4 == 0 else "speck2e"
        cores = [mapping.LayerConstraints(*core) for core in constraints[device]]
        layers, entries = [], []
        count = rng.randint(1, len(cores) + 1)
        # Half of the networks are of layers that each fit somewhere, so that they compete.
        while len(layers) < count:
            layer, entry = layer_of(rng, layer_class)
            entry["cores"] = mapping.find_chip_layers(layer, cores)
            if i % 2 == 0 or entry["cores"]:
                layers.append(layer)
                entries.append(entry)
        try:
            mapping.get_valid_mapping(dict(enumerate(layers)), cores)
            mapped = True
        except ValueError:
            mapped = False
        yield {"device": device, "mapped": mapped, "layers": entries}


def write(name, lines):
    OUT.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    with open(OUT / name, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            packed.write(text.encode())


def main(sinabs3, sinabs2):
    sys.meta_path.insert(0, StandInFinder())
    supported = devices(sinabs3)
    dropped = {name: cores for name, cores in devices(sinabs2).items() if name not in supported}
    write(
        "devices.jsonl.gz",
        [
            {"name": name, "supported": name in supported, "cores": cores}
            for name, cores in {**supported, **dropped}.items()
        ],
    )
    write("mapping.jsonl.gz", networks(sinabs3, {**supported, **dropped}))


if __name__ == "__main__":
    main(*sys.argv[1:])
