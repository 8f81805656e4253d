"""Posts networks to a running service and reads the NIR files it answers with by the real nir package.

    python src/test/python/network_check.py http://127.0.0.1:8080 [FILE.nir ...]      (needs nir and numpy)

The files hold what the JSON answer says: the same nodes and edges, weights, biases and thresholds. With sinabs and torch
at hand, sinabs reads them, too.
"""

import json
import pathlib
import sys
import tempfile
import urllib.request

import nir
import numpy as np

HDF5 = "application/vnd.hdfgroup.hdf5"

checks = 0


def check(condition, *what):
    global checks
    checks += 1
    if not condition:
        raise AssertionError(*what)


def post(base, body, accept, query=""):
    request = urllib.request.Request(base + "/api/v1/discretize/network" + query, body,
                                     {"Content-Type": HDF5, "Accept": accept})
    with urllib.request.urlopen(request) as answer:
        check(answer.headers["Content-Type"] == accept, answer.headers["Content-Type"])
        return answer.read()


def read_by(reader, body):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "network.nir"
        path.write_bytes(body)
        return reader(path)


def with_sinabs(path):
    """The parameters of the model that sinabs makes of the file; none without sinabs."""
    try:
        import sinabs.nir
    except ImportError:
        return {}
    model = sinabs.nir.from_nir(nir.read(path), batch_size=1)
    return {name: parameter.detach().numpy() for name, parameter in model.named_parameters()}


def compare(base, name, body):
    explained = json.loads(post(base, body, "application/json"))
    before = read_by(nir.read, body)
    answer = post(base, body, HDF5)
    after = read_by(nir.read, answer)
    model = read_by(with_sinabs, answer)
    check(set(after.nodes) == set(before.nodes), name, set(after.nodes))
    check(sorted(after.edges) == sorted(before.edges), name, after.edges)
    for layer in explained["layers"]:
        weight = np.array(layer["conv"]["weight"]["data"], np.float32)
        node = after.nodes[layer["name"]]
        check(node.weight.dtype == np.float32, name, node.weight.dtype)
        check(node.weight.shape == before.nodes[layer["name"]].weight.shape, name, node.weight.shape)
        check(np.array_equal(node.weight.ravel(), weight), name, layer["name"], "weight")
        bias = layer["conv"]["bias"]["data"] if layer["conv"]["bias"] else np.zeros(len(node.weight))
        check(np.array_equal(node.bias, bias), name, layer["name"], "bias")
        threshold = after.nodes[layer["spike_name"]].v_threshold
        check(np.all(threshold == layer["spike"]["spike_threshold"]), name, layer["spike_name"], threshold)
        if model:
            check(np.array_equal(model[layer["name"] + ".weight"].ravel(), weight), name, layer["name"], "in sinabs")
            check(np.all(model[layer["spike_name"] + ".spike_threshold"] == layer["spike"]["spike_threshold"]), name)
    check(not any(isinstance(node, nir.AvgPool2d) for node in after.nodes.values()), name)
    return "sinabs and " if model else ""


def main(base, files):
    example = urllib.request.urlopen(base + "/api/v1/examples/tiny.nir").read()
    networks = [("tiny.nir", example)] + [(file, pathlib.Path(file).read_bytes()) for file in files]
    for name, body in networks:
        try:
            read_by(nir.read, body)
        except Exception as failure:  # A newer file than this nir reads is not the service's affair.
            print(name, "is left out:", failure)
            continue
        by = compare(base, name, body)
        print(f"{pathlib.Path(name).name}: read by {by}nir, as the JSON answer has it")
    print(checks, "checks")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
