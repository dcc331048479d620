"""TEMPORARY."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
import yaml
from pydantic import ValidationError
from maskgen.errors import *


@dataclass(frozen=True)
class Source:
    path: str
    text: str
    data: dict
    unit: Any

    def error(self, problems):
        return SourceError("\n".join(f"{self.path}:1:1: {dotted(p.key)}: {p.sentence}" for p in problems))

    @property
    def sha256(self):
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_source(path, settings=()):
    text = Path(path).read_text()
    data = yaml.safe_load(text)

    def fix(v):
        if isinstance(v, dict):
            return {str(k): fix(x) for k, x in v.items()}
        if isinstance(v, list):
            return [fix(x) for x in v]
        import datetime

        if isinstance(v, datetime.date):
            return str(v)
        return v

    data = fix(data)
    for s in settings:
        k, v = s.split("=", 1)
        d = data
        *ks, last = k.split(".")
        for x in ks:
            d = d.setdefault(x, {})
        d[last] = yaml.safe_load(v)
    return Source(str(path), text, data, data.get("unit"))


def wording(error, data):
    return [Problem(tuple(x for x in e["loc"]), e["msg"]) for e in error.errors()]


def validate(source, model, context=None):
    try:
        return model.model_validate(source.data, context={"unit": source.unit, **(context or {})})
    except ValidationError as e:
        raise source.error(wording(e, source.data)) from None
