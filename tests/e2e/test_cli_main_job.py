"""The main job by the command line; its bundle checked by stock tools, with none of our code between."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools import find, need
from tests.tui.cli.support import DECISION, DELETED, Segl

pytestmark = pytest.mark.e2e

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "intake-school.toml"
NAMES = ("skærmbillede 1.png", "beskeder.txt", "optagelse.mp4")


@dataclass(frozen=True)
class Job:
    """What the main job left behind.

    Attributes:
        segl: the sender's command line.
        case: the reference.
        originals: the folder of the registered files.
        sealed: the bundle.
        identity: the recipient's age key.
        signer: the line that `segl keys show` printed, in a file of the recipient's own.
    """

    segl: Segl
    case: str
    originals: Path
    sealed: Path
    identity: Path
    signer: Path


def tool(name: str, *arguments: str | Path, cwd: Path, stdin: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a stock tool with nothing of ours on its path or in its environment."""
    found = find(name)
    assert found is not None
    with (stdin or Path(os.devnull)).open("rb") as source:
        return subprocess.run(
            [found, *map(str, arguments)],
            cwd=cwd,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(cwd)},
            stdin=source,
            capture_output=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The issue's script of calls; each exit code is asserted."""
    need("age")
    folder = tmp_path_factory.mktemp("job")
    segl = Segl(folder / "home")
    segl.init()
    case = segl.new_case(EXAMPLE.read_text(encoding="utf-8"))
    segl("note", "add", case, stdin="Første samtale. Hun tog imod et glas vand.\n")
    segl("note", "add", case, stdin="Ringet til hendes far.\nHan kommer klokken to.\n")
    segl("level", case, "3", fds={"--reason-fd": "Hun er i panik og kan kendes."})
    originals = folder / "originals"
    originals.mkdir()
    for name in NAMES:
        (originals / name).write_bytes(name.encode() * 100_000)
    facts = 'platform = "Snapchat"\naccounts = ["ukendt_88"]\nclaimed_at = "i går kl. 21.52"\nholder = "victim"\n'
    added = segl("evidence", "add", case, *(originals / name for name in NAMES), "--facts", "-", "--json", stdin=facts)
    assert [one["missing"] for one in added.json["registered"]] == [
        ["holder_name", "found_at", "came_how", "seen_by"]
    ] * 3
    delete = ("guide", "do", case, "delete-from-platform", "--facts", "-", "--json")
    refused = segl(*delete, stdin=DELETED, code=5).json["error"]
    assert refused["rule"] == "police-first"
    segl("guide", "do", case, "police-decision", "--facts", "-", stdin=DECISION)
    assert segl(*delete, stdin=DELETED).json["step"]["state"] == "done"
    identity = folder / "key.txt"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    recipient = subprocess.run(["age-keygen", "-y", identity], check=True, capture_output=True, text=True).stdout
    sealed = folder / "sag.segl.age"
    segl("seal", case, "--to", recipient.strip(), "--for", "police", "-o", sealed)
    printed = segl("keys", "show").out.splitlines()
    signer = folder / "signer.pub"
    signer.write_text(next(line for line in printed if line.startswith("ssh-ed25519 ")) + "\n")
    return Job(segl, case, originals, sealed, identity, signer)


def unpacked(job: Job, into: Path) -> Path:
    """The folder that comes out, by age and tar."""
    need("age", "tar")
    tar = into / "sag.tar"
    opened = tool("age", "-d", "-i", job.identity, "-o", tar, job.sealed, cwd=into)
    assert opened.returncode == 0, opened.stderr
    assert tool("tar", "-x", "-f", tar, cwd=into).returncode == 0
    tar.unlink()
    [bag] = into.iterdir()
    return bag


