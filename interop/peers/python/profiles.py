"""Reads pairs of shared files as botocore does: a folder each, one line of JSON each."""
import json
import os
import sys

import botocore.exceptions
import botocore.session


def read(folder):
    os.environ['AWS_CONFIG_FILE'] = os.path.join(folder, 'config')
    os.environ['AWS_SHARED_CREDENTIALS_FILE'] = os.path.join(folder, 'credentials')
    try:
        # Its handlers are for calls, and making them takes most of the time of a session.
        config = botocore.session.Session(include_builtin_handlers=False).full_config
    except botocore.exceptions.ConfigParseError as error:
        cause = error.kwargs.get('error')
        return {'refused': type(cause).__name__}
    return {'profiles': config['profiles'], 'sso_sessions': config.get('sso_sessions', {})}


for line in sys.stdin:
    print(json.dumps(read(line.rstrip('\n'))), flush=True)
