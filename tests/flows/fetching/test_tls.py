"""Over https the certificate is checked for the name in the URL, although the address is looked up by ourselves."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.fetching import fetch as fetching
from tests.flows.fetching.conftest import MakeFetcher
from tests.flows.fetching.site import BAY, POST, Site

x509 = pytest.importorskip("cryptography.x509")


@pytest.fixture
def secure_site(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The site over https, with a certificate for one of its names that is trusted here."""
    path = tmp_path / "certificate.pem"
    path.write_bytes(make_certificate(POST))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    site.secure(context)
    trusted = ssl.create_default_context(cafile=str(path))
    monkeypatch.setattr(fetching, "_tls", lambda: trusted)
    return site


def make_certificate(name: str) -> bytes:
    """Key and certificate, signed by itself."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, form, plain) + certificate.public_bytes(pem)


def test_the_certificate_must_be_of_the_name(secure_site: Site, make_fetcher: MakeFetcher) -> None:
    right, wrong = (secure_site.page("/a", "News", host=host).replace("http:", "https:") for host in (POST, BAY))
    secure_site.feed("/feed.xml", right, wrong)
    fetched = make_fetcher()(f"feed:{secure_site.url('/feed.xml', scheme='https')}")
    assert (fetched.pages, fetched.waiting) == (1, 1)
    assert {each.host for each in secure_site.asked} == {POST}
