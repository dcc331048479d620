"""Leads that go round what is in their way."""

import numpy as np
import shapely

from maskgen.leads.detours import detoured, intruders
from maskgen.leads.model import LeadForm, Target
from maskgen.leads.task import Task

FORM = LeadForm(neck=20, tip=45, fixed=80, fillet=20, gap=20, style="bent", corner=40)


def task(ends, tips, obstacles=()):
    tips = [Target(f"C{n}", *place) for n, place in enumerate(tips)]
    ends = [Target(f"F{n}", *place) for n, place in enumerate(ends)]
    return Task(tips, ends, range(1, len(tips) + 1), FORM, obstacles)


def straight_of(crowded, index):
    end, tip = crowded.ends[index], crowded.tips[index]
    return np.array([(end.x, end.y), (tip.x, tip.y)], dtype=float)


def test_a_lead_goes_round_an_obstacle():
    block = shapely.box(480, -40, 520, 40)
    (lead,) = detoured(task([(0, 0)], [(1000, 0)], [block]), [], [0])
    assert lead.outline.distance(block) >= 20
    assert 1000 < lead.length < 1100


def test_a_lead_goes_round_the_bulges_of_those_that_have_no_lead_yet():
    crowded = task([(0, 0), (500, 10)], [(1000, 0), (500, 800)])
    found = detoured(crowded, [], [0, 1])
    assert [lead.number for lead in found] == [2, 1]
    assert found[0].outline.distance(found[1].outline) >= 20


def test_a_wall_has_no_way_round():
    assert detoured(task([(0, 0)], [(1000, 0)], [shapely.box(480, -2000, 520, 2000)]), [], [0]) == []


def test_intruders_come_near_the_bulges_of_others():
    crowded = task([(0, 0), (500, 10), (0, 900)], [(1000, 0), (500, 800), (1000, 900)])
    drawn, _ = crowded.drawn({0: straight_of(crowded, 0), 1: straight_of(crowded, 1), 2: straight_of(crowded, 2)})
    assert [lead.number for lead in intruders(crowded, drawn)] == [1]
