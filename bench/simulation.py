"""Times /simulate and /calibrate of a running service beside sinabs' own forward pass and a plain loop in C; prints Markdown.

    simulation.py PORT PID [--rounds=N]

Two networks: scnn_mnist, which sinabs has trained, on the three recordings of the golden tests, where both lie beside this
project (60 steps of 5 ms); and one for gestures, of nine layers for the nine cores of a Speck, with seeded weights, on seeded
events of a blob that moves (50 steps of 5 ms).

sinabs runs in this process on two threads of torch, the C loop (events.c, by cc) in one of its own, the service over
loopback: its time is that of the whole request, reading, planning, discretizing and the answer included. All three take turns,
round by round. Processor time, of all threads, tells more than the clock where others share the processors. The service and the C loop must emit the same events, and the service's counts by steps are held to sinabs'.
"""

import argparse
import importlib.util
import io
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.request
from pathlib import Path

import nir
import numpy as np
import safetensors.numpy
import torch

# sinabs' packages are not initialized, as they import what takes no part in this.
SITE = Path(importlib.util.find_spec("sinabs").origin).parent.parent
sys.modules["sinabs"] = types.ModuleType("sinabs")
sys.modules["sinabs"].__path__ = [str(SITE / "sinabs")]

from sinabs.layers import IAFSqueeze, SumPool2d  # noqa: E402

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
DT = 5000
NETWORK_GOALS = {"scnn_mnist": 1.0, "gestures, 9 layers": 8.0}
# The spread of each layer's weights, with which it is about as active as that of sinabs' own network on the same events.
GAINS = (1.0, 2.8, 1.6, 1.9, 1.7, 2.3, 2.6, 3.5, 3.5)
WARM = 10.0
BLOCK = 2000


class Network:
    """A chain of layers as NIR, as sinabs' modules, and as what events.c reads."""

    def __init__(self, graph):
        file = io.BytesIO()
        with tempfile.NamedTemporaryFile(suffix=".nir") as named:
            nir.write(named.name, graph)
            file.write(Path(named.name).read_bytes())
        self.nir = file.getvalue()
        self.nodes = chain(graph)
        self.input = tuple(int(size) for size in graph.nodes["input"].input_type["input"])

    def modules(self):
        modules = []
        for _, node in self.nodes:
            match node:
                case nir.Conv2d():
                    o, c, kh, kw = node.weight.shape
                    module = torch.nn.Conv2d(c, o, (kh, kw), tuple(node.stride), tuple(node.padding), bias=False)
                    module.weight.data = torch.from_numpy(node.weight.astype(np.float32))
                    modules.append(module)
                case nir.Linear() | nir.Affine():
                    module = torch.nn.Linear(node.weight.shape[1], node.weight.shape[0], bias=False)
                    module.weight.data = torch.from_numpy(node.weight.astype(np.float32))
                    modules.append(module)
                case nir.IF():
                    threshold = float(node.v_threshold.flat[0])
                    modules.append(IAFSqueeze(batch_size=1, spike_threshold=threshold, min_v_mem=-threshold))
                case nir.SumPool2d():
                    modules.append(SumPool2d(tuple(node.kernel_size)))
                case nir.AvgPool2d():
                    modules.append(torch.nn.AvgPool2d(tuple(node.kernel_size)))
                case nir.Flatten():
                    modules.append(torch.nn.Flatten())
        return torch.nn.Sequential(*modules)

    def for_c(self, integers, events):
        """The file of events.c; integers by sinabs' names of tensors."""
        fields, layers, pool, shape = [], 0, (1, 1), self.input
        for i, (name, node) in enumerate(self.nodes):
            match node:
                case nir.SumPool2d() | nir.AvgPool2d():
                    pool = tuple(int(size) for size in node.kernel_size)
                case nir.Conv2d() | nir.Linear() | nir.Affine():
                    c, h, w = shape[0], shape[1] // pool[0], shape[2] // pool[1]
                    weight = integers[f"{name}.weight"]
                    convolution = isinstance(node, nir.Conv2d)
                    weight = weight.reshape(weight.shape[0], c, *(weight.shape[2:] if convolution else (h, w)))
                    stride = tuple(int(n) for n in node.stride) if convolution else (1, 1)
                    padding = tuple(int(n) for n in node.padding) if convolution else (0, 0)
                    o, _, kh, kw = weight.shape
                    oh = (h + 2 * padding[0] - kh) // stride[0] + 1
                    ow = (w + 2 * padding[1] - kw) // stride[1] + 1
                    spike = next(n for n, later in self.nodes[i:] if isinstance(later, nir.IF))
                    bounds = [int(integers[f"{spike}.{key}"]) for key in ("spike_threshold", "min_v_mem")]
                    fields += [c, h, w, o, oh, ow, kh, kw, *stride, *padding, *pool, *bounds, *weight.ravel().tolist()]
                    shape, pool, layers = (o, oh, ow), (1, 1), layers + 1
        rows = np.stack([events[name].astype(np.int32) for name in ("t", "p", "y", "x")], axis=1)
        return np.array([layers, *fields, len(rows), *rows.ravel().tolist()], np.int32).tobytes()


