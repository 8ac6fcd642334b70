"""Issues tokens as Cloudforet's own identity service does, and broken ones.

Prints JSON: the public keys of domains, as Domain.get_public_key answers them, and
the tokens by name. Each run makes new keys. The tests run it where Python has the
package cryptography, and check what it printed once in any case:

    python3 tokens.py >tokens.json
"""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

YEAR_2100 = 4102444800


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(key):
    numbers = key.public_key().public_numbers()
    return {"e": number(numbers.e), "kty": "RSA", "n": number(numbers.n)}


def ec_jwk(key):
    numbers = key.public_key().public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": number(numbers.x, 32), "y": number(numbers.y, 32)}


def okp_jwk(key):
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": b64(raw)}


def rs256(key, data):
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def es256(key, data):
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def eddsa(key, data):
    return key.sign(data)


def hs256(secret, data):
    return hmac.new(secret, data, hashlib.sha256).digest()


def token(header, claims, sign):
    head = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    return head + "." + b64(sign(head.encode()))


def new_rsa():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


root, tenant, refresh = new_rsa(), new_rsa(), new_rsa()
curve = ec.generate_private_key(ec.SECP256R1())
edwards = ed25519.Ed25519PrivateKey.generate()

KEYS = {
    "domain-root": rsa_jwk(root),
    "domain-a": rsa_jwk(tenant),
    # A key may say more of itself than it has to.
    "domain-b": {
        **rsa_jwk(tenant), "kid": "b-1", "alg": "RS256", "use": "sig",
        "key_ops": ["verify"], "made_by": "somebody",
    },
    "domain-ec": ec_jwk(curve),
    "domain-ed": okp_jwk(edwards),
}

COMMON = {"iss": "spaceone.identity", "jti": "abcdefgh12345678", "iat": 1700000000, "ver": "2.0"}


def claims(**changes):
    """Claims of an access token; None leaves one out."""
    said = {
        **COMMON, "typ": "ACCESS_TOKEN", "own": "USER", "did": "domain-a", "aud": "user@example.com",
        "exp": YEAR_2100, "rol": "DOMAIN_ADMIN", **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def system(**changes):
    """Claims of a system token, which has neither a role nor an end."""
    said = {"typ": "SYSTEM_TOKEN", "own": "SYSTEM", "did": "domain-root", "aud": "admin", "rol": None, "exp": None}
    return claims(**{**said, **changes})


def by(key, sign, algorithm, said, **header):
    return token({"alg": algorithm, **header}, said, lambda data: sign(key, data))


def a(**changes):
    """A token of domain-a."""
    return by(tenant, rs256, "RS256", claims(**changes))


workspace = {"rol": "WORKSPACE_OWNER", "wid": "workspace-1"}
public_text = json.dumps(KEYS["domain-a"]).encode()
public_pem = tenant.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
whole = a().split(".")

TOKENS = {
    "domain admin": a(),
    "workspace owner": a(**workspace, user_groups=["ug-1"], identity_base_url="https://example.com"),
    "workspace member": a(rol="WORKSPACE_MEMBER", wid="workspace-1", projects=["project-1"]),
    "user": a(rol="USER", permissions=["identity:UserProfile"], injected_params={"user_id": "x"}),
    "app": a(own="APP", typ="CLIENT_SECRET", aud="app-1", jti="client-1", **workspace),
    "system in a workspace": a(own="SYSTEM", aud="admin", permissions=["inventory:Region.read"], **workspace),
    "key with more members": by(tenant, rs256, "RS256", claims(did="domain-b"), kid="b-1", typ="JWT"),
    "ES256": by(curve, es256, "ES256", claims(did="domain-ec")),
    "EdDSA": by(edwards, eddsa, "EdDSA", claims(did="domain-ed")),
    "system token": by(root, rs256, "RS256", system()),
    "system token that expires": by(root, rs256, "RS256", system(exp=YEAR_2100)),
    "system admin": by(root, rs256, "RS256", claims(rol="SYSTEM_ADMIN", did="domain-root")),

    "no exp": a(exp=None),
    "no exp, of an app": a(own="APP", typ="CLIENT_SECRET", aud="app-1", jti="client-1", exp=None, **workspace),
    "no exp, of a system admin": by(root, rs256, "RS256", claims(rol="SYSTEM_ADMIN", did="domain-root", exp=None)),
    "exp 0": a(exp=0),
    "exp in words": a(exp="never"),
    "system token of a tenant": by(tenant, rs256, "RS256", system(did="domain-a")),
    "system token that has expired": by(root, rs256, "RS256", system(exp=1700000100)),
    "system token by another key": by(tenant, rs256, "RS256", system()),
    "system admin of a tenant": a(rol="SYSTEM_ADMIN"),
    "client secret of the system": a(own="SYSTEM", typ="CLIENT_SECRET", **workspace),
    "system admin of a tenant, by the system": a(own="SYSTEM", rol="SYSTEM_ADMIN"),
    "role of a system token": a(rol="SYSTEM_TOKEN"),
    "expired": a(exp=1700000100),
    "not valid yet": a(nbf=YEAR_2100 - 1),
    "version 1.0": a(ver="1.0"),
    "no version": a(ver=None),
    "version as a number": a(ver=2.0),
    "refresh token": by(refresh, rs256, "RS256", claims(typ="REFRESH_TOKEN", rol=None)),
    "refresh token by the domain's key": a(typ="REFRESH_TOKEN"),
    "no type": a(typ=None),
    "no domain": a(did=None),
    "none": token({"alg": "none"}, claims(), lambda data: b""),
    "HS256 with the public JWK": token({"alg": "HS256"}, claims(), lambda data: hs256(public_text, data)),
    "HS256 with the public PEM": token({"alg": "HS256"}, claims(), lambda data: hs256(public_pem, data)),
    "ES256 for a domain with RSA": by(curve, es256, "ES256", claims()),
    "RS256 for a domain with Ed25519": by(tenant, rs256, "RS256", claims(did="domain-ed")),
    "other claims": ".".join([whole[0], b64(json.dumps(claims(**workspace)).encode()), whole[2]]),
    "a key of its own": token({"alg": "RS256", "jwk": rsa_jwk(refresh)}, claims(), lambda data: rs256(refresh, data)),
}

print(json.dumps({"keys": KEYS, "tokens": TOKENS}, indent=1))
