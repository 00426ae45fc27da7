"""`python -m store.age`: seal and open files with the options of the age command, for scripts and for benchmarks.

On failure the exit status is 1 and standard error begins with the class of the failure: `header failure: ...`; of
options that do not go together, with `usage: ...`. As with age it is 2 only for an option that does not exist or has no
value. Of a damaged file that is opened, what verified before the damage has been written by then and stays, as with
age: to standard output, or to `-o`. Of everything else that fails, nothing is left.

A passphrase is asked for at the terminal, never on standard input. Before one that costs more than age's own work
factor of 18 is tried, a person is asked there whether the time and the memory are fine; a no is `age-cancelled`. Where
nobody is asked, because the passphrase comes on a descriptor, a line on standard error says what it costs, before all
else, and the work is done. Above a factor of 20 nothing is asked and nothing is done.
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
from typing import TYPE_CHECKING, NoReturn, cast

from guidance.errors import SeglError, without_secret_keys
from guidance.language import N_, _, set_language, system_language
from store.age.blocks import Reads, Writes

if TYPE_CHECKING:
    from store.age.asking import Asks
    from store.age.keys import Identity, KeyIdentity

_STDIN = 0
_STDOUT = 1
_MAX_KEY_FILE = 16 * 1024 * 1024
"""Bytes, as with age."""
_LONG_NAMES = frozenset(
    {"encrypt", "decrypt", "recipient", "recipients-file", "identity", "passphrase", "passphrase-fd"}
    | {"armor", "output", "version", "help"}
)


class _WrongUse(Exception):
    """Options that do not go together; in words."""


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
    add("-e", "--encrypt", action="store_true", help=N_("seal (what is done without -d)"))
    add("-d", "--decrypt", action="store_true", help=N_("open"))
    recipient = N_("seal to this recipient (age1...); may be repeated")
    add("-r", "--recipient", action="append", default=[], help=recipient)
    add("-R", "--recipients-file", action="append", default=[], help=N_("seal to the recipients in this file"))
    add("-i", "--identity", action="append", default=[], help=N_("a file with secret keys; may be repeated"))
    add("-p", "--passphrase", action="store_true", help=N_("use a passphrase"))
    add("--passphrase-fd", type=_descriptor, metavar="N", help=N_("read the passphrase from this file descriptor"))
    add("-a", "--armor", action="store_true", help=N_("write the text form"))
    add("-o", "--output", metavar="OUT", help=N_("write to this file; one that is there is replaced"))
    add("--version", action="store_true", help=N_("show the version"))
    add("input", nargs="*", metavar="IN", help=N_("the file to read; standard input without it"))
    return parser


def _descriptor(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise argparse.ArgumentTypeError(_("not the number of a descriptor"))
    return int(text)


def _spelled_out(arguments: Sequence[str]) -> list[str]:
    """The same with two dashes before each long name, of which age also takes one; what follows `--` is no option."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [f"-{one}" if _has_one_dash(one) else one for one in arguments[:end]] + list(arguments[end:])


