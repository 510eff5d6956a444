"""Send a service many requests at once, and print what came of them as JSON.

Run `python -m benchmarks.service_load http://127.0.0.1:8000 --requests 1000 --clients 16`. Every
client keeps one connection and sends its share of the requests, one after the other: pictures as
JSON, or with --image a small photograph. A request that is refused as busy counts as answered.
"""

import argparse
import http.client
import io
import json
import sys
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

import numpy as np
from PIL import Image, ImageDraw

BOUNDARY = "a-line-that-is-in-no-picture"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--image", action="store_true", help="send a file instead of JSON")
    options = parser.parse_args()
    message = photograph() if options.image else numbers()
    print(json.dumps(measure(options.url, message, options.requests, options.clients)))
    return 0


def measure(url, message, requests, clients):
    """Return {"answers": {status: count}, "lost", "seconds", "per second", "median", "p99"}.

    The last two are in milliseconds.
    """
    share = max(1, requests // clients)
    statuses, times, lost = Counter(), [], []
    start = threading.Barrier(clients + 1)

    def client():
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        start.wait()
        for _ in range(share):
            begun = time.perf_counter()
            try:
                statuses[ask(connection, *message)] += 1
                times.append(time.perf_counter() - begun)
            except (OSError, http.client.HTTPException) as fault:
                lost.append(repr(fault))
                connection.close()
        connection.close()

    threads = [threading.Thread(target=client, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    return {
        "answers": dict(statuses),
        "lost": lost,
        "seconds": round(seconds, 3),
        "per second": round(len(times) / seconds, 1),
        "median": round(1000 * float(np.median(times)), 2),
        "p99": round(1000 * float(np.quantile(times, 0.99)), 2),
    }


def ask(connection, body, kind):
    """Send one request; return the status of its answer, which must be whole."""
    connection.request("POST", "/predict", body, {"Content-Type": kind})
    response = connection.getresponse()
    answer = json.loads(response.read())
    if response.status == 200 and len(answer["probabilities"]) != 10:
        raise http.client.HTTPException(f"not an answer: {answer}")
    return response.status


def numbers():
    """Return (body, type) of a picture as JSON."""
    picture = np.zeros((28, 28))
    picture[5:23, 13:15] = 1
    return json.dumps(picture.tolist()).encode(), "application/json"


def photograph():
    """Return (body, type) of a form with a small picture of a 7 in it."""
    image = Image.new("L", (160, 200), 230)
    ImageDraw.Draw(image).line([(40, 40), (120, 40), (70, 160)], fill=40, width=9)
    file = io.BytesIO()
    image.save(file, "PNG")
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="7.png"\r\n\r\n'
    body = head.encode() + file.getvalue() + f"\r\n--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"


if __name__ == "__main__":
    sys.exit(main())
