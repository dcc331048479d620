"""Every test of the kernel runs with NumPy and with the compiled searches: results are the same."""

import pytest

from maskgen.drc.kernel import compiled


@pytest.fixture(params=["numpy", "compiled"], autouse=True)
def path(request, monkeypatch):
    monkeypatch.setattr(compiled, "LARGE", {"numpy": 1 << 62, "compiled": 0}[request.param])
    return request.param
