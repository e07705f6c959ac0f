"""`aws configure get` of Debian's command, without a process for each: a line of JSON with a folder, a profile and a key in, one with what it prints out."""
import contextlib
import io
import json
import os
import sys

import awscli.clidriver


def get(folder, profile, key):
    os.environ['AWS_CONFIG_FILE'] = os.path.join(folder, 'config')
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = os.path.join(folder, 'credentials')
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = awscli.clidriver.create_clidriver().main(['configure', 'get', key, '--profile', profile])
    return {'code': code, 'printed': printed.getvalue()}


for line in sys.stdin:
    print(json.dumps(get(*json.loads(line))), flush=True)