def sealed_again(job: Job, bag: Path) -> Path:
    """A changed bag, packed and sealed to the same recipient by tar and age."""
    target = bag.parent / "again.segl.age"
    recipient = subprocess.run(["age-keygen", "-y", job.identity], check=True, capture_output=True, text=True).stdout
    original = subprocess.run(["age", "-d", "-i", job.identity, job.sealed], check=True, capture_output=True).stdout
    order = subprocess.run(["tar", "-t"], input=original, check=True, capture_output=True).stdout
    packing = ["tar", "--format=ustar", "--owner=0", "--group=0", "--numeric-owner", "--no-recursion", "-T", "-", "-c"]
    tar = subprocess.run(packing, input=order, cwd=bag.parent, check=True, capture_output=True).stdout
    subprocess.run(["age", "-r", recipient.strip(), "-o", target], input=tar, check=True, capture_output=True)
    return target


def verified(job: Job, bag: Path) -> subprocess.CompletedProcess[bytes]:
    """`ssh-keygen -Y verify` with the key that `segl keys show` printed, not with the bag's own list."""
    known = bag.parent / "known"
    known.write_text(f'sender namespaces="segl-bundle" {job.signer.read_text()}')
    arguments = ("-Y", "verify", "-f", known, "-I", "sender", "-n", "segl-bundle", "-s", "signature.sshsig")
    done = tool("ssh-keygen", *arguments, cwd=bag, stdin=bag / "tagmanifest-sha256.txt")
    known.unlink()
    return done


def test_the_manifests_hold(job: Job, tmp_path: Path) -> None:
    need("sha256sum")
    bag = unpacked(job, tmp_path)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = tool("sha256sum", "--strict", "-c", manifest, cwd=bag)
        assert done.returncode == 0, done.stdout


def test_it_is_a_valid_bag(job: Job, tmp_path: Path) -> None:
    need("bagit.py")
    done = tool("bagit.py", "--validate", unpacked(job, tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_it_is_signed_by_the_key_that_was_printed(job: Job, tmp_path: Path) -> None:
    need("ssh-keygen")
    done = verified(job, unpacked(job, tmp_path))
    assert done.returncode == 0, done.stderr
    assert b'Good "segl-bundle" signature for sender' in done.stdout


def test_the_evidence_is_the_same_files(job: Job, tmp_path: Path) -> None:
    need("sha256sum")
    bag = unpacked(job, tmp_path)
    done = tool("sha256sum", "--strict", "-c", bag / "data" / "evidence.sha256", cwd=job.originals)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(b": OK") == len(NAMES)
    changed = tmp_path / "changed"
    shutil.copytree(job.originals, changed)
    (changed / NAMES[0]).write_bytes(b"another picture")
    assert tool("sha256sum", "-c", bag / "data" / "evidence.sha256", cwd=changed).returncode != 0


def test_hashdeep_agrees(job: Job, tmp_path: Path) -> None:
    need("hashdeep")
    known = unpacked(job, tmp_path) / "data" / "evidence.hashdeep"
    done = tool("hashdeep", "-b", "-a", "-k", known, *NAMES, cwd=job.originals)
    assert done.returncode == 0, done.stdout


def test_segl_open_says_the_same_without_a_vault(job: Job, tmp_path: Path) -> None:
    police = Segl(tmp_path / "nobody")
    opened = police("open", job.sealed, "--identity", job.identity, "--signer", job.signer, "--json", unlock=False).json
    assert opened["verdicts"]["intact"]["holds"]
    assert opened["verdicts"]["complete"]["holds"]
    assert opened["verdicts"]["signed_by"]["signer"] == "known"
    assert opened["case"]["reference"] == job.case
    assert opened["digest"] == f"sha256:{hashlib.sha256(job.sealed.read_bytes()).hexdigest()}"
    assert not police.home.exists()


def test_without_the_signers_key_it_is_an_unknown_one(job: Job, tmp_path: Path) -> None:
    done = Segl(tmp_path / "nobody")("open", job.sealed, "--identity", job.identity, "--json", unlock=False, code=4)
    assert done.json["verdicts"]["signed_by"]["signer"] == "unknown"


def test_control_a_bag_that_was_packed_again_unchanged_is_fine(job: Job, tmp_path: Path) -> None:
    again = sealed_again(job, unpacked(job, tmp_path))
    opened = Segl(tmp_path / "nobody")(
        "open", again, "--identity", job.identity, "--signer", job.signer, "--json", unlock=False, code=0
    )
    assert opened.json["verdicts"]["intact"]["holds"]


def test_a_bag_signed_by_another_key_fails_everywhere(job: Job, tmp_path: Path) -> None:
    need("ssh-keygen")
    bag = unpacked(job, tmp_path)
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True, capture_output=True)
    (bag / "signature.sshsig").unlink()
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", other, "-n", "segl-bundle", bag / "tagmanifest-sha256.txt"],
        check=True,
        capture_output=True,
    )
    (bag / "tagmanifest-sha256.txt.sig").rename(bag / "signature.sshsig")
    assert verified(job, bag).returncode != 0
    again = sealed_again(job, bag)
    for signers in (("--signer", job.signer), ()):
        opened = Segl(tmp_path / "nobody")(
            "open", again, "--identity", job.identity, *signers, "--json", unlock=False, code=4
        )
        assert opened.json["verdicts"]["signed_by"]["signer"] == "unknown"


