"""The order of leads side by side."""

import numpy as np
import pytest

from maskgen.leads.order import left_to_right

ROW = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]


@pytest.mark.parametrize(
    ("tips", "ends", "leads", "crossed"),
    [
        pytest.param(ROW, [(x, 500) for x in (0, 50, 400, 500)], (0, 1, 2, 3), (), id="one row each"),
        pytest.param(
            ROW, [(0, 500), (400, 500), (100, 500), (500, 500)], (0, 1, 3), ((2, 1),), id="two exchanged in a row"
        ),
        pytest.param(
            ROW, [(0, 500), (400, 500), (100, 900), (500, 500)], (0, 1, 2, 3), (), id="one passes behind the other"
        ),
        pytest.param([(10, 0), (0, -100)], [(0, 500), (50, 500)], (0, 1), (), id="contacts of two rows have a choice"),
        pytest.param(ROW, [(300 - x, 500) for x, _ in ROW], (1,), ((0, 1), (2, 1), (3, 1)), id="all the wrong way"),
    ],
)
def test_rows_keep_their_order(tips, ends, leads, crossed):
    order = left_to_right(np.array(tips, dtype=float), np.array(ends, dtype=float))
    assert (order.leads, order.crossed) == (leads, crossed)


def test_no_leads_have_no_order():
    assert left_to_right(np.empty((0, 2)), np.empty((0, 2))).leads == ()
