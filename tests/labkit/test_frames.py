"""Figures of frames: what they hold, what a Matplotlib figure becomes, and the hand on the slider in a browser."""

import pytest

from labkit import controls, palette, plots, session
from labkit.frames import Frame, PlotFrame, show_frames, show_plot_frames

BOXES = [
    Frame(f"step {i}", f"Box `{i}` of 3.", f'<text x="{40 * i}" y="10">box {i}</text>') for i in range(3)
]


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(session, "show", lambda html, text, **more: outputs.append((html, text, more)))
    return outputs


def secants():
    figure, axes = plots.subplots()
    axes.plot([0, 1, 2], [0, 1, 4], label="f")
    lines = [axes.plot([0, 2], [0, 2 * slope], color=palette.LIGHT["gradient"])[0] for slope in (1, 2, 3)]
    word = axes.text(0, 3, "always the same")
    frames = [PlotFrame(f"slope {i + 1}", f"Slope {i + 1}.", [line, word]) for i, line in enumerate(lines)]
    return figure, frames


def test_the_text_tells_every_frame(shown):
    show_frames("Boxes", {"left": BOXES, "right": BOXES[:1]}, size=(120, 20), slider="step", switch="Side:")
    assert shown[0][1].splitlines() == [
        "Boxes",
        "Side: left",
        *(f"  step {i}: Box {i} of 3." for i in range(3)),
        "Side: right",
        "  step 0: Box 0 of 3.",
    ]


@pytest.mark.parametrize(("start", "visible"), [(0, 0), (1, 1), (-1, 2), (-3, 0), (7, 2)])
def test_without_a_script_one_frame_is_seen(shown, start, visible):
    show_frames("Boxes", BOXES, size=(120, 20), slider="step", start=start)
    html = shown[0][0]
    assert [f'data-frame="0.{i}">' in html for i in range(3)] == [i == visible for i in range(3)]
    assert f'role="status">Box <code>{visible}</code> of 3.' in html


@pytest.mark.parametrize("frames", [[], {}, {"left": []}])
def test_no_frames_are_an_error(frames):
    with pytest.raises(ValueError, match="at least one frame"):
        show_frames("Boxes", frames, size=(1, 1), slider="step")


def test_a_plot_takes_the_colours_of_the_page(shown):
    figure, frames = secants()
    show_plot_frames("Secants", figure, frames, slider="slope", start=0)
    html = shown[0][0]
    picture = html[html.index('<svg viewBox="0') : html.index("</svg>")]
    assert "stroke: var(--lk-gradient)" in picture and "stroke: var(--lk-value)" in picture
    assert not [colour for colour in palette.LIGHT.values() if colour in picture]
    assert "fill: var(--lk-ink)" in picture  # black text would vanish on a dark page
    assert 'data-frame="0.0 0.1 0.2">' in picture  # the word is there in each frame
    assert picture.count('display="none"') == 2
    assert 'id="figure_1"' not in picture  # only what is referred to keeps its id


def test_the_same_plot_gives_the_same_bytes(shown):
    for _ in range(2):
        figure, frames = secants()
        show_plot_frames("Secants", figure, frames, slider="slope")
    assert shown[0][0] == shown[1][0]


def test_respond_draws_once_where_nobody_is(shown):
    def draw(text, kind, number):
        return f"<p>{text} {kind} {number}</p>", f"{text} {kind} {number}"

    controls.respond(
        draw,
        controls.Text("a", "3, 1"),
        controls.Choice("b", ["x", "y"], "y"),
        controls.Number("c", 2, 0, 4, 1),
    )
    assert shown == [("<p>3, 1 y 2</p>", "3, 1 y 2", {})]


RESPOND = """
from labkit import controls
def draw(a, b):
    return f"<p>{a}|{b}</p>", f"{a}|{b}"
controls.respond(draw, controls.Text("a", "3, 1"), controls.Choice("b", ["x", "y"], "y"))
"""


def test_respond_follows_what_is_typed(notebook):
    notebook.run(RESPOND)
    bundle = notebook.last()
    assert bundle["text/plain"] == "3, 1|y"
    box, field, picture = (
        next(key for key, state in notebook.models.items() if state.get("_model_name") == name)
        for name in ("VBoxModel", "TextModel", "OutputModel")
    )
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == box
    data = {"method": "update", "state": {"value": "4, 4"}, "buffer_paths": []}
    message = notebook.client.session.msg("comm_msg", {"comm_id": field, "data": data})
    notebook.client.shell_channel.send(message)
    notebook._collect(message["header"]["msg_id"])
    assert notebook.models[picture]["outputs"][0]["data"]["text/plain"] == "4, 4|y"


@pytest.mark.browser
def test_slider_buttons_and_switch(browser, shown):
    show_frames(
        "Boxes", {"left": BOXES, "right": BOXES[:2]}, size=(120, 20), slider="step", start=0, switch="Side"
    )
    show_plot_frames("Secants", *secants(), slider="slope", start=0)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content("".join(html for html, *_ in shown))
    figure = page.get_by_role("group", name="Boxes")

    def seen():
        return [text.text_content() for text in figure.locator("svg text").all() if text.is_visible()]

    slider, status = figure.get_by_role("slider", name="step"), figure.get_by_role("status")
    assert seen() == ["box 0"]
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert seen() == ["box 1"] and status.inner_text() == "Box 1 of 3."
    assert slider.get_attribute("aria-valuetext") == "step 1"
    page.keyboard.press("End")
    assert seen() == ["box 2"]
    figure.get_by_role("button", name="right").click()
    assert (
        seen() == ["box 0"]
        and figure.get_by_role("button", name="right").get_attribute("aria-pressed") == "true"
    )
    figure.get_by_role("button", name="Next").click()
    assert seen() == ["box 1"] and slider.get_attribute("max") == "1"
    plot = page.get_by_role("group", name="Secants")
    plot.get_by_role("button", name="Next").click()
    assert plot.locator("svg [data-frame='0.1']").first.is_visible()
    assert plot.locator("svg [data-frame='0.0']").first.is_hidden()
    page.close()
    assert errors == []


@pytest.mark.browser
def test_nothing_moves_when_names_and_texts_are_long_or_short(browser, shown):
    long = Frame("a name of many letters", "A text that needs more than one line of a narrow page. " * 2, "")
    show_frames(
        "Boxes", {"left": BOXES, "right": [*BOXES, long]}, size=(120, 20), slider="step", switch="Side"
    )
    page = browser.new_page(viewport={"width": 420, "height": 600})
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="Boxes")
    slider = figure.get_by_role("slider", name="step")
    places = set()
    for side in ("left", "right"):
        figure.get_by_role("button", name=side).click()
        for key in ("Home", "End"):
            slider.focus()
            page.keyboard.press(key)
            places.add((figure.bounding_box()["height"], slider.bounding_box()["width"]))
    page.close()
    assert len(places) == 1
