"""Runs a command that starts a service in the background, and prints the seconds until its URL answers 200.

    ready.py URL COMMAND...
"""
import subprocess
import sys
import time
import urllib.request

url, command = sys.argv[1], sys.argv[2:]
begin = time.monotonic()
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
while True:
    try:
        urllib.request.urlopen(url, timeout=2).close()
        break
    except OSError:
        if time.monotonic() - begin > 120:
            sys.exit(f"{url} is not ready after two minutes")
        time.sleep(0.01)
print(f"{time.monotonic() - begin:.2f}")
