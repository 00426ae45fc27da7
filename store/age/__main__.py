"""`python -m store.age`: seal and open files with the options of the age command, for scripts and for benchmarks.

On failure the exit status is 1 and standard error begins with the class of the failure: `header failure: ...`. With
`-o` nothing is left of a failed run; to standard output the verified part has gone out by then, as with age.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NoReturn, cast

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import N_, _, set_language, system_language
from store.age.blocks import Reads, Writes

if TYPE_CHECKING:
    from store.age.keys import Identity

_STDIN = 0
_STDOUT = 1


class PassphrasesDiffer(SeglError):
    """The passphrase was typed twice, and not alike."""

    code: ClassVar[str] = "passphrases-differ"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The two passphrases are not the same."),
            safe=_("Nothing was written."),
            todo=_("Type it again, twice alike."),
        )


class _Parser(argparse.ArgumentParser):
    """Looks its words up when they are shown: the catalogue is no part of a start that shows none."""

    def format_help(self) -> str:
        if self.description:
            self.description = _(self.description)
        for action in self._actions:
            if action.help:
                action.help = _(action.help)
        return super().format_help()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m store.age",
        description=N_("Seal a file to recipients, or open one that was sealed (age v1)."),
        # With a width of its own argparse does not ask the terminal, which would load the archive formats with shutil.
        formatter_class=lambda prog: argparse.HelpFormatter(prog, width=100),
    )
    add = parser.add_argument
    way = parser.add_mutually_exclusive_group()
    way.add_argument("-e", "--encrypt", action="store_true", help=N_("seal (what is done without -d)"))
    way.add_argument("-d", "--decrypt", action="store_true", help=N_("open"))
    recipient = N_("seal to this recipient (age1...); may be repeated")
    add("-r", "--recipient", action="append", default=[], help=recipient)
    add("-R", "--recipients-file", action="append", default=[], help=N_("seal to the recipients in this file"))
    add("-i", "--identity", action="append", default=[], help=N_("a file with secret keys; may be repeated"))
    add("-p", "--passphrase", action="store_true", help=N_("use a passphrase"))
    add("--passphrase-fd", type=int, metavar="N", help=N_("read the passphrase from this file descriptor"))
    add("-a", "--armor", action="store_true", help=N_("write the text form"))
    add("-o", "--output", metavar="OUT", help=N_("write to this file, whole or not at all"))
    add("input", nargs="?", metavar="IN", help=N_("the file to read; standard input without it"))
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 1 on a failure. A wrong use of options ends the process with 2.
    """
    set_language(system_language())
    parser = _parser()
    options = parser.parse_args(arguments)
    has_passphrase = options.passphrase or options.passphrase_fd is not None
    if options.passphrase_fd == _STDIN and options.input in (None, "-"):
        parser.error(_("standard input is either the passphrase or the file"))
    if not options.decrypt:
        if not (options.recipient or options.recipients_file or options.identity or has_passphrase):
            parser.error(_("say whom to seal to: -r, -R, -i or -p"))
        if options.output in (None, "-") and not options.armor and os.isatty(_STDOUT):
            parser.error(_("a terminal takes no sealed bytes: use -o or -a"))
    elif options.recipient or options.recipients_file or options.armor:
        parser.error(_("-r, -R and -a are for sealing"))
    try:
        with ExitStack() as stack:
            source = cast("Reads", stack.enter_context(_input(options.input)))
            if options.decrypt:
                _open(source, stack, options)
            else:
                _seal(source, stack, options)
    except SeglError as error:
        name = getattr(error, "failure_class", error.code)
        detail = getattr(error, "detail", "")
        print(f"{name}: {error}" + (f" ({detail})" if detail else ""), file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _ended(number: int, frame: object) -> NoReturn:
    # An exception, so that what was begun under -o is cleared away.
    sys.exit(128 + number)


def _input(name: str | None) -> io.RawIOBase:
    return io.FileIO(_STDIN, closefd=False) if name is None or name == "-" else io.FileIO(name)


def _output(name: str | None, stack: ExitStack) -> Writes:
    if name is None or name == "-":
        return cast("Writes", io.FileIO(_STDOUT, "wb", closefd=False))
    from store.age.output import OutputFile

    return stack.enter_context(OutputFile(Path(name)))


def _seal(source: Reads, stack: ExitStack, options: argparse.Namespace) -> None:
    from store.age.keys import Recipient, parse_identities, parse_recipient, parse_recipients
    from store.age.writer import EncryptingWriter

    recipients: list[Recipient] = [parse_recipient(text) for text in options.recipient]
    for name in options.recipients_file:
        recipients += parse_recipients(_text(name))
    for name in options.identity:
        recipients += [identity.recipient for identity in parse_identities(_text(name))]
    if options.passphrase or options.passphrase_fd is not None:
        from store.age.scrypt import ScryptRecipient
        from store.secret import Secret

        recipients.append(ScryptRecipient(Secret.from_text(_passphrase(options.passphrase_fd, twice=True))))
    with EncryptingWriter(_output(options.output, stack), recipients, armored=options.armor) as writer:
        writer.write_from(source)


def _open(source: Reads, stack: ExitStack, options: argparse.Namespace) -> None:
    from store.age.keys import parse_identities
    from store.age.reader import DecryptingReader

    identities: list[Identity] = []
    for name in options.identity:
        identities += parse_identities(_text(name))
    if not identities or options.passphrase or options.passphrase_fd is not None:
        identities.append(_passphrase_identity(options.passphrase_fd))
    with DecryptingReader(source, identities) as reader:
        reader.read_into(_output(options.output, stack))


def _passphrase_identity(descriptor: int | None) -> Identity:
    from store.age.scrypt import ScryptIdentity
    from store.secret import Secret

    def ask() -> list[Secret]:
        text = _passphrase(descriptor, twice=False)
        # As Segl seals, and as it came: other programs seal with what was typed.
        normal, typed = Secret.from_text(text), Secret(text.encode())
        return [normal] if normal == typed else [normal, typed]

    return ScryptIdentity(ask)


def _text(name: str) -> str:
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    return data.decode("utf-8", errors="replace")


def _passphrase(descriptor: int | None, *, twice: bool) -> str:
    if descriptor is not None:
        with io.FileIO(descriptor, closefd=False) as file:
            return file.readall().decode().removesuffix("\n").removesuffix("\r")
    from getpass import getpass

    first = getpass(_("Passphrase: "))
    if twice and getpass(_("The same once more: ")) != first:
        raise PassphrasesDiffer
    return first


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(main())
