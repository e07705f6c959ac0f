"""A service provider by Lasso that signs a person in, asks for logout, and is asked for it.

Reads one JSON object from standard input, writes one to standard output.
"""
import json
import sys

import lasso

given = json.load(sys.stdin)
METHODS = {
    "redirect": lasso.HTTP_METHOD_REDIRECT,
    "post": lasso.HTTP_METHOD_POST,
    "soap": lasso.HTTP_METHOD_SOAP,
}


def server():
    made = lasso.Server.newFromBuffers(given["spMetadata"], given["spKey"])
    made.signatureMethod = lasso.SIGNATURE_METHOD_RSA_SHA256
    made.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, given["idpMetadata"], None, None)
    return made


def message(profile):
    return {"url": profile.msgUrl, "body": profile.msgBody}


login = lasso.Login(server())
login.processAuthnResponseMsg(given["response"])
login.acceptSso()
session = login.session.dump()
identity = login.identity.dump() if login.identity is not None else None

asked = {}
for name, method in METHODS.items():
    logout = lasso.Logout(server())
    logout.setSessionFromDump(session)
    if identity is not None:
        logout.setIdentityFromDump(identity)
    logout.initRequest(given["idp"], method)
    logout.buildRequestMsg()
    asked[name] = {"id": logout.request.id, **message(logout)}

answered = {}
for name, sent in given["requests"].items():
    logout = lasso.Logout(server())
    logout.setSessionFromDump(session)
    logout.processRequestMsg(sent)
    try:
        logout.validateRequest()
        status = "valid"
    except lasso.Error as error:
        status = str(error)
    logout.buildResponseMsg()
    answered[name] = {"status": status, "nameId": logout.nameIdentifier.content, **message(logout)}

refused = {}
for name, sent in given["forged"].items():
    logout = lasso.Logout(server())
    try:
        logout.processRequestMsg(sent)
        refused[name] = "accepted"
    except lasso.Error as error:
        refused[name] = str(error)

json.dump({"asked": asked, "answered": answered, "refused": refused}, sys.stdout)