def chain(graph):
    """The nodes in the order in which events go."""
    following = dict(graph.edges)
    nodes, name = [], following["input"]
    while name != "output":
        nodes.append((name, graph.nodes[name]))
        name = following[name]
    return nodes


def scnn():
    recordings = sorted((SHARED / "golden" / "behaviour" / "events").glob("rec_*.npz"))
    file = SHARED / "data" / "scnn_mnist.nir"
    if not recordings or not file.exists():
        return None
    return Network(nir.read(file)), [dict(np.load(recording)) for recording in recordings], 60


def gestures():
    """Nine layers of the sizes of sinabs' network for gestures (examples/visualizer/gesture_viz.py), for 128 x 128 pixels."""
    random = np.random.default_rng(9)
    nodes = {"input": nir.Input({"input": np.array([2, 128, 128])})}
    size, channels = 128, 2
    layers = [(16, 2, 2, 0, 1), (16, 3, 1, 1, 2), (32, 3, 1, 1, 2), (32, 3, 1, 1, 2), (64, 3, 1, 1, 2), (64, 3, 1, 1, 2),
              (256, 2, 1, 0, 1)]
    for i, (outputs, kernel, stride, padding, pool) in enumerate(layers):
        fan = channels * kernel * kernel
        weight = random.normal(0, GAINS[i] / fan**0.5, (outputs, channels, kernel, kernel)).astype(np.float32)
        nodes[f"conv{i}"] = nir.Conv2d((size, size), weight, stride, padding, 1, 1, np.zeros(outputs, np.float32))
        size = (size + 2 * padding - kernel) // stride + 1
        nodes[f"spike{i}"] = neurons((outputs, size, size))
        if pool > 1:
            nodes[f"pool{i}"] = nir.AvgPool2d(np.array([pool, pool]), np.array([pool, pool]), np.array([0, 0]))
            size //= pool
        channels = outputs
    nodes["flatten"] = nir.Flatten({"input": np.array([channels, size, size])}, 0, -1)
    for i, outputs in enumerate((128, 11), len(layers)):
        fan = channels * size * size
        weight = random.normal(0, GAINS[i] / fan**0.5, (outputs, fan)).astype(np.float32)
        nodes[f"linear{i}"] = nir.Linear(weight)
        nodes[f"spike{i}"] = neurons((outputs,))
        channels, size = outputs, 1
    nodes["output"] = nir.Output({"output": np.array([channels])})
    names = list(nodes)
    graph = nir.NIRGraph(nodes, list(zip(names, names[1:], strict=False)), type_check=False)
    return Network(graph), [blob(random)], 50


def neurons(shape):
    ones = np.ones(shape, np.float32)
    return nir.IF(ones, ones, np.zeros(shape, np.float32))


def blob(random, steps=50, events=600):
    """Events around a point that goes in a circle, and some anywhere."""
    t = np.sort(random.integers(0, steps * DT, steps * events))
    angle = 2 * np.pi * t / t.max()
    near = random.random(t.size) < 0.9
    x, y = (np.where(near, 64 + 30 * wave(angle) + random.normal(0, 9, t.size), random.uniform(0, 128, t.size))
            .clip(0, 127).astype(np.uint16) for wave in (np.cos, np.sin))
    t[-1] = steps * DT - 1
    return {"x": x, "y": y, "t": t, "p": random.integers(0, 2, t.size).astype(np.uint8)}