def _has_one_dash(one: str) -> bool:
    return one.startswith("-") and one[1:].partition("=")[0] in _LONG_NAMES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 1 on a failure. An option that does not exist or has no value ends the process with 2.
    """
    set_language(system_language())
    options = _parser().parse_args(_spelled_out(sys.argv[1:] if arguments is None else arguments))
    if options.version:
        from importlib.metadata import version

        print(version("segl"))  # noqa: T201
        return 0
    try:
        _check(options)
        with ExitStack() as stack:
            source = cast("Reads", stack.enter_context(_input(_input_name(options))))
            if options.decrypt:
                _open(source, stack, options)
            else:
                _seal(source, stack, options)
    except _WrongUse as wrong:
        return _failed("usage", str(wrong))
    except SeglError as error:
        detail = getattr(error, "detail", "")
        return _failed(getattr(error, "failure_class", error.code), f"{error}" + (f" ({detail})" if detail else ""))
    except (OSError, MemoryError) as error:
        return _failed("error", str(error) or os.strerror(errno.ENOMEM))
    return 0


def _failed(name: str, words: str) -> int:
    print(f"{name}: {without_secret_keys(words)}", file=sys.stderr)  # noqa: T201
    return 1


def _input_name(options: argparse.Namespace) -> str | None:
    return next(iter(options.input), None)


def _check(options: argparse.Namespace) -> None:
    """Raises `_WrongUse`, before anybody is asked for anything."""
    if len(options.input) > 1:
        raise _WrongUse(_("only one file is read"))
    wants_input = [options.passphrase_fd == _STDIN, _input_name(options) in (None, "-")]
    wants_input += [name == "-" for name in options.identity + options.recipients_file]
    if sum(wants_input) > 1:
        raise _WrongUse(_("standard input is used for more than one thing"))
    to_keys = bool(options.recipient or options.recipients_file or options.identity)
    if options.decrypt:
        if options.encrypt:
            raise _WrongUse(_("-e and -d do not go together"))
        if options.recipient or options.recipients_file or options.armor:
            raise _WrongUse(_("-r, -R and -a are for sealing"))
        return
    if options.identity and not options.encrypt:
        raise _WrongUse(_("to seal to the keys of -i, say -e; to open with them, -d"))
    if options.passphrase and to_keys:
        raise _WrongUse(_("a passphrase (-p) does not go together with -r, -R or -i"))
    if options.passphrase_fd is not None and to_keys and not options.identity:
        raise _WrongUse(_("a passphrase does not go together with -r or -R"))
    if not (to_keys or _by_passphrase(options)):
        raise _WrongUse(_("say whom to seal to: -r, -R, -i or -p"))
    if options.output in (None, "-") and not options.armor and os.isatty(_STDOUT):
        raise _WrongUse(_("a terminal takes no sealed bytes: use -o or -a"))


def _by_passphrase(options: argparse.Namespace) -> bool:
    """Whether it is sealed with a passphrase. Beside `-i`, one that comes on a descriptor opens the file of keys."""
    return options.passphrase or (options.passphrase_fd is not None and not options.identity)


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
    from store.age.asking import Asks
    from store.age.keys import Recipient, parse_recipient, parse_recipients
    from store.age.writer import EncryptingWriter

    ask = Asks(options.passphrase_fd)
    recipients: list[Recipient] = [parse_recipient(text) for text in options.recipient]
    for name in options.recipients_file:
        recipients += parse_recipients(_decoded(_bytes(name)))
    for name in options.identity:
        recipients += [identity.recipient for identity in _identities(name, ask)]
    if _by_passphrase(options):
        from store.age.asking import passphrase
        from store.age.scrypt import ScryptRecipient
        from store.secret import Secret

        recipients.append(ScryptRecipient(Secret.from_text(passphrase(options.passphrase_fd, twice=True))))
    with EncryptingWriter(_output(options.output, stack), recipients, armored=options.armor) as writer:
        writer.write_from(source)


def _open(source: Reads, stack: ExitStack, options: argparse.Namespace) -> None:
    from store.age.asking import Asks
    from store.age.errors import ArmorFailure, PayloadFailure
    from store.age.reader import DecryptingReader

    ask = Asks(options.passphrase_fd)
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


def _identities(name: str, ask: Asks) -> Sequence[KeyIdentity]:
    """The keys in a file, which may itself be sealed with a passphrase."""
    from store.age.keys import parse_identities

    data = _bytes(name)
    if data.startswith((b"age-encryption.org/", b"-----BEGIN AGE")):
        from store.age.reader import DecryptingReader

        with DecryptingReader(io.BytesIO(data), [ask.identity()]) as reader:
            data = reader.read()
    return parse_identities(_decoded(data))


def _bytes(name: str) -> bytes:
    from store.age.errors import SecretKeyGiven
    from store.age.keys import is_secret_key

    if is_secret_key(name):
        raise SecretKeyGiven(instead="file")
    # A device, or a file named by mistake, is not read to its end.
    with open(_STDIN if name == "-" else name, "rb", closefd=name != "-") as file:
        data = file.read(_MAX_KEY_FILE + 1)
    if len(data) > _MAX_KEY_FILE:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
    return data


def _decoded(data: bytes) -> str:
    # Windows editors put a mark first.
    return data.decode("utf-8-sig", errors="replace")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _ended)
    sys.exit(main())
