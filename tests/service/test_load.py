"""Many requests from a second process: all are answered, and the memory stays as it is."""

import psutil
import pytest
import requests

from benchmarks.service_speed import load
from tests.service.conftest import as_file, seven


def memory(service):
    return psutil.Process(service.pid).memory_info().rss / 1e6


@pytest.mark.parametrize(("image", "requests", "clients"), [(False, 600, 8), (True, 120, 8)])
def test_no_request_is_lost(service, image, requests, clients):
    load(service.url, requests // 2, clients, image)  # what is kept for good is made first
    before = memory(service)
    result = load(service.url, requests, clients, image)
    assert result["answers"] == {"200": requests} and not result["lost"]
    assert memory(service) - before < 25


def test_too_many_at_once_are_told_to_come_back(service):
    result = load(service.url, 384, 128, image=True)
    assert not result["lost"] and set(result["answers"]) <= {"200", "503"}
    assert sum(result["answers"].values()) == 384
    assert requests.get(service.url + "/health").status_code == 200


def test_large_photographs_leave_no_memory_behind(service):
    content = as_file(seven((5000, 4000), "RGB"))

    def send(count):
        for _ in range(count):
            assert requests.post(service.url + "/predict", files={"image": content}).ok
        return memory(service)

    assert send(3) + 60 > send(3)
