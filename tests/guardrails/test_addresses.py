"""Nobody reaches our own network by naming it as a receiver of webhooks."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from guardrails.outbox import addresses
from guardrails.outbox import post as posting
from guardrails.outbox.addresses import RefusedAddressError, check_url, is_public
from guardrails.outbox.post import post
from tests.guardrails.receiver import serving

PUBLIC = "93.184.216.34"
NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "198.18.0.1",
    "192.0.2.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "100::1",
]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names mean; as a name server would say."""
    found: dict[str, list[str]] = {}
    monkeypatch.setattr(addresses, "resolve", lambda host, port: found.get(host, []))
    return found


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_this_is_not_a_public_address(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_this_is(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_for_it_is_refused_too(address, names):
    names["pay.example.com"] = [PUBLIC, address]
    with pytest.raises(RefusedAddressError, match="not a public address"):
        check_url("https://pay.example.com/hooks")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:169.254.169.254]/latest/meta-data/",
        "https://localhost/",
        "https://localhost./",
    ],
)
def test_no_way_of_writing_this_machine_helps(url):
    with pytest.raises(RefusedAddressError):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://pay.example.com/", "must start with https"),
        ("ftp://pay.example.com/", "must start with https"),
        ("file:///etc/passwd", "must start with https"),
        ("javascript:alert(1)", "must start with https"),
        ("//pay.example.com/", "must start with https"),
        ("https://", "names no host"),
        ("https:///hooks", "names no host"),
        ("https://user:secret@pay.example.com/", "user name"),
        ("https://pay.example.com@127.0.0.1/", "user name"),
        ("https://pay.example.com/#part", "what follows #"),
        ("https://pay.example.com:99999/", "no web address"),
        ("https://pay.example.com:0/", "names no host"),
        ("https://[::1/", "no web address"),
        ("https://pay.example.com/a b", "without spaces"),
        ("https://pay.example.com/\r\nX-Evil: 1", "without spaces"),
        ("https://127.0.0.1\\@pay.example.com/", "without spaces"),
        ("https://pаy.example.com/", "beyond ASCII"),
        ("https://nowhere.invalid/", "There is no host"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_a_reason(url, why, names):
    names["pay.example.com"] = [PUBLIC]
    with pytest.raises(RefusedAddressError, match=why):
        check_url(url)


def test_a_public_address_is_taken(names):
    names["pay.example.com"] = [PUBLIC]
    check_url("https://pay.example.com:8443/hooks?of=guardrails")


def test_a_name_that_means_something_else_a_moment_later_gains_nothing(monkeypatch):
    """The form saw a public address; the delivery asks again, once, and connects to nothing that it has not checked."""
    meanings = iter([[PUBLIC], ["127.0.0.1"]])
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(meanings)

    monkeypatch.setattr(addresses, "resolve", resolve)
    check_url("https://rebinds.example.com/")
    attempt = post(url="https://rebinds.example.com/", headers={}, body=b"{}")
    assert attempt.error == "rebinds.example.com is at 127.0.0.1, which is not a public address."
    assert len(asked) == 2


def test_the_connection_is_made_to_the_address_that_was_checked_and_the_name_is_kept(names, settings, monkeypatch):
    """A name that no system knows: who connects must have used the address from the check."""
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    names["pay.example.test"] = ["127.0.0.1"]
    with serving() as receiver:
        attempt = post(url=f"http://pay.example.test:{receiver.port}/hooks", headers={}, body=b"{}")
    assert attempt.error == ""
    assert receiver.received[0].headers["host"] == f"pay.example.test:{receiver.port}"


def test_certificates_are_checked_against_the_name(names, settings, monkeypatch, tmp_path):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    names["pay.example.test"] = names["other.example.test"] = ["127.0.0.1"]
    server, client = _certified("pay.example.test", tmp_path)
    monkeypatch.setattr(posting, "tls", lambda: client)
    with serving(tls=server) as receiver:
        right = post(url=f"https://pay.example.test:{receiver.port}/", headers={}, body=b"{}")
        wrong = post(url=f"https://other.example.test:{receiver.port}/", headers={}, body=b"{}")
    assert right.error == ""
    assert "certificate" in wrong.error
    assert len(receiver.received) == 1


def test_a_proxy_of_the_environment_is_not_asked(names, settings, monkeypatch):
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    names["pay.example.test"] = ["127.0.0.1"]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with serving() as receiver:
        assert post(url=f"http://pay.example.test:{receiver.port}/", headers={}, body=b"{}").error == ""


def _certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context for one name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate: Any = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both = folder / "server.pem"
    both.write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    client = ssl.create_default_context(cadata=pem.decode())
    return server, client


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "[fe80::1]", "224.0.0.1", "[ff02::1]", "0.0.0.0", "[::]", "2852039166",
        "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "100.100.100.200", "[fd00:ec2::254]",
    ],
)  # fmt: skip
def test_where_private_addresses_are_allowed_no_metadata_and_no_crowd_is(address: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    with pytest.raises(RefusedAddressError, match="where no receiver can be"):
        check_url(f"http://{address}/")


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]", "10.0.0.5", "192.168.1.2", "[fd00::1]"])
def test_where_private_addresses_are_allowed_they_are(address: str, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    check_url(f"http://{address}/")