def test_a_flipped_byte_in_the_bag_fails_everywhere(job: Job, tmp_path: Path) -> None:
    need("sha256sum", "bagit.py")
    bag = unpacked(job, tmp_path)
    report = bag / "data" / "report.html"
    flipped = bytearray(report.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    report.write_bytes(flipped)
    assert tool("sha256sum", "-c", "manifest-sha256.txt", cwd=bag).returncode != 0
    assert tool("bagit.py", "--validate", bag, cwd=tmp_path).returncode != 0
    opened = Segl(tmp_path / "nobody")(
        "open", sealed_again(job, bag), "--identity", job.identity, "--signer", job.signer, "--json",
        unlock=False, code=4,
    ).json  # fmt: skip
    assert opened["verdicts"]["intact"]["damage"] == "file-changed"
    assert opened["case"] is None


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_flipped_byte_in_the_sealed_file_fails_everywhere(job: Job, tmp_path: Path, place: float) -> None:
    flipped = bytearray(job.sealed.read_bytes())
    flipped[int(len(flipped) * place)] ^= 1
    broken = tmp_path / "broken.segl.age"
    broken.write_bytes(flipped)
    assert tool("age", "-d", "-i", job.identity, "-o", os.devnull, broken, cwd=tmp_path).returncode != 0
    opened = Segl(tmp_path / "nobody")("open", broken, "--identity", job.identity, "--lang", "en", unlock=False, code=4)
    assert "NO" in opened.out


def test_the_sender_opens_a_bundle_sealed_to_the_own_key(job: Job, tmp_path: Path) -> None:
    recipient = job.segl("keys", "show", "--json").json["recipient"]
    sealed = tmp_path / "mine.segl.age"
    job.segl("seal", job.case, "--to", recipient, "--for", "full", "-o", sealed)
    opened = job.segl("open", sealed, "--json").json
    assert opened["verdicts"]["signed_by"]["signer"] == "known"
    assert opened["made_for_you"] is True


def test_what_the_age_command_sealed_to_our_key_opens_here(job: Job, tmp_path: Path) -> None:
    """Sealed again by `age` to what `segl keys show` prints; no identity is given, so the vault's own key opens it."""
    need("age")
    recipient = next(line for line in job.segl("keys", "show").out.split() if line.startswith("age1"))
    ours = tmp_path / "ours.segl.age"
    keygen = tool("age-keygen", "-y", job.identity, cwd=tmp_path).stdout.decode().strip()
    job.segl("seal", job.case, "--to", recipient, "--to", keygen, "--for", "full", "-o", ours)
    bundle, sealed = tmp_path / "bundle.tar", tmp_path / "by-age.segl.age"
    assert tool("age", "-d", "-i", job.identity, "-o", bundle, ours, cwd=tmp_path).returncode == 0
    done = tool("age", "-r", recipient, "-o", sealed, bundle, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    opened = job.segl("open", sealed, "--json").json
    assert all(opened["verdicts"][name]["holds"] for name in ("intact", "complete"))
    assert opened["verdicts"]["signed_by"]["signer"] == "known"
    assert opened["made_for_you"] is True
    assert opened["case"]["reference"] == job.case
    # The control: what the command sealed to somebody else does not open with our key.
    others = tmp_path / "others.segl.age"
    assert tool("age", "-r", keygen, "-o", others, bundle, cwd=tmp_path).returncode == 0
    refused = job.segl("open", others, "--json", code=3).json["error"]
    assert refused["code"] == "age-no-match"


def test_several_recipients_of_a_file_and_an_allowed_signers_file(job: Job, tmp_path: Path) -> None:
    recipients = []
    for name in ("one", "two"):
        subprocess.run(["age-keygen", "-o", tmp_path / name], check=True, capture_output=True)
        shown = subprocess.run(["age-keygen", "-y", tmp_path / name], check=True, capture_output=True, text=True)
        recipients.append(shown.stdout.strip())
    listed = tmp_path / "recipients"
    listed.write_text("# politiet og advokaten\n" + "\n".join(recipients) + "\n")
    own = job.segl("keys", "show", "--json").json["recipient"]
    sealed = tmp_path / "to-three.segl.age"
    made = job.segl("seal", job.case, "--to", listed, "--to", own, "--for", "police", "-o", sealed, "--json").json
    assert made["recipients"] == [*recipients, own]
    known = tmp_path / "known"
    for namespaces, code in (('namespaces="segl-bundle,git" ', 0), ("", 0)):
        known.write_text(f"afsender {namespaces}{job.signer.read_text()}")
        for name in ("one", "two"):
            opened = Segl(tmp_path / "nobody")(
                "open", sealed, "--identity", tmp_path / name, "--signer", known, "--json", unlock=False, code=code
            )
            assert opened.json["verdicts"]["signed_by"]["name"] == "afsender"
    for line in ('afsender namespaces="git" ', 'afsender valid-before="20200101" '):
        known.write_text(line + job.signer.read_text())
        Segl(tmp_path / "nobody")(
            "open", sealed, "--identity", tmp_path / "one", "--signer", known, unlock=False, code=2
        )


def test_a_bundle_sealed_with_a_passphrase(job: Job, tmp_path: Path) -> None:
    sealed, phrase = tmp_path / "p.segl.age", "solen skinner på alle heste"
    job.segl("seal", job.case, "--for", "colleague", "-o", sealed, fds={"--passphrase-fd": phrase})
    police = Segl(tmp_path / "nobody")
    opened = police(
        "open", sealed, "--signer", job.signer, "--json", unlock=False, fds={"--passphrase-fd": phrase + "\n"}
    )
    assert opened.json["verdicts"]["intact"]["holds"]
    police("open", sealed, "--signer", job.signer, unlock=False, fds={"--passphrase-fd": "noget helt andet"}, code=3)
    # Whoever sealed it knows the key, where the vault is opened too; nobody does without.
    job.segl("open", sealed, fds={"--passphrase-fd": phrase})
    job.segl("open", sealed, fds={"--passphrase-fd": phrase}, unlock=False, code=4)


def test_sealing_never_writes_over_a_file(job: Job, tmp_path: Path) -> None:
    there = tmp_path / "there.segl.age"
    there.write_text("noget")
    recipient = job.segl("keys", "show", "--json").json["recipient"]
    job.segl("seal", job.case, "--to", recipient, "--for", "full", "-o", there, code=2)
    assert there.read_text() == "noget"
    assert [path.name for path in tmp_path.iterdir()] == ["there.segl.age"]


def test_the_vault_is_well_and_remembers_what_went_out(job: Job) -> None:
    assert job.segl("doctor", "--json").json["well"]
    words = [line["words"] for line in job.segl("case", "history", job.case, "--json").json["history"]]
    assert any("sag.segl.age" in line for line in words)
