"""Where records begin, by the compiled loop and by its twin in Python."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.stream import records
from maskgen.stream.compiled import walking

HEADER = bytes.fromhex("000600020258")


def chain(sizes):
    return b"".join(struct.pack(">HBB", 4 + size, 0x10, 3) + bytes(size) for size in sizes)


@given(st.lists(st.integers(0, 30).map(lambda size: 2 * size)), st.binary(max_size=9))
def test_twins_agree(sizes, rest):
    data = chain(sizes) + rest

    found, at = walking.starts(data)
    expected, end = records.starts(data)

    assert found.tolist() == expected.tolist()
    assert at == end
    assert found.tolist()[: len(sizes)] == [4 * n + sum(sizes[:n]) for n in range(len(sizes))]


@given(st.binary(max_size=40))
def test_twins_agree_on_anything(data):
    assert [part if isinstance(part, int) else part.tolist() for part in walking.starts(data)] == [
        part if isinstance(part, int) else part.tolist() for part in records.starts(data)
    ]


@pytest.mark.parametrize("starts", [walking.starts, records.starts], ids=["compiled", "Python"])
def test_longest_record(starts):
    data = HEADER + chain([65530, 0])

    found, at = starts(data)

    assert found.tolist() == [0, 6, 6 + 65534]
    assert at == len(data)


@pytest.mark.parametrize("spec", [True, None], ids=["compiled", "Python"])
def test_walk_tells_where_the_chain_breaks(spec, monkeypatch):
    monkeypatch.setattr(records, "find_spec", lambda _: spec)
    records._loop.cache_clear()

    found, fault = records.walk(HEADER + chain([4]) + b"\0\3\4\0")

    records._loop.cache_clear()
    assert found.offsets.tolist() == [0, 6]
    assert found.sizes.tolist() == [2, 4]
    assert (fault.offset, fault.sentence) == (14, "record ENDLIB has a length of 3 bytes, must be at least 4")
