"""Answers commands, one JSON object a line, by one JSON object a line."""

import json
import sys


def serve(commands):
    """Runs `commands[command["do"]](command)` for each line; an exception becomes {"refused": why}."""
    # Libraries may print what they like; the answers have a stream of their own.
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = commands[command["do"]](command)
        except Exception as error:
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
