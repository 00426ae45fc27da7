"""What can be wrong with an age file, classed as the public test vectors class it, and with the keys given for one."""

from __future__ import annotations

from typing import ClassVar, Literal

from guidance.errors import Diagnostics, ExitCode, SeglError
from guidance.language import _


class AgeError(SeglError):
    """An age file that cannot be opened.

    Attributes:
        failure_class: the class in the words of the test vectors: `header failure`, `no match`, `HMAC failure`,
            `payload failure` or `armor failure`. The same words are on standard error of `python -m store.age`.
        detail: what exactly was wrong, for developers: English, technical, nothing of the content.
    """

    code = "age-failure"
    exit_code = ExitCode.INTEGRITY
    failure_class: ClassVar[str] = "failure"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class HeaderFailure(AgeError):
    """The header is not what age.md, section 'Header', says, or a stanza meant for an identity is malformed."""

    code = "age-header"
    failure_class = "header failure"

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("This is not a sealed file that can be read: its beginning is damaged or of another kind."),
            safe=_("Nothing was opened and nothing was written."),
            todo=_("Ask the sender for the file once more, and compare its digest by phone."),
        )


class WorkFactorRefused(HeaderFailure):
    """A passphrase stanza asks for more work than is ever done (age.md, section 'scrypt recipient stanza').

    Attributes:
        work_factor: the base-two logarithm that the file asks for.
        limit: the highest that is done.
    """

    code = "age-work-factor"

    def __init__(self, work_factor: int, limit: int) -> None:
        super().__init__(f"scrypt work factor {work_factor} is above {limit}")
        self.work_factor = work_factor
        self.limit = limit

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_(
                "The sealed file asks for so much work for its passphrase that the machine would stand still"
                " ({factor}, at most {limit})."
            ).format(factor=self.work_factor, limit=self.limit),
            safe=_("Nothing was tried and nothing was written."),
            todo=_("Ask the sender to seal it again, to your key or with an ordinary passphrase."),
        )


class WorkFactorUnasked(WorkFactorRefused):
    """A passphrase stanza asks for more work than is done without asking a person, and nobody said that it is fine."""

    code = "age-work-factor-unasked"

    def diagnostics(self) -> Diagnostics:
        from store.age.cost import cost_words

        return Diagnostics(
            happened=cost_words(self.work_factor),
            safe=_("Nothing was tried and nothing was written."),
            todo=_("If that is fine, say so: --costly. Else ask the sender to seal it to your key."),
        )


class MemoryLacking(SeglError):
    """There is not the memory that the work for a passphrase takes.

    Attributes:
        work_factor: the base-two logarithm of the work.
    """

    code = "memory-lacking"

    def __init__(self, work_factor: int) -> None:
        super().__init__(work_factor)
        self.work_factor = work_factor

    def diagnostics(self) -> Diagnostics:
        from store.age.cost import memory_words

        return Diagnostics(
            happened=_("There is not enough memory for the passphrase: it takes {memory}.").format(
                memory=memory_words(self.work_factor)
            ),
            safe=_("Nothing was opened and nothing was written."),
            todo=_("Close other programs and do it again."),
        )


class NoMatch(AgeError):
    """The header is well formed, but none of the identities opens any of its stanzas."""

    code = "age-no-match"
    exit_code = ExitCode.LOCKED
    failure_class = "no match"

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("None of your keys or passphrases opens this sealed file."),
            safe=_("Nothing was opened and nothing was written."),
            todo=_("Check the passphrase, or ask the sender which key the file was sealed to."),
        )


class HmacFailure(AgeError):
    """A stanza opens, but the header around it is not the one that was sealed (age.md, section 'Header MAC')."""

    code = "age-hmac"
    failure_class = "HMAC failure"

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The beginning of the sealed file was changed after it was sealed."),
            safe=_("Nothing was opened and nothing was written."),
            todo=_("Ask the sender for the file once more, and compare its digest by phone."),
        )


class PayloadFailure(AgeError):
    """The content was cut short, changed or added to (age.md, section 'Payload')."""

    code = "age-payload"
    failure_class = "payload failure"

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The content of the sealed file was cut short or changed after it was sealed."),
            safe=_("Use nothing of it: what came before the damage is not the whole."),
            todo=_("Ask the sender for the file once more, and compare its digest by phone."),
        )


class ArmorFailure(AgeError):
    """The text form around the file is not strict PEM (age.md, section 'ASCII armor')."""

    code = "age-armor"
    failure_class = "armor failure"

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The sealed file is in text form, and the text was changed on its way."),
            safe=_("Use nothing of it: what came before the damage is not the whole."),
            todo=_("Ask the sender to send it as a file, not as text in a message."),
        )


class RecipientInvalid(SeglError):
    """A string that is no recipient that can be sealed to. Plugins and SSH keys are never resolved.

    Attributes:
        detail: what was wrong, for developers.
    """

    code = "age-recipient-invalid"
    exit_code = ExitCode.USAGE

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("This is not a recipient that can be sealed to."),
            todo=_("A recipient begins with age1 and is copied whole; a slip of one character is noticed."),
        )


class SecretKeyGiven(RecipientInvalid):
    """A secret key was given where its public half, or the name of a file, belongs. It is never repeated.

    Attributes:
        instead: what belongs there: a `recipient` or a `file`.
    """

    code = "age-secret-key-given"

    def __init__(self, *, instead: Literal["recipient", "file"]) -> None:
        super().__init__("a secret key")
        self.instead = instead

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("This is a secret key. It is not repeated here.")
            if self.instead == "file"
            else _("This is a secret key. What belongs here is its public half, which begins with age1."),
            safe=_("Nothing was sealed, opened or written."),
            todo=_("Give the name of a file that it stands in, and make a new key if the shell's history has this one.")
            if self.instead == "file"
            else _("If it was typed on a command line, the shell's history has it now: make a new key."),
        )


class IdentityInvalid(SeglError):
    """A text that holds no usable identity. The text itself is never repeated: it may be a secret key.

    Attributes:
        detail: what was wrong and on which line, for developers.
    """

    code = "age-identity-invalid"
    exit_code = ExitCode.USAGE

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("The key file holds no key that can be used."),
            todo=_("A key begins with AGE-SECRET-KEY-1; lines that begin with # are comments."),
        )


class RecipientsRefused(SeglError):
    """Recipients that must not be together in one file, none at all, or too many.

    Attributes:
        detail: which rule, for developers.
    """

    code = "age-recipients-refused"
    exit_code = ExitCode.USAGE

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("These recipients cannot be together in one sealed file."),
            todo=_(
                "A passphrase stands alone, and a post-quantum recipient is not mixed with others:"
                " make one sealed file for each."
            ),
        )


class SealCancelled(SeglError):
    """Somebody asked to stop, or said no. A file that was being written has no end and opens for nobody."""

    code = "age-cancelled"

    def diagnostics(self) -> Diagnostics:
        return Diagnostics(
            happened=_("Stopped on request."), safe=_("What was begun is not whole, and none of it is used.")
        )
