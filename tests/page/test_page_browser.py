"""The page in a browser: it loads without a complaint and without a network, and its viewer does what it says."""

import re
from functools import partial

import pytest
from tags import Tags

from maskgen.sections.plan import site_plan
from maskgen.solid import glb

CANVAS = "#viewer canvas[tabindex]"
VOID = {"meta", "input", "br", "rect", "img", "line", "path"}
Page = partial(Tags, void=VOID)


class Opened:
    """A page in a tab, with all that went wrong in it."""

    def __init__(self, tab, path):
        self.tab, self.faults, self.requests = tab, [], []
        tab.set_default_timeout(10_000)
        tab.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: self.faults.append(str(error)))
        tab.on("dialog", lambda dialog: (self.faults.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.goto(path.as_uri())
        tab.wait_for_selector(f"{CANVAS}[data-ready]")
        self.canvas = tab.locator(CANVAS)
        self.canvas.scroll_into_view_if_needed()

    def box(self):
        return [float(value) for value in self.canvas.get_attribute("data-box").split(",")]

    def keep(self):
        """Remember the picture for `changed`."""
        self.canvas.evaluate("c => { window.kept = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; }")

    def changed(self):
        """Return how many values of pixels differ from the picture that was kept by more than rounding."""
        return self.canvas.evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
            ".reduce((sum, value, k) => sum + (Math.abs(value - window.kept[k]) > 8), 0)"
        )

    def settle(self, left=None):
        """Wait until the view has left a box, and then until it has not moved for a while."""
        if left is not None:
            self.tab.wait_for_function(
                f"box => document.querySelector('{CANVAS}').dataset.box !== box",
                arg=",".join(f"{value:.4f}" for value in left),
            )
        before = None
        while before != (before := self.canvas.get_attribute("data-frames")):
            self.tab.wait_for_timeout(120)

    def at(self, x, y):
        """Return where a point of the plate [µm] is on the screen."""
        left, bottom, right, top = self.box()
        place = self.canvas.bounding_box()
        across, down = (x - left) / (right - left), (top - y) / (top - bottom)
        return place["x"] + across * place["width"], place["y"] + down * place["height"]

    def status(self):
        return self.tab.locator("#viewer .status").text_content()


@pytest.fixture
def opened(browser, page_of):
    """Return what opens a result's page."""
    contexts = []

    def opening(result, **settings):
        contexts.append(
            browser.new_context(viewport={"width": 1300, "height": 900}, reduced_motion="reduce", **settings)
        )
        return Opened(contexts[-1].new_page(), page_of(result))

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def plate(opened, hundred):
    return opened(hundred)


def test_loads_without_complaint_or_network(plate, page_of, hundred):
    plate.settle()

    assert plate.faults == []
    assert [url for url in plate.requests if not url.startswith("data:")] == [page_of(hundred).as_uri()]


@pytest.mark.parametrize("name", ["clean", "hundred", "hostile"])
def test_tags_are_closed_and_identities_unique(request, page_of, name):
    page = Page(page_of(request.getfixturevalue(name)).read_text(encoding="utf-8"))
    identities = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]

    assert page.stack == []
    assert len(identities) == len(set(identities))
    assert set(links) <= set(identities)


def test_every_part_is_there(page_of, clean):
    text = page_of(clean).read_text(encoding="utf-8")

    assert re.findall(r"<h2 id=\"[\w-]+\">([^<]+)", text) == [
        *(
            "Layout",
            "Findings",
            "Masks",
            "Sections",
            "Bonds and leads",
            "Netlist",
            "Process windows",
            "Plating",
            "Traveler",
        )
    ]
    assert clean.job.source.sha256 in text
    assert clean.job.technology_source.sha256 in text


