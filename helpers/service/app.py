"""The service itself: POST /predict, GET /health, and a page that explains them."""

from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import onnxruntime
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from helpers.digit_network import NETWORK
from helpers.service import description
from helpers.service.limits import Desk, Limits, Refusal, read_body
from helpers.service.pictures import picture_from_file, picture_from_json

PAGE = Path(__file__).with_name("page.html")


class Reader:
    """A network in an ONNX file, run by onnxruntime.

    It takes one picture of 28 x 28 in any shape, such as (1, 28, 28) or (1, 28, 28, 1), and gives
    ten probabilities.
    """

    def __init__(self, path=NETWORK):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # several requests are read side by side instead
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        expected = self._session.get_inputs()[0]
        self._name = expected.name
        self._shape = [n if isinstance(n, int) else 1 for n in expected.shape]  # a name is any n

    def probabilities(self, picture):
        """Return float32 (10,) for float32 (28, 28) in [0, 1]."""
        return self._session.run(None, {self._name: picture.reshape(self._shape)})[0][0]


def make_app(limits=None, reader=None):
    """Return the service as an ASGI application; uvicorn runs it.

    Args:
        limits: a Limits, or None for the usual ones.
        reader: what has a method `probabilities` as Reader has, or None for the trained network.
    """
    limits, reader = limits or Limits(), reader or Reader()
    desk = Desk(limits)

    @asynccontextmanager
    async def lifespan(app):
        yield
        desk.close()

    app = FastAPI(docs_url=None, redoc_url=None, lifespan=lifespan, **description.ABOUT)

    @app.post("/predict", **description.PREDICT)
    async def predict(request: Request):
        with desk.place():
            prepare, *arguments = await received(request, limits)
            return await desk.run(answer, reader, prepare, *arguments)

    @app.get("/health", **description.HEALTH)
    async def health():
        return {"status": "ok"}

    @app.get("/docs", include_in_schema=False)
    async def page():
        return HTMLResponse(PAGE.read_text(encoding="utf-8"), headers=description.PAGE_HEADERS)

    @app.get("/", include_in_schema=False)
    async def start():
        return RedirectResponse("/docs")

    @app.exception_handler(Refusal)
    async def refuse(request, refusal):
        headers = {"Retry-After": "1"} if refusal.status == 503 else {}
        if refusal.status in (408, 413):
            headers["Connection"] = "close"  # the rest of the body is not read
        return JSONResponse({"detail": refusal.sentence}, refusal.status, headers)

    @app.exception_handler(ClientDisconnect)
    async def client_has_gone(request, fault):
        return JSONResponse({"detail": "The body broke off."}, 400)

    return app


async def received(request, limits):
    """Return the function that prepares what was sent, and its arguments.

    Raises:
        Refusal: the body is neither JSON nor a form with a file, or it exceeds a limit.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await read_body(request, limits.json_bytes, limits.body_seconds)
        return picture_from_json, body
    if kind == "multipart/form-data":
        body = await read_body(request, limits.file_bytes, limits.body_seconds)
        return picture_from_file, await file_in_form(request, body), limits.pixels
    raise Refusal(415, "Send an image as multipart/form-data, or 28 x 28 numbers as JSON.")


async def file_in_form(request, body):
    """Return the bytes of the file named `image` in a multipart body."""

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        async with Request(request.scope, receive).form(max_files=1, max_fields=8) as form:
            file = form.get("image")
            if isinstance(file, UploadFile):
                return await file.read()
    except (HTTPException, FormParserError) as fault:
        sentence = getattr(fault, "detail", None) or str(fault)
        raise Refusal(400, f"The form cannot be read: {sentence.rstrip('.')}.") from None
    raise Refusal(422, "The form has no file named image.")


def answer(reader, prepare, *arguments):
    """Prepare the picture, read it, and return the response."""
    picture = np.asarray(prepare(*arguments), np.float32)
    p = reader.probabilities(picture)
    content = {
        "digit": int(p.argmax()),
        "probabilities": p.astype(float).tolist(),
        "picture": np.round(picture.astype(float), 6).tolist(),
    }
    return JSONResponse(content)
