"""Start the service: `python -m helpers.service`; `--help` lists what can be chosen.

It listens on 127.0.0.1, which only this machine reaches. Ctrl+C stops it.
"""

import argparse
import contextlib
import os
import socket
import sys
import threading

import uvicorn

from helpers.digit_network import NETWORK
from helpers.service.app import Reader, make_app

READY = "Digits are read at "


def main():
    options = parsed_options()
    try:
        listening = listen(options.host, options.port)
    except OSError as fault:
        place = f"port {options.port} of {options.host}"
        return f"Cannot listen on {place}: {fault.strerror}. --port 0 takes a free port."
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(reader=Reader(options.network)),
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            limit_concurrency=256,  # connections; the service itself counts requests
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
        )
    )
    if options.stop_with_stdin:
        threading.Thread(target=stop_with_stdin, args=[server], daemon=True).start()
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"{READY}http://{shown}:{port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    os._exit(0)  # a picture that nobody waits for any more is given up


def parsed_options():
    parser = argparse.ArgumentParser(prog="python -m helpers.service", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--network", default=NETWORK, help="another network, as an ONNX file")
    parser.add_argument("--stop-with-stdin", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def listen(host, port):
    """Return a socket that listens there.

    Its protocol is named, as asyncio sends small answers at once (TCP_NODELAY) only then; without,
    each would wait some 40 ms for the client's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


def stop_with_stdin(server):
    """Stop the server when stdin ends: then the process that started this one has gone."""
    while os.read(0, 1024):
        pass
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
