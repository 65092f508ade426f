#!/usr/bin/env python3
"""A server between us and PostgreSQL that misbehaves. Usage: proxy.py TARGET_PORT MODE

Prints its port and its process, then serves 127.0.0.1 for ten minutes at most. MODE:
  hole      takes connections and never says a word
  slow      passes everything on, a second late each time
  cut:N     passes N bytes of the server's answer on and cuts the connection
"""
import socket, sys, threading, time, os

target, mode = int(sys.argv[1]), sys.argv[2]
threading.Timer(600, lambda: os._exit(0)).start()
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
print(listener.getsockname()[1], os.getpid(), flush=True)


def pass_on(source, sink, limit, delay):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            time.sleep(delay)
            if limit is not None:
                data = data[:limit]
                limit -= len(data)
            sink.sendall(data)
            if limit == 0:
                break
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


held = []
while True:
    client, _ = listener.accept()
    held.append(client)
    if mode == "hole":
        continue
    server = socket.create_connection(("127.0.0.1", target))
    limit = int(mode[4:]) if mode.startswith("cut:") else None
    delay = 1 if mode == "slow" else 0
    threading.Thread(target=pass_on, args=(client, server, None, delay), daemon=True).start()
    threading.Thread(target=pass_on, args=(server, client, limit, delay), daemon=True).start()
