#!/usr/bin/env python3
"""Says by its exit status whether flows come in at a running Weir: test/moving.py URL"""
import json
import sys
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1].rstrip("/") + "/api/v1/status", timeout=5) as answer:
        sys.exit(0 if json.load(answer)["flows_per_s"] > 0 else 1)
except OSError:
    sys.exit(1)
