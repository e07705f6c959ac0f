"""A service provider of python3-saml (OneLogin): python3 python3-saml.py IDP_METADATA KEY CERTIFICATE"""

import sys

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from serve import serve


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


idp_metadata, key, certificate = sys.argv[1:]
settings = OneLogin_Saml2_IdPMetadataParser.parse(read(idp_metadata))
settings["strict"] = True
settings["sp"] = {
    "entityId": "https://python3-saml.example/sp",
    "assertionConsumerService": {"url": "http://python3-saml.example/acs"},
    "x509cert": read(certificate),
    "privateKey": read(key),
    "NameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
}
settings["security"] = {
    "authnRequestsSigned": True,
    "signatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "digestAlgorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
    "rejectDeprecatedAlgorithm": True,
    "requestedAuthnContext": False,
}


def auth(post):
    arrived = {
        "https": "off",
        "http_host": "python3-saml.example",
        "script_name": "/acs",
        "get_data": {},
        "post_data": post,
    }
    return OneLogin_Saml2_Auth(arrived, settings)


def request(_):
    browser = auth({})
    url = browser.login(return_to="state")
    return {"id": browser.get_last_request_id(), "url": url}


def response(command):
    browser = auth({"SAMLResponse": command["SAMLResponse"]})
    browser.process_response(request_id=command["id"])
    if not browser.is_authenticated():
        return {"refused": f"{browser.get_errors()} {browser.get_last_error_reason()}"}
    return {"facts": {"nameId": browser.get_nameid(), "attributes": browser.get_attributes()}}


def metadata(_):
    # Its metadata names the key for encryption only where it takes nothing unencrypted.
    security = {**settings["security"], "wantAssertionsEncrypted": True}
    strict = OneLogin_Saml2_Settings({**settings, "security": security}, sp_validation_only=True)
    return {"metadata": strict.get_sp_metadata().decode()}


serve(
    {
        "metadata": metadata,
        "request": request,
        "response": response,
    }
)
