"""Leaves a version as the latest one that pip's check has found, by pip's own code.
usage: remember.py CACHE-DIRECTORY VERSION, by a Python that has that pip"""
import datetime
import sys
from pip._internal.self_outdated_check import SelfCheckState

state = SelfCheckState(cache_dir=sys.argv[1])
try:
    state.set(sys.argv[2], datetime.datetime.now(datetime.timezone.utc))
except TypeError:
    state.set(sys.argv[2], datetime.datetime.utcnow())
