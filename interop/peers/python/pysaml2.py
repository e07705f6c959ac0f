"""A service provider of pysaml2: python3 pysaml2.py IDP_METADATA KEY CERTIFICATE"""

import sys

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from serve import serve

idp_metadata, key, certificate = sys.argv[1:]
acs = "http://pysaml2.example/acs"
config = SPConfig().load(
    {
        "entityid": "https://pysaml2.example/sp",
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "metadata": {"local": [idp_metadata]},
        "key_file": key,
        "cert_file": certificate,
        "encryption_keypairs": [{"key_file": key, "cert_file": certificate}],
        "allow_unknown_attributes": True,
        "service": {
            "sp": {
                "endpoints": {"assertion_consumer_service": [(acs, BINDING_HTTP_POST)]},
                "authn_requests_signed": True,
                "want_response_signed": False,
                "want_assertions_or_response_signed": True,
            }
        },
    }
)
client = Saml2Client(config)


def request(_):
    request_id, binding_info = client.prepare_for_authenticate(
        relay_state="state",
        binding=BINDING_HTTP_REDIRECT,
        sign=True,
        sigalg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
    )
    return {"id": request_id, "url": dict(binding_info["headers"])["Location"]}


def response(command):
    answer = client.parse_authn_request_response(
        command["SAMLResponse"], BINDING_HTTP_POST, outstanding={command["id"]: "/"}
    )
    if answer.name_id is None:
        return {"refused": "no assertion that it can read"}
    return {"facts": {"nameId": answer.name_id.text, "attributes": answer.ava}}


serve(
    {
        "metadata": lambda _: {"metadata": str(entity_descriptor(config))},
        "request": request,
        "response": response,
    }
)
