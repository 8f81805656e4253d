"""Makes bodies of the kinds that clients send under a wrong type, with the libraries that write them.

    pip install h5py==3.16.0 numpy==2.4.6 safetensors==0.7.0
    python src/test/python/make_body_fixtures.py

src/test/resources/bodies.tsv: what it is, the constant of BodyKind, the body in base64. Running it again makes the same
lines. PyTorch's archives are laid out here as torch.save lays them out, and pickles are protocol 2 to 5 of Python's own.
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import pathlib
import pickle
import struct
import zipfile

import h5py
import numpy as np
from safetensors.numpy import save

TABLE = pathlib.Path(__file__).parents[1] / "resources" / "bodies.tsv"
TENSOR = np.arange(12, dtype=np.float32).reshape(3, 4) / 7


def written(write):
    out = io.BytesIO()
    write(out)
    return out.getvalue()


def archive(*entries, method=zipfile.ZIP_STORED):
    def write(out):
        with zipfile.ZipFile(out, "w", method) as zip:
            for name, content in entries:
                zip.writestr(zipfile.ZipInfo(name), content)
    return written(write)


def hdf5(**options):
    def write(out):
        with h5py.File(out, "w", **options) as file:
            file.create_dataset("weight", data=TENSOR, track_times=False)
    return written(write)


def stripped(body):
    """What curl -d @file sends."""
    return body.translate(None, b"\0\r\n")


def bodies():
    npy = written(lambda out: np.save(out, TENSOR))
    npz = archive(("weight.npy", npy), ("bias.npy", npy))
    tensors = save({"weight": TENSOR})
    graph = hdf5()
    dict_of_lists = {"tensor": TENSOR.tolist()}
    yield "npy", "NPY", npy
    yield "npy of version 2", "NPY", written(lambda out: np.lib.format.write_array(out, TENSOR, version=(2, 0)))
    yield "npz", "NPZ", npz
    yield "npz, empty", "NPZ", archive()
    yield "safetensors", "SAFETENSORS", tensors
    yield "HDF5", "HDF5", graph
    yield "HDF5, latest", "HDF5", hdf5(libver="latest")
    yield "JSON", "JSON", json.dumps(dict_of_lists).encode()
    yield "JSON, indented, with a byte order mark", "JSON", b"\xef\xbb\xbf" + json.dumps(dict_of_lists, indent=1).encode()
    yield "JSON whose ninth byte is a brace", "JSON", b'{"conv":{"weight":[1.5]}}'
    yield "JSON, an array", "JSON", json.dumps(TENSOR.tolist()).encode()
    yield "a PyTorch archive", "PYTORCH", archive(("archive/data.pkl", pickle.dumps({}, 2)), ("archive/version", b"3\n"))
    yield "a PyTorch archive of another name", "PYTORCH", archive(("my model/data.pkl", pickle.dumps({}, 2)))
    yield "TorchScript", "PYTORCH", archive(("net/code/__torch__.py", b"class Net(Module):\n"))
    magic = pickle.dumps(0x1950a86a20f9469cfc6c, 2)
    yield "a PyTorch file from before 1.6", "PYTORCH", magic + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
    for protocol in (2, 4, 5):
        yield f"a pickle of protocol {protocol}", "PICKLE", pickle.dumps({"weight": TENSOR}, protocol)
    yield "a pointer of Git LFS", "LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"
    for name, body in (("npy", npy), ("npz", npz), ("safetensors", tensors), ("HDF5", graph)):
        yield name + " by curl -d", "STRIPPED", stripped(body)
    yield "a form by curl -F", "FORM", (b"--------------------------d74496d66958873e\r\nContent-Disposition: form-data; "
                                        b'name="file"; filename="w.npy"\r\nContent-Type: application/octet-stream\r\n\r\n'
                                        + npy + b"\r\n--------------------------d74496d66958873e--\r\n")
    yield "HTML", "HTML", b"\n<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not found</body></html>\n"
    yield "HTML without a type", "HTML", b"<HTML><body>Sign in</body></HTML>"
    yield "XML", "XML", b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n'
    yield "a zip of text", "ZIP", archive(("readme.txt", b"hello"))
    yield "gzip of npy", "GZIP", gzip.compress(npy, mtime=0)
    yield "bzip2 of npy", "BZIP2", bz2.compress(npy)
    yield "xz of npy", "XZ", lzma.compress(npy)
    yield "a PNG image", "PNG", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(13)
    yield "MATLAB 5", "MATLAB", b"MATLAB 5.0 MAT-file, Platform: posix".ljust(124) + b"\0\1IM" + bytes(64)
    yield "a Python dict", "PYTHON", str(dict_of_lists).encode()
    yield "base64 of npy", "BASE64", base64.b64encode(npy)
    yield "base64 of safetensors in lines", "BASE64", base64.encodebytes(tensors)
    yield "a data URL of npz", "BASE64", b"data:application/x-npz;base64," + base64.b64encode(npz)
    yield "text", "TEXT", b"404: Not Found"


if __name__ == "__main__":
    with TABLE.open("w") as out:
        for name, kind, body in bodies():
            out.write(f"{name}\t{kind}\t{base64.b64encode(body).decode()}\n")
