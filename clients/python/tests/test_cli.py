"""The command: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from discretizer import Finding, _cli, _completion, _flags, _show
from discretizer._terminal import Terminal

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def service(url: str, no_settings_of_the_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCRETIZER_URL", url)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def array(tmp_path: Path) -> Path:
    path = tmp_path / "x.npy"
    np.save(path, np.array([[0.5, -0.25], [0.1, 0.0]], np.float32))
    return path


def run(*arguments: object) -> int:
    return _cli.main([str(argument) for argument in arguments])


def test_tensor_writes_integers_and_says_what_they_cost(array: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("tensor", array, "-o", tmp_path / "q.npy", "--bits", 8) == 0
    integers = np.load(tmp_path / "q.npy")
    assert integers.dtype == np.int8
    assert integers.tolist() == [[127, -64], [25, 0]]
    out, err = capsys.readouterr()
    assert err == ""
    lines = {line.partition(" ")[0]: line for line in out.splitlines()}
    assert lines["tensor"].split() == ["tensor", "int8[2,", "2]"]
    assert lines["scale"].split() == ["scale", "254.0"]
    assert lines["zeros"].split() == ["zeros", "25.0", "%"]
    assert "\x1b" not in out


def test_tensor_takes_a_scaling_and_writes_safetensors(array: Path, tmp_path: Path) -> None:
    assert run("tensor", array, "-o", tmp_path / "q.safetensors", "--scaling", 1000, "--bits", 4) == 0
    written = safetensors.numpy.load_file(tmp_path / "q.safetensors")
    assert written["tensor"].tolist() == [[7, -8], [7, 0]]
    assert written["scale"] == np.float32(1000)


def test_tensor_reads_named_arrays(tmp_path: Path, capsys: Captured) -> None:
    arrays = {"a": np.ones(2, np.float32), "b": np.zeros(3, np.float32) + 2}
    np.savez(tmp_path / "many.npz", **arrays)  # type: ignore[arg-type]
    safetensors.numpy.save_file(arrays, tmp_path / "many.safetensors")
    safetensors.numpy.save_file({"a": arrays["a"]}, tmp_path / "one.safetensors")
    for name in ("many.npz", "many.safetensors"):
        assert run("tensor", tmp_path / name, "--name", "b", "--json") == 0
        assert json.loads(capsys.readouterr().out)["tensor"]["shape"] == [3]
        assert run("tensor", tmp_path / name) == 2
        assert "holds a, b; select one with --name" in capsys.readouterr().err
    assert run("tensor", tmp_path / "one.safetensors") == 0


def test_json_is_that_of_the_service_without_elements(array: Path, capsys: Captured) -> None:
    assert run("tensor", array, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["tensor", "scale", "report", "findings"]
    assert document["tensor"] == {"dtype": "int8", "shape": [2, 2]}
    assert document["scale"] == 254.0
    assert document["report"]["zeros"] == 1


def test_strict_is_a_gate_for_warnings_that_are_not_allowed(array: Path, capsys: Captured) -> None:
    saturated = ("tensor", array, "--scaling", 1000, "--bits", 8)
    assert run(*saturated) == 0
    assert "warning  SATURATED" in capsys.readouterr().out
    assert run(*saturated, "--strict") == 1
    assert run(*saturated, "--strict", "--allow", "NARROWED") == 1
    capsys.readouterr()
    assert run(*saturated, "--strict", "--allow", "SATURATED") == 0
    assert "allowed  SATURATED" in capsys.readouterr().out
    assert run("tensor", array, "--strict") == 0


def test_an_unknown_code_is_refused_with_the_nearest(array: Path, capsys: Captured) -> None:
    assert run("tensor", array, "--allow", "SATURATE") == 2
    assert "--allow has 'SATURATE', which is the code of no finding; did you mean SATURATED?" in capsys.readouterr().err


def test_a_refusal_has_status_1_and_says_why(tmp_path: Path, capsys: Captured) -> None:
    np.save(tmp_path / "zeros.npy", np.zeros(3))
    assert run("tensor", tmp_path / "zeros.npy", "-o", tmp_path / "q.npy") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "422" in err
    assert not (tmp_path / "q.npy").exists()
    assert run("tensor", tmp_path / "zeros.npy", "--json") == 1
    assert json.loads(capsys.readouterr().out)["problem"]["status"] == 422


@pytest.mark.parametrize(
    "arguments",
    [("tensor", "missing.npy"), ("tensor", "text.npy"), ("tensor", "x.npy", "-o", "q.png"), ("network", "missing.nir")],
)
def test_files_that_are_none_have_status_2(
    arguments: tuple[str, ...], array: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(array.parent)
    (array.parent / "text.npy").write_text("no array")
    assert run(*arguments) == 2
    assert arguments[-1] in capsys.readouterr().err


def test_wrong_usage_has_status_2(capsys: Captured) -> None:
    for arguments in ([], ["tensor"], ["tensor", "x", "--bits", "many"], ["other"]):
        with pytest.raises(SystemExit) as caught:
            run(*arguments)
        assert caught.value.code == 2


def test_no_service_has_status_3(array: Path, capsys: Captured) -> None:
    assert run("tensor", array, "--url", "http://127.0.0.1:1") == 3
    assert "http://127.0.0.1:1" in capsys.readouterr().err


def test_help_names_the_statuses(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        run("--help")
    assert caught.value.code == 0
    assert "exit status" in capsys.readouterr().out


FILES_OF_OTHERS = [
    (b"PK\3\4" + 26 * b"\0" + b"archive/data.pklFB" + 99 * b"Z", "is a PyTorch file, .* safetensors.torch.save_file"),
    (b"\x80\2\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "is a PyTorch file"),
    (b"PK\3\4" + 26 * b"\0" + b"weight.npy", "is an archive of NumPy arrays: .* safetensors.numpy.save_file"),
    (b"\x93NUMPY\1\0v\0", "is one NumPy array"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a pointer of Git LFS .* git lfs pull"),
]


@pytest.mark.parametrize(("content", "message"), FILES_OF_OTHERS)
def test_a_network_in_a_file_of_another_kind_is_told_what_to_do(
    content: bytes, message: str, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "m.pt").write_bytes(content)
    assert run("network", tmp_path / "m.pt") == 2
    assert re.search(f"discretizer: m.pt {message}", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Choose one with rescale.c3=<factor>, or", "Choose one with --rescale c3=<factor>, or"),
        ("by min_v_mem, or min_v_mem.<node> for", "by --min-v-mem, or --min-v-mem <node>=<value> for"),
        ("or send unset_min_v_mem=chip_minimum to", "or give --unset-min-v-mem chip_minimum to"),
        ("it or the parameter spike_threshold is", "it or --spike-threshold is"),
        ("(spike=0:<module> if", "(--spike 0:<module> if"),
        ("weight_bits is 99, expected 2 to 24", "--weight-bits is 99, expected 2 to 24"),
        ('query parameter device is "x"', '--device is "x"'),
        ("or give state_bits if", "or give --state-bits if"),
        ("Give <name>.rescale as a tensor", "Give <name>.rescale as a tensor"),
        ("min_v_mem is unset and became -541", "min_v_mem is unset and became -541"),
        ("Set min_v_mem in training", "Set min_v_mem in training"),
        ("set url= or DISCRETIZER_URL", "set --url or DISCRETIZER_URL"),
    ],
)
def test_messages_name_flags_and_not_query_parameters(text: str, told: str) -> None:
    assert _flags.spoken(text) == told


def test_every_parameter_has_a_flag() -> None:
    helps = []
    for command in ("network", "tensor", "simulate"):
        with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as text:
            run(command, "--help")
        helps.append(text.getvalue())
    for name in _flags.PARAMETERS:
        assert any(f"{_flags.flag(name)} " in text for text in helps), name


def in_bash(script: str, words: Sequence[str]) -> list[str]:
    line = " ".join(f"'{word}'" for word in words)
    script += f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _discretizer; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split()


def in_fish(script: str, words: Sequence[str]) -> list[str]:
    script += f"complete -C '{' '.join(words)}'"
    told = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True)
    return [line.split("\t")[0] for line in told.stdout.splitlines()]


def in_zsh(script: str, words: Sequence[str]) -> list[str]:
    """zsh completes at a terminal alone; of several proposals it writes what they have in common."""
    terminal, other = pty.openpty()
    with subprocess.Popen(["zsh", "-f", "-i"], stdin=other, stdout=other, stderr=other, start_new_session=True) as zsh:
        os.close(other)
        told = b""

        def wait_for(mark: bytes) -> None:
            nonlocal told
            while mark not in told:
                assert select.select([terminal], [], [], 30)[0], told
                told += os.read(terminal, 4096)

        Path("completion.zsh").write_text(script)
        # A widget, so that what is in the line is told after it has been completed.
        widget = "tell() { zle complete-word; print -r -- TOLD $BUFFER END }; zle -N tell; bindkey ^T tell"
        start = f"autoload -Uz compinit; compinit -u -d $PWD/.dump; . ./completion.zsh; {widget}"
        os.write(terminal, f"{start}; PS1=; print READ''Y\n".encode())
        wait_for(b"READY\r\n")
        os.write(terminal, f"{' '.join(words)}\x14".encode())
        wait_for(b" END\r\n")
        zsh.kill()
    os.close(terminal)
    return told.rpartition(b"TOLD ")[2].partition(b" END")[0].decode().split()[-1:]


IN_SHELL = {"bash": in_bash, "zsh": in_zsh, "fish": in_fish}


@pytest.mark.parametrize("shell", _completion.SHELLS)
def test_a_shell_completes_the_command(shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")  # a user's shell, of which a machine seldom has all three
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.nir").touch()
    script = _completion.script(shell, _cli._parser()[1])

    def completed(*words: str) -> list[str]:
        return IN_SHELL[shell](script, words)

    assert completed("discretizer", "net") == ["network"]
    assert completed("discretizer", "network", "mo") == ["model.nir"]
    assert completed("discretizer", "network", "--spike-t") == ["--spike-threshold"]
    assert completed("discretizer", "network", "--unset-min-v-mem", "c") == ["chip_minimum"]
    assert completed("discretizer", "tensor", "--allow", "SAT") == ["SATURATED"]
    assert completed("discretizer", "completion", "f") == ["fish"]
    if shell != "zsh":
        assert {"network", "tensor", "devices", "completion"} <= set(completed("discretizer", ""))
        assert sorted(completed("discretizer", "network", "--sp")) == ["--spike", "--spike-threshold"]


@pytest.mark.parametrize("shell", _completion.SHELLS)
def test_completion_scripts_are_sound(shell: str, tmp_path: Path, capsys: Captured) -> None:
    assert run("completion", shell) == 0
    script = tmp_path / shell
    script.write_text(capsys.readouterr().out)
    assert "unset-min-v-mem" in script.read_text()
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")  # a user's shell, of which a machine seldom has all three
    told = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_tables_fit_80_columns(capsys: Captured) -> None:
    assert run("devices") == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "speck2fmodule" in out
    head = ("layer", *(f"column {number}" for number in range(20)))
    Terminal(sys.stdout).table(head, [("first layer", *map(str, range(20)))])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    blocks = [block.split("\n") for block in "\n".join(lines).split("\n\n")]
    assert all(block[1].startswith("first layer") for block in blocks)
    assert [word for block in blocks for word in block[1].split()[2:]] == list(map(str, range(20)))


def test_help_fits_80_columns(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for command in ([], *([name] for name in _cli._parser()[1])):
        with pytest.raises(SystemExit):
            run(*command, "--help")
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_what_says_the_same_stands_once() -> None:
    unset = Finding("MIN_V_MEM_UNSET", "info", "became -1", "Set it.")
    assumed = Finding("MIN_V_MEM_ASSUMED", "info", "is not given for 2 layers", "Give it.")
    zeros = [Finding("ZERO_FRACTION", "warning", f"{share} %", "Lift what limits.") for share in (60, 70)]
    found = [("", assumed), ("a", unset), ("a", zeros[0]), ("b", unset), ("b", zeros[1])]
    groups = _show.grouped(found)
    assert [(group.code, group.where, group.lines()) for group in groups] == [
        ("MIN_V_MEM_ASSUMED", "", ["is not given for 2 layers"]),
        ("ZERO_FRACTION", "layers a, b", ["a: 60 %", "b: 70 %"]),
    ]
    (group, _) = _show.grouped(found[1:])
    assert (group.where, group.lines()) == ("layers a, b", ["became -1"])


def on_a_terminal(*arguments: object, **environment: str) -> tuple[int, str]:
    """Run the command in a process with a terminal; gives its status and what the terminal got."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "discretizer._cli", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm", **environment}
    )
    os.close(slave)
    text = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    os.close(master)
    return process.wait(30), text.decode()


def test_colours_are_for_terminals_that_want_them(array: Path) -> None:
    saturated: tuple[Any, ...] = ("tensor", array, "--scaling", 1000, "--bits", 8)
    status, text = on_a_terminal(*saturated)
    assert status == 0
    assert "\x1b[33mwarning\x1b[0m" in text
    assert "\x1b[" not in on_a_terminal(*saturated, NO_COLOR="1")[1]
    assert "\x1b[" not in on_a_terminal(*saturated, TERM="dumb")[1]


def test_a_reader_that_had_enough_is_no_failure(array: Path) -> None:
    command = f"{sys.executable} -m discretizer._cli tensor {array} --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    process = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert process.returncode == 0
    assert process.stderr == b""


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).parent / "discretizer"
    told = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    assert told.startswith("discretizer 0.")