def raster(events, shape, steps):
    counts = np.zeros((steps, *shape), np.float32)
    np.add.at(counts, (events["t"] // DT, events["p"].astype(int), events["y"], events["x"]), 1)
    return torch.from_numpy(counts)


def npz(arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


class Service:
    def __init__(self, port, pid):
        self.base = f"http://127.0.0.1:{port}/api/v1"
        self.port = port
        self.stat = Path(f"/proc/{pid}/stat")

    def processor(self):
        """Seconds of processor that its threads have taken, as Linux counts them."""
        fields = self.stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def post(self, path, body, content_type, accept="application/json"):
        request = urllib.request.Request(self.base + path, body, {"Content-Type": content_type, "Accept": accept})
        with urllib.request.urlopen(request, timeout=600) as answer:
            return answer.read()

    def form(self, network, recordings):
        parts = [("network", network.nir), *(("recording", npz(recording)) for recording in recordings)]
        body = b"".join(
            f'--limit\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n"
            for name, data in parts) + b"--limit--\r\n"
        return body

    def simulate(self, form, query):
        return self.post(query, form, "multipart/form-data; boundary=limit")


def timed(function):
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result


class Loop:
    """events.c on one network and its recordings."""

    def __init__(self, folder, network, recordings, service):
        answer = service.post("/discretize/network", network.nir, "application/vnd.hdfgroup.hdf5",
                              "application/vnd.safetensors")
        integers = safetensors.numpy.load(answer)
        self.program = folder / "events"
        self.files = []
        for recording in recordings:
            file = folder / f"{id(network)}-{len(self.files)}"
            file.write_bytes(network.for_c(integers, recording))
            self.files.append(file)

    def run(self):
        """Seconds of clock and of processor, additions, and spikes of each layer."""
        outputs = [subprocess.run([self.program, file], check=True, capture_output=True, text=True).stdout.split()
                   for file in self.files]
        clock, processor = (sum(float(output[i]) for output in outputs) for i in (0, 1))
        counts = np.array([[int(n) for n in output[2:]] for output in outputs]).sum(axis=0)
        return clock, processor, int(counts[0]), counts[1:].tolist()


def compile_loop(folder):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        print("no C compiler: the loop in C is left out", file=sys.stderr)
        return False
    subprocess.run([compiler, "-O3", "-march=native", "-o", folder / "events", HERE / "events.c"], check=True)
    return True


def compare(name, network, recordings, steps, service, folder, rounds):
    modules = network.modules()
    rasters = [raster(recording, network.input, steps) for recording in recordings]

    def forward():
        spikes = 0.0
        with torch.no_grad():
            for one in rasters:
                for module in modules:
                    if isinstance(module, IAFSqueeze):
                        module.reset_states()
                spikes += float(modules(one).sum())
        return spikes

    loop = Loop(folder, network, recordings, service) if (folder / "events").exists() else None
    form = service.form(network, recordings)
    query = f"/simulate?dt={DT}&t0=0&modes="
    answer = json.loads(service.simulate(form, query + "float_step,integer_event"))
    trained = answer["layers"][-1]["float_step"]["spikes"]
    if abs(forward() - trained) > 0.01 * trained + 1:
        sys.exit(f"{name}: {trained} spikes of the output by steps, sinabs has {forward()}")
    emitted = [layer["integer_event"]["spikes"] for layer in answer["layers"]]
    synops = answer["synops"]["integer_event"]
    if loop is not None and loop.run()[2:] != (synops, emitted):
        sys.exit(f"{name}: {synops}, {emitted} by events, the loop in C has {loop.run()[2:]}")
    print(f"{name}: {synops} additions, spikes {emitted}", file=sys.stderr)
    warm = time.perf_counter() + WARM
    while time.perf_counter() < warm:
        service.simulate(form, query + "integer_event")
    clock = {"sinabs": [], "C": [], "service": []}
    processor = dict.fromkeys(clock, 0.0)
    for _ in range(rounds):
        begin = time.process_time()
        clock["sinabs"].append(timed(forward)[0])
        processor["sinabs"] += time.process_time() - begin
        if loop is not None:
            in_c = loop.run()
            clock["C"].append(in_c[0])
            processor["C"] += in_c[1]
        begin = service.processor()
        clock["service"].append(timed(lambda: service.simulate(form, query + "integer_event"))[0])
        processor["service"] += service.processor() - begin
    count = len(recordings)
    row = [name, f"{synops / count / 1e6:.1f} M"]
    row += [f"{statistics.median(values) / count * 1e3:.1f}" if values else "" for values in clock.values()]
    row += [f"{seconds / rounds / count * 1e3:.1f}" if seconds else "" for seconds in processor.values()]
    row += [f"{synops * rounds / processor[key] / 1e9:.2f}" if processor[key] else "" for key in ("C", "service")]
    row += [f"{quotient(clock['sinabs'], clock['service']):.1f}", f"{NETWORK_GOALS[name]:.0f}"]
    row += [f"{quotient(clock['service'], clock['C']):.2f}" if loop else ""]
    print(f"| {' | '.join(row)} |")
    return form


def quotient(times, others):
    return statistics.median(a / b for a, b in zip(times, others, strict=True))


def calibration(network, recordings, service):
    """Four times the three recordings; each is simulated for itself."""
    form = service.form(network, recordings * 4)
    times = []
    for _ in range(4):
        begin = service.processor()
        clock = timed(lambda: service.simulate(form, f"/calibrate?dt={DT}&t0=0"))[0]
        times.append((clock, service.processor() - begin))
    (fastest, _), (slowest, _) = min(times[1:]), max(times[1:])
    processor = statistics.median(processor for _, processor in times[1:])
    print(f"\n`/calibrate` of scnn_mnist with 12 recordings, on one core: {fastest:.2f} to {slowest:.2f} s, {processor:.2f} of "
          "processor; at most 4 is the goal.")


def meanwhile(form, service, rounds):
    """Times 4 KiB of raw with and without a simulation that runs."""
    body = np.linspace(-1, 1, 1024, dtype="<f4").tobytes()
    head = ("POST /api/v1/discretize/tensor?dtype=float32&shape=1024 HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    times = {False: [], True: []}
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def call():
            connection.sendall(head + body)
            answer = b""
            while b"\r\n\r\n" not in answer or len(answer) - answer.index(b"\r\n\r\n") - 4 < 1024:
                answer += connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200"):
                sys.exit(answer.decode(errors="replace"))

        for _ in range(5 * BLOCK):
            call()
        for _ in range(rounds):
            for busy in (False, True):
                over = threading.Event()
                simulating = threading.Thread(target=lambda: keep_simulating(form, service, over))
                if busy:
                    simulating.start()
                    time.sleep(0.2)
                times[busy] += [timed(call)[0] for _ in range(BLOCK)]
                over.set()
                if busy:
                    simulating.join()
    idle, busy = ({q: float(np.quantile(times[key], q)) for q in (0.5, 0.99)} for key in (False, True))
    print(f"\n4 KiB of raw, one client: median {idle[0.5] * 1e6:.0f} us, p99 {idle[0.99] * 1e6:.0f} us idle; median "
          f"{busy[0.5] * 1e6:.0f} us, p99 {busy[0.99] * 1e6:.0f} us while one simulation runs: p99 x "
          f"{busy[0.99] / idle[0.99]:.1f}, median x {busy[0.5] / idle[0.5]:.1f}; at most 2 is the goal for p99, with a core to "
          "spare.")


def keep_simulating(form, service, over):
    while not over.is_set():
        service.simulate(form, "/simulate?modes=integer_event")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("pid", type=int)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    service = Service(arguments.port, arguments.pid)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        compile_loop(folder)
        pretrained = scnn()
        print("Milliseconds a recording: medians by the clock, means of processor time. x sinabs: the median over the rounds of "
              "its time over the service's, by the clock, of two runs that followed each other; x C likewise, the service's over "
              "the loop's.\n")
        print("| network | additions | sinabs, ms | C | service | processor: sinabs, ms | C | service | C, G synops/s of "
              "processor | service | x sinabs | goal, at least | x C |")
        print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
        if pretrained is not None:
            compare("scnn_mnist", *pretrained, service, folder, arguments.rounds)
        form = compare("gestures, 9 layers", *gestures(), service, folder, arguments.rounds)
        if pretrained is not None:
            calibration(*pretrained[:2], service)
        meanwhile(form, service, arguments.rounds)


if __name__ == "__main__":
    main()
