"""Verifies XML signatures with libxmlsec1, for bench/peers/xmlsec.ts.

Reads one JSON line {"xml", "tampered", "key", "roleAttribute"}, answers what it reads from the
document that it verified as [name, role, ...]; then, for each line {"seconds", "clock"}, answers the
verifications per second of that clock, "wall" or "cpu". The key is loaded once; each job parses the document and verifies it.
"""
import json
import sys
import time

import lxml.etree
import xmlsec

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def verify(xml, key):
    root = lxml.etree.fromstring(xml)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = key
    context.verify(xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature))
    return root


def is_refused(xml, key):
    try:
        verify(xml, key)
    except xmlsec.VerificationError:
        return True
    return False


def answer(value):
    print(json.dumps(value), flush=True)


job = json.loads(sys.stdin.readline())
xml = job["xml"].encode()
key = xmlsec.Key.from_memory(job["key"].encode(), xmlsec.constants.KeyDataFormatPem)
if not is_refused(job["tampered"].encode(), key):
    sys.exit("a tampered response was accepted (xmlsec)")
root = verify(xml, key)
facts = [root.findtext(f".//{SAML}NameID")]
for attribute in root.iter(f"{SAML}Attribute"):
    if attribute.get("Name") == job["roleAttribute"]:
        facts.extend(value.text for value in attribute)
answer(facts)

for line in sys.stdin:
    asked = json.loads(line)
    clock = time.perf_counter if asked["clock"] == "wall" else time.process_time
    started = clock()
    end = time.perf_counter() + asked["seconds"]
    count = 0
    while time.perf_counter() < end:
        for _ in range(20):
            verify(xml, key)
        count += 20
    answer(count / (clock() - started))
