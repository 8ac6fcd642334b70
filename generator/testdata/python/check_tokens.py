"""Checks tokens as Cloudforet's own services do: RS256 alone, by a domain's JWK.

Reads JSON, {"keys": {domain: its JWK as text}, "tokens": {name: token}}, and prints, by
name, the claims of a token that holds by the key of its domain, or why it does not.
"""

import base64
import json
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_key(text):
    jwk = json.loads(text)
    if jwk["kty"] != "RSA":
        sys.exit(f"a key of the kind {jwk['kty']}")
    n, e = (int.from_bytes(raw(jwk[name]), "big") for name in ("n", "e"))
    return rsa.RSAPublicNumbers(e, n).public_key()


def check(keys, token):
    header, payload, signature = token.split(".")
    key = keys[json.loads(raw(payload))["did"]]
    if json.loads(raw(header))["alg"] != "RS256":
        return "algorithm"
    try:
        key.verify(raw(signature), f"{header}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return "signature"
    claims = json.loads(raw(payload))
    if "exp" in claims and claims["exp"] < time.time():
        return "expired"
    return claims


asked = json.load(sys.stdin)
public = {domain: public_key(text) for domain, text in asked["keys"].items()}
print(json.dumps({name: check(public, token) for name, token in asked["tokens"].items()}))
