"""The rules as pictures: every number of every frame is computed a second time, and the areas have their sizes."""

import re

import pytest

from labkit import rule_picture
from labkit.rule_pictures import RULES, STEPS

# {rule: for each group, (the function, x, the derivative, the words before the quotient)}
TRUTH = {
    "constant": [(lambda x: 3 * x**2, 2, 12, r"3·\S+ = ")],
    "sum": [(lambda x: x**2 + 3 * x, 2, 7, r"Slopes: \S+ \+ \S+ = ")],
    "power": [
        (lambda x: x**2, 2, 4, r"Divided by h: .* = "),
        (lambda x: x**3, 2, 12, r"Divided by h: .* = "),
    ],
    "product": [(lambda x: x**2 * (3 * x - 1), 2, 32, r"Divided by h: .* = ")],
    "quotient": [(lambda x: (x**2 + 2) / x, 2, 0.5, r"Δq/h = ")],
    "chain": [(lambda x: 3 * x**2, 1, 6, r"Together: \S+ = ")],
}


@pytest.mark.parametrize("rule", RULES)
def test_each_frame_tells_the_difference_quotient_and_the_limit(shown, rule):
    rule_picture(rule)
    frames = re.findall(r"^  h = (\S+): (.*)$", shown[0][1], re.M)
    assert len(frames) == len(STEPS) * len(TRUTH[rule])
    for place, (h, text) in enumerate(frames):
        f, x, derivative, before = TRUTH[rule][place // len(STEPS)]
        h = float(h)
        told, limit = text.split("At h → 0", 1)
        quotient = float(re.search(before + r"([\d.]+)\.(?: |$)", told)[1])
        assert quotient == pytest.approx((f(x + h) - f(x)) / h, rel=1e-4)
        assert limit.endswith(f"= {derivative}.")


def test_the_parts_of_the_product_add_up(shown):
    rule_picture("product")
    parts = re.findall(r"h = (\S+): .* = ([\d.]+) and .* = ([\d.]+), the corner is ([\d.]+)\. ", shown[0][1])
    assert len(parts) == len(STEPS)
    for h, *areas in (map(float, numbers) for numbers in parts):
        assert sum(areas) == pytest.approx((2 + h) ** 2 * (3 * (2 + h) - 1) - 20, rel=1e-4)


def test_the_areas_in_the_picture_have_their_sizes(shown):
    rule_picture("product")
    html = shown[0][0]
    for k, h in enumerate(STEPS):
        frame = html[html.index(f'data-frame="0.{k}"') :].partition("</g>")[0]
        sizes = [
            tuple(map(float, found)) for found in re.findall(r'width="([\d.]+)" height="([\d.]+)"', frame)
        ]
        (width, height), (_, top), (side, _), corner = sizes
        assert height / width == pytest.approx(4 / 5, rel=1e-3)
        assert top / height == pytest.approx(((2 + h) ** 2 - 4) / 4, abs=2e-3)
        assert side / width == pytest.approx(3 * h / 5, abs=2e-3)
        assert corner == (side, top)


def test_an_unknown_rule_names_the_known_ones():
    with pytest.raises(ValueError, match="constant, sum, power, product, quotient, chain"):
        rule_picture("integral")


@pytest.mark.parametrize("rule", RULES)
def test_nothing_leaves_the_picture_and_no_colour_is_fixed(shown, rule):
    rule_picture(rule)
    html = shown[0][0]
    picture = html[html.index("<svg") : html.index("</svg>")]
    assert not re.search(r"#[0-9a-f]{6}", picture)
    corners = " ".join(re.findall(r'points="([^"]+)"', picture))
    points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", corners)]
    points += [(float(x), float(y)) for x, y in re.findall(r'<text x="(-?[\d.]+)" y="(-?[\d.]+)"', picture)]
    assert points and all(0 <= x <= 640 and 0 <= y <= 300 for x, y in points)


@pytest.mark.browser
def test_by_keyboard(browser, shown):
    rule_picture("power")
    page = browser.new_page()
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="Power")
    status = figure.get_by_role("status")
    figure.get_by_role("slider", name="step h").focus()
    page.keyboard.press("ArrowRight")
    assert "2·2 + 0.25 = 4.25" in status.inner_text()
    figure.get_by_role("button", name="x³").focus()
    page.keyboard.press("Enter")
    assert "= 13.562" in status.inner_text()  # the step is kept, to compare
    page.close()