def test_layers_are_turned_off_and_on(plate):
    plate.tab.get_by_role("button", name="One site").click()
    plate.settle()
    box = plate.tab.locator("input[value=PAD]")
    for _ in range(2):  # reading pixels makes a browser draw them another way from then on
        plate.keep()
        box.uncheck()
        plate.settle()
        without = plate.changed()
        box.check()
        plate.settle()

    assert without > 1000
    assert plate.changed() == 0


def test_a_group_of_layers_is_turned_off_at_once(plate):
    plate.tab.get_by_label("design", exact=True).uncheck()

    assert not plate.tab.locator("input[value=PAD]").is_checked()


def test_a_finding_flies_to_its_place(plate, hundred):
    finding = hundred.report.violations[2].finding
    plate.tab.locator("button[data-finding='2']").click()
    plate.settle()
    left, bottom, right, top = plate.box()

    assert left < finding.box[0] < finding.box[2] < right
    assert bottom < finding.box[1] < finding.box[3] < top
    assert (finding.box[2] - finding.box[0]) / (right - left) > 0.05
    assert plate.status() == f"M1.wire.length: {finding.sentence}"


def test_hovering_tells_layer_pad_and_net(opened, clean):
    page = opened(clean)
    x, y = clean.package.layout.array.centre(1, 2)
    pad = clean.package.pads[4]
    net = next(net.name for net in clean.nets if ("pad", pad.name) in net.members)
    page.tab.mouse.move(*page.at(x + pad.centre[0], y + pad.centre[1]))
    tip = page.tab.locator("#viewer .tip")

    assert tip.is_visible()
    lines = tip.locator("div").all_text_contents()
    assert lines[0] == f"pad {pad.name}, net {net}"
    assert "PAD" in lines[1].split(", ")
    assert lines[-1] == "site in column 3, row 2"


def test_the_ruler_measures_from_corner_to_corner(plate, hundred):
    """From the lower left corner of one mounting pad to that of the next: the pitch of the array, 600 µm."""
    plate.canvas.focus()
    plate.tab.keyboard.press("s")
    plate.tab.keyboard.press("-")
    plate.settle()
    middle = hundred.package.layout.array.centre(5, 5)
    before = hundred.package.layout.array.centre(5, 4)
    plate.tab.get_by_role("button", name="Ruler").click()
    for x, y in (before, middle):
        across, down = plate.at(x - 80, y - 80)
        plate.tab.mouse.click(across + 2, down - 2)

    assert float(plate.canvas.get_attribute("data-ruler")) == pytest.approx(600, abs=1e-3)
    assert plate.status().startswith("600 µm (x 600, y 0)")


@pytest.mark.parametrize(
    ("key", "moved"),
    [
        pytest.param("ArrowLeft", lambda a, b: b[0] < a[0] and b[1] == a[1], id="left"),
        pytest.param("ArrowUp", lambda a, b: b[1] > a[1] and b[0] == a[0], id="up"),
        pytest.param("+", lambda a, b: b[2] - b[0] < a[2] - a[0], id="closer"),
        pytest.param("-", lambda a, b: b[2] - b[0] > a[2] - a[0], id="farther"),
        pytest.param("s", lambda _, b: b[2] - b[0] < 3000, id="one site"),
    ],
)
def test_keys_move_the_view(plate, key, moved):
    plate.canvas.focus()
    before = plate.box()
    plate.tab.keyboard.press(key)
    plate.settle(before)

    assert moved(before, plate.box())
    assert plate.status().startswith("middle: x ")


