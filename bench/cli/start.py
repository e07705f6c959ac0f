"""Starts programs and tells what each has used: a line of JSON for each line of JSON.

Asked {"argv": [...], "env": {...}}, it answers {"wall", "cpu": seconds, "rss": KiB at the most, "status"}.
"""
import json
import os
import sys
import time

nothing = os.open(os.devnull, os.O_RDWR)
for line in sys.stdin:
    asked = json.loads(line)
    started = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (0, 1, 2)]
    pid = os.posix_spawnp(asked["argv"][0], asked["argv"], asked["env"], file_actions=actions)
    _, status, used = os.wait4(pid, 0)
    print(json.dumps({
        "wall": time.perf_counter() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "rss": used.ru_maxrss,
        "status": os.waitstatus_to_exitcode(status),
    }), flush=True)
