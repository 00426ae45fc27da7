"""`python -m store.age`: seal and open files with the options of the age command, for scripts and for benchmarks.

On failure the exit status is 1 and standard error begins with the class of the failure: `header failure: ...`. Of a
damaged file that is opened, what verified before the damage has been written by then and stays, as with age: to
standard output, or to `-o`. Of everything else that fails, nothing is left.
"""

from __future__ import annotations

import argparse
import errno
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
    from store.age.keys import Identity, KeyIdentity
    from store.secret import Secret

_STDIN = 0
_STDOUT = 1
_MAX_KEY_FILE = 16 * 1024 * 1024
"""Bytes, as with age."""


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


class PassphraseUnusable(SeglError):
    """The passphrase is empty, or its bytes are no text."""

    code: ClassVar[str] = "passphrase-unusable"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The passphrase is empty, or is not text in UTF-8."),
            safe=_("Nothing was written."),
            todo=_("Give one that has letters in it."),
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
    add("-o", "--output", metavar="OUT", help=N_("write to this file; one that is there is replaced"))
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
    wants_input = [options.passphrase_fd == _STDIN, options.input in (None, "-")]
    wants_input += [name == "-" for name in options.identity + options.recipients_file]
    if sum(wants_input) > 1:
        parser.error(_("standard input is used for more than one thing"))
    if not options.decrypt:
        if options.identity and not options.encrypt:
            parser.error(_("to seal to the keys of -i, say -e; to open with them, -d"))
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
    from store.age.keys import Recipient, parse_recipient, parse_recipients
    from store.age.writer import EncryptingWriter

    recipients: list[Recipient] = [parse_recipient(text) for text in options.recipient]
    for name in options.recipients_file:
        recipients += parse_recipients(_decoded(_bytes(name)))
    for name in options.identity:
        recipients += [identity.recipient for identity in _identities(name, _Asks(options.passphrase_fd))]
    if options.passphrase or options.passphrase_fd is not None:
        from store.age.scrypt import ScryptRecipient
        from store.secret import Secret

        recipients.append(ScryptRecipient(Secret.from_text(_passphrase(options.passphrase_fd, twice=True))))
    with EncryptingWriter(_output(options.output, stack), recipients, armored=options.armor) as writer:
        writer.write_from(source)


def _open(source: Reads, stack: ExitStack, options: argparse.Namespace) -> None:
    from store.age.errors import ArmorFailure, PayloadFailure
    from store.age.reader import DecryptingReader

    ask = _Asks(options.passphrase_fd)
    identities: list[Identity] = []
    for name in options.identity:
        identities += _identities(name, ask)
    if not identities or options.passphrase or options.passphrase_fd is not None:
        identities.append(ask.identity())
    with DecryptingReader(source, identities) as reader:
        output = _output(options.output, stack)
        try:
            reader.read_into(output)
        except (PayloadFailure, ArmorFailure):
            if reader.verified > 0:
                _keep(output)
            raise


def _keep(output: Writes) -> None:
    from store.age.output import OutputFile

    if isinstance(output, OutputFile):
        output.keep()


class _Asks:
    """Asks for the passphrase once, when it is first needed."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._forms: list[Secret] = []

    def __call__(self) -> list[Secret]:
        if not self._forms:
            from store.secret import Secret

            text = _passphrase(self._descriptor, twice=False)
            # As Segl seals, and as it came: other programs seal with what was typed.
            normal, typed = Secret.from_text(text), Secret(text.encode())
            self._forms = [normal] if normal == typed else [normal, typed]
        return self._forms

    def identity(self) -> Identity:
        from store.age.scrypt import ScryptIdentity

        return ScryptIdentity(self)


def _identities(name: str, ask: _Asks) -> Sequence[KeyIdentity]:
    """The keys in a file, which may itself be sealed with a passphrase."""
    from store.age.keys import parse_identities

    data = _bytes(name)
    if data.startswith((b"age-encryption.org/", b"-----BEGIN AGE")):
        from store.age.reader import DecryptingReader

        with DecryptingReader(io.BytesIO(data), [ask.identity()]) as reader:
            data = reader.read()
    return parse_identities(_decoded(data))


def _bytes(name: str) -> bytes:
    # A device, or a file named by mistake, is not read to its end.
    with open(_STDIN if name == "-" else name, "rb", closefd=name != "-") as file:
        data = file.read(_MAX_KEY_FILE + 1)
    if len(data) > _MAX_KEY_FILE:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
    return data


def _decoded(data: bytes) -> str:
    # Windows editors put a mark first.
    return data.decode("utf-8-sig", errors="replace")


def _passphrase(descriptor: int | None, *, twice: bool) -> str:
    if descriptor is not None:
        with io.FileIO(descriptor, closefd=False) as file:
            typed = file.readall().removesuffix(b"\n").removesuffix(b"\r")
        try:
            first = typed.decode()
        except UnicodeDecodeError:
            raise PassphraseUnusable from None
    else:
        from getpass import getpass

        first = getpass(_("Passphrase: "))
        if twice and getpass(_("The same once more: ")) != first:
            raise PassphrasesDiffer
    if twice and not first:
        raise PassphraseUnusable
    return first


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _ended)
    sys.exit(main())