def test_what_has_the_focus_shows_it(plate):
    seen = set()
    for _ in range(25):
        plate.tab.keyboard.press("Tab")
        name, style = plate.tab.evaluate(
            "() => [document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        seen.add(name)
        assert style != "none"

    assert {"A", "BUTTON", "CANVAS", "INPUT"} <= seen


def test_the_wheel_zooms_to_the_pointer(plate):
    left, bottom, right, top = plate.box()
    x, y = left + 0.7 * (right - left), bottom + 0.6 * (top - bottom)
    place = plate.at(x, y)
    plate.tab.mouse.move(*place)
    plate.tab.mouse.wheel(0, -240)
    plate.settle([left, bottom, right, top])

    assert plate.box()[2] - plate.box()[0] == pytest.approx((right - left) / 2, rel=1e-6)
    assert plate.at(x, y) == pytest.approx(place, abs=1)  # pointers stand on whole pixels


def test_dragging_moves_the_plate_with_the_pointer(plate):
    before = plate.box()
    x, y = plate.at((before[0] + before[2]) / 2, (before[1] + before[3]) / 2)
    plate.tab.mouse.move(x, y)
    plate.tab.mouse.down()
    plate.tab.mouse.move(x + 40, y)
    plate.tab.mouse.move(x + 80, y)
    plate.tab.mouse.up()
    plate.settle(before)
    scale = (before[2] - before[0]) / plate.canvas.bounding_box()["width"]

    assert plate.box()[0] == pytest.approx(before[0] - 80 * scale, rel=1e-3)


def test_scripts_in_a_spec_are_text(opened, hostile):
    page = opened(hostile)
    page.tab.locator("button[data-finding]").first.click()
    page.settle()
    x, y = hostile.package.layout.array.centre(0, 0)
    pad = hostile.package.pads[0]
    page.tab.mouse.move(*page.at(x + pad.centre[0], y + pad.centre[1]))

    assert page.faults == []
    assert page.tab.evaluate("window.hacked") is None
    assert "<script>window.hacked=1;alert(1)</script>" in page.tab.locator("main").inner_text()


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_ground_and_canvas_follow_the_scheme(opened, hundred, scheme, is_dark):
    page = opened(hundred, color_scheme=scheme)
    ground = page.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    corner = page.canvas.evaluate("c => [...c.getContext('2d').getImageData(3, 3, 1, 1).data]")

    assert (int(re.search(r"\d+", ground)[0]) < 128) is is_dark
    assert (corner[0] < 128) is is_dark


def test_a_million_sites_are_drawn_and_moved_at_once(opened, panel):
    page = opened(panel)
    page.canvas.focus()
    milliseconds = []
    for key in ("+", "ArrowLeft", *"+++++++", "ArrowUp", *"++++", "s", "f", "ArrowDown"):
        page.tab.keyboard.press(key)
        page.settle()
        milliseconds.append(float(page.canvas.get_attribute("data-milliseconds")))

    assert page.faults == []
    assert max(milliseconds) < 1000


def test_folded_parts_are_open_on_paper(plate):
    plate.tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    closed = plate.tab.locator("details:not([open])").count()
    plate.tab.evaluate("window.dispatchEvent(new Event('afterprint'))")

    assert closed == 0
    assert plate.tab.locator("details:not([open])").count() > 0


def test_the_part_is_turned_and_its_materials_taken_away(browser, page_of, hundred):
    job, package = hundred.job, hundred.package
    plan = site_plan(hundred.patterns, hundred.masks, package.layout.array)
    page = Opened(browser.new_page(), page_of(hundred, solid=glb.render(job.process, package, plan)))
    page.canvas = page.tab.locator("#solid canvas")
    page.canvas.scroll_into_view_if_needed()
    if not page.tab.evaluate("Boolean(document.createElement('canvas').getContext('webgl2'))"):
        pytest.skip("this Chromium has no WebGL")
    page.tab.wait_for_selector("#solid canvas[data-ready]")
    pictures = [page.canvas.evaluate("c => c.toDataURL()")]
    page.canvas.focus()
    for act in (lambda: page.tab.keyboard.press("ArrowLeft"), page.tab.locator("#solid .legend input").first.uncheck):
        act()
        page.settle()
        pictures.append(page.canvas.evaluate("c => c.toDataURL()"))
    materials = page.tab.locator("#solid .legend label").all_text_contents()

    assert page.faults == []
    assert len(set(pictures)) == 3
    assert "nickel" in materials
    page.tab.close()
