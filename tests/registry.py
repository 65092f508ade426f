#!/usr/bin/env python3
"""A registry on 127.0.0.1 for tools that a checker runs: `registry.py DIRECTORY` serves its files, says its port in
DIRECTORY/port, and makes what npm asks for from the archives in DIRECTORY/npm: NAME-VERSION.tgz. What npm audit asks for
it answers from DIRECTORY/advisories.json, the advisories by package, each with the versions that it is about in
"affects"; a file DIRECTORY/advisories.status has it refuse with that status."""

import base64
import functools
import gzip
import hashlib
import http.server
import json
import os
import re
import sys
import threading
import time

TOP = sys.argv[1]
PARENT = os.getppid()


class Registry(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        with open(os.path.join(TOP, "log"), "a", encoding="utf-8") as log:
            log.write(self.path + "\n")

    def packument(self, name):
        """What npm knows of a package; None: there is no such one."""
        versions = {}
        directory = os.path.join(TOP, "npm")
        for file in sorted(os.listdir(directory)) if os.path.isdir(directory) else []:
            match = re.fullmatch(re.escape(name) + r"-(\d.*)\.tgz", file)
            if match:
                with open(os.path.join(directory, file), "rb") as archive:
                    digest = base64.b64encode(hashlib.sha512(archive.read()).digest()).decode()
                url = "http://127.0.0.1:%d/npm/%s" % (self.server.server_port, file)
                versions[match[1]] = {"name": name, "version": match[1],
                                      "dist": {"tarball": url, "integrity": "sha512-" + digest}}
        latest = list(versions)[-1:]
        return versions and {"name": name, "dist-tags": {"latest": latest[0]}, "versions": versions}

    def do_GET(self):
        document = self.packument(self.path.strip("/"))
        if not document:
            return super().do_GET()
        self.answer(document)

    def do_POST(self):
        """https://docs.npmjs.com/cli/commands/npm-audit: a bulk advisory request is {"NAME": ["VERSION", ...]}."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.log_message("")
        refused = os.path.join(TOP, "advisories.status")
        if self.path != "/-/npm/v1/security/advisories/bulk" or os.path.exists(refused):
            with open(refused, encoding="ascii") as status:
                return self.answer({"error": "no advisories today"}, int(status.read()))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        known, answer = {}, {}
        if os.path.exists(os.path.join(TOP, "advisories.json")):
            with open(os.path.join(TOP, "advisories.json"), encoding="utf-8") as file:
                known = json.load(file)
        for name, versions in json.loads(body).items():
            found = [{key: one[key] for key in one if key != "affects"} for one in known.get(name, [])
                     if set(one["affects"]) & set(versions)]
            if found:
                answer[name] = found
        self.answer(answer)

    def answer(self, document, status=200):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Registry, directory=TOP))
with open(os.path.join(TOP, "port.part"), "w", encoding="ascii") as port:
    port.write(str(server.server_port))
os.rename(os.path.join(TOP, "port.part"), os.path.join(TOP, "port"))
threading.Thread(target=server.serve_forever, daemon=True).start()
# It ends with the test that started it, however that ends.
while os.getppid() == PARENT and os.path.isdir(TOP):
    time.sleep(1)
