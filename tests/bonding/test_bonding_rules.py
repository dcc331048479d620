"""The limits of an assembly house."""

from dataclasses import fields

from maskgen.bonding.rules import AssemblyProfile


def test_default_profile_belongs_to_no_house():
    assert AssemblyProfile().source == "default, not from your assembly house"


def test_every_limit_has_a_unit_and_a_source():
    limits = [field for field in fields(AssemblyProfile) if field.name not in ("name", "source")]

    assert all(field.metadata["unit"] in ("um", "deg") and field.metadata["source"] for field in limits)
