"""Scripts with which a shell completes the command `discretizer`, made from its parser."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Literal, get_args

from discretizer import _codes

Shell = Literal["bash", "zsh", "fish"]
SHELLS: tuple[str, ...] = get_args(Shell)

_BASH = """\
_discretizer() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} words=
    case ${{COMP_WORDS[1]}}:$previous in
{choices}
    esac
    if [[ -z $words && $word == -* ]]; then
        case ${{COMP_WORDS[1]}} in
{options}
        esac
    fi
    if ((COMP_CWORD == 1)); then
        words="{commands}"
    fi
    if [[ -n $words ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    else
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}}
complete -F _discretizer discretizer
"""

_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"


def script(shell: str, commands: Mapping[str, argparse.ArgumentParser]) -> str:
    if shell == "fish":
        return "".join(_fish_lines(commands))
    return (_ZSH if shell == "zsh" else "") + _bash(commands)


def _bash(commands: Mapping[str, argparse.ArgumentParser]) -> str:
    choices, options = [], []
    for name, parser in commands.items():
        for action in _options_of(parser):
            words = _words(action)
            if words:
                flags = "|".join(f"{name}:{flag}" for flag in action.option_strings)
                choices.append(f'        {flags}) words="{" ".join(words)}" ;;')
        flags = " ".join(flag for action in _options_of(parser) for flag in action.option_strings)
        options.append(f'            {name}) words="{flags}" ;;')
        choices += [f'        {name}:{name}) words="{" ".join(words)}" ;;' for words in _first_words(parser)]
    return _BASH.format(choices="\n".join(choices), options="\n".join(options), commands=" ".join(commands))


def _fish_lines(commands: Mapping[str, argparse.ArgumentParser]) -> list[str]:
    first = "complete -c discretizer -f -n __fish_use_subcommand"
    lines = [f"{first} -a '{name}' -d '{_quoted(parser.description or name)}'\n" for name, parser in commands.items()]
    for name, parser in commands.items():
        start = f"complete -c discretizer -n '__fish_seen_subcommand_from {name}'"
        lines += [f"{start} -f -a '{' '.join(words)}'\n" for words in _first_words(parser)]
        for action in _options_of(parser):
            flags = " ".join(
                f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in action.option_strings
            )
            words = _words(action)
            value = f" -x -a '{' '.join(words)}'" if words else "" if action.nargs == 0 else " -r"
            lines.append(f"{start} {flags}{value} -d '{_quoted(_help_of(action))}'\n")
    return lines


def _options_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.option_strings]


def _first_words(parser: argparse.ArgumentParser) -> list[list[str]]:
    """What may stand as an argument without a flag, where that is one of a few words."""
    return [list(action.choices) for action in parser._actions if not action.option_strings and action.choices]


def _words(action: argparse.Action) -> list[str]:
    if action.dest == "allow":
        return sorted(_codes.FINDINGS)
    return [str(choice) for choice in action.choices or ()]


def _help_of(action: argparse.Action) -> str:
    return (action.help or action.dest) % {"default": action.default, "choices": ", ".join(_words(action))}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
