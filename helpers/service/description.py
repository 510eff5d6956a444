"""What the service says of itself in /openapi.json: its title, its paths, their bodies."""

from pydantic import BaseModel, Field

ABOUT = {
    "title": "Digits",
    "version": "1",
    "description": "Reads one handwritten digit. It keeps nothing of what it is sent.",
}
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline';"
    " script-src 'unsafe-inline'; connect-src 'self'; img-src 'self' blob: data:",
    "X-Content-Type-Options": "nosniff",
}

Row = list[float]


class Answer(BaseModel):
    """What the network says of a digit."""

    digit: int = Field(ge=0, le=9, description="the most probable digit")
    probabilities: Row = Field(min_length=10, max_length=10, description="of the digits 0 to 9")
    picture: list[Row] = Field(
        min_length=28, max_length=28, description="what the network was shown: 28 rows, ink is 1"
    )


class Problem(BaseModel):
    """Why a request was not answered."""

    detail: str = Field(description="a sentence")


class Health(BaseModel):
    """Whether the service works."""

    status: str = Field(pattern="^ok$")


FILE = {
    "type": "object",
    "required": ["image"],
    "properties": {
        "image": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "description": "a picture of one digit: PNG, JPEG, WEBP, BMP or GIF",
        }
    },
}
PIXEL = {"type": "number", "minimum": 0, "maximum": 1}
ARRAY = {
    "type": "array",
    "minItems": 28,
    "maxItems": 28,
    "items": {"type": "array", "minItems": 28, "maxItems": 28, "items": PIXEL},
    "description": "a picture as the network expects it: 28 rows of 28 numbers, paper 0, ink 1;"
    " at least one pixel must be larger than 0",
}
PROBLEMS = {
    400: "The body is no JSON, or no form.",
    408: "The body came too slowly.",
    413: "Too many bytes, or too many pixels.",
    415: "Neither a form nor JSON; or the file is no image of a known kind.",
    422: "A broken or an empty image, an array of another shape, or wrong values.",
    503: "Busy: try again in a second.",
}
PREDICT = {
    "summary": "Read a digit from an image file, or from a prepared picture",
    "response_model": Answer,
    "response_description": "The digit, its ten probabilities, and what the network was shown.",
    "responses": {
        status: {"model": Problem, "description": text} for status, text in PROBLEMS.items()
    },
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": FILE},
                "application/json": {"schema": ARRAY},
            },
        }
    },
}
HEALTH = {
    "summary": "Say whether the service works",
    "response_model": Health,
    "response_description": "It works.",
}
