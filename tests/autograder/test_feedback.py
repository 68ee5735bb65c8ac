"""Pages of feedback: what a student may read, and nothing that a student could smuggle in."""

import json
import re
from functools import partial
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import pool, sanitise

LESSON = "01_squares"
COLAB = (
    "https://colab.research.google.com/github/example/course/blob/main/notebooks/01_squares/01_squares.ipynb"
)
CLASS = ("perfect", "wrong_answer", "scripts_in_text", "broken_json", "late", "prints_hidden_tests")


@pytest.fixture(scope="module")
def graded(recipes, tmp_path_factory):
    """A class that was graded; its course."""
    from autograder import coordinator
    from autograder.gradebook import Grades

    course = recipes.courses.text_course(tmp_path_factory.mktemp("course"))
    source = course.source_dir / LESSON / f"{LESSON}.py"
    text = source.read_text().replace("# ## Squares", "# ## 1. What is a square?")
    source.write_text(text.replace("multiply, do not double", "multiply, do not double (section 1)"))
    recipes.courses.hand_in(course, *CLASS, "formula")
    with Grades(course) as grades:
        run = coordinator.Coordinator(course, LESSON, grades, seed=3)
        run.run(run.prepare(), partial(pool.run, workers=2), False, lambda _: None)
        book = grades.book
        book.add_student("grace")
        grade = book.find_grade("why", LESSON, LESSON, "perfect")
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.find_comment("why", LESSON, LESSON, "perfect").manual_comment = "A <b>good</b> reason"
        book.db.commit()
    return course


@pytest.fixture
def pages(graded, autograder):
    """The pages by student."""
    done = autograder("--course", graded.root, "feedback", LESSON)
    assert done.code == 0
    return {
        path.parents[1].name: path.read_text()
        for path in graded.feedback_dir.glob(f"*/{LESSON}/{LESSON}.html")
    }


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", re.sub("<style>.*</style>", "", page, flags=re.DOTALL)))


def test_everyone_who_handed_in_under_a_name_has_a_page(pages):
    assert set(pages) == set(CLASS)


def test_points_messages_and_hints(pages):
    text = text_of(pages["wrong_answer"])
    assert "2 of 6" in text
    assert "Not passed Squares of three numbers 0 / 1 squares([3, 1, 2]) should be [9, 1, 4]" in text
    assert (
        "Not passed Squares of random numbers 0 / 2 This test is not shown. Hint: multiply, do not double"
        in text
    )


def test_hidden_tests_show_no_code_and_no_values(pages, graded):
    (entry,) = [
        json.loads(path.read_text())["submission"]
        for path in (graded.root / ".autograder/results" / LESSON).glob("wrong_answer.json")
    ]
    (hidden,) = [test for test in entry["tests"] if test["id"] == "squares_hidden"]
    values = re.findall(r"\d\.\d{3,}", hidden["message"])
    assert values, "the instructor's record has them"
    page = pages["wrong_answer"]
    assert not [value for value in values if value in page]
    assert "rng" not in page and "secret" not in page and "BEGIN HIDDEN" not in page


def test_what_a_cell_prints_of_hidden_tests_is_not_shown(pages, graded):
    graded_notebook = graded.autograded_dir / "prints_hidden_tests" / LESSON / f"{LESSON}.ipynb"
    assert "secret: the empty list" in graded_notebook.read_text()
    assert "secret" not in pages["prints_hidden_tests"]
    assert "print" in pages["prints_hidden_tests"]


def test_points_and_comments_given_by_hand(pages):
    text = text_of(pages["perfect"])
    assert "2.5 / 3" in text and "By hand 2.5 of 3 Together 8.5 of 9" in text
    assert "A &lt;b&gt;good&lt;/b&gt; reason" in pages["perfect"]


def test_nobody_is_handed_the_page_of_who_did_not_use_the_exchange(pages, graded, autograder):
    """nbgrader's release_feedback stops at the first student without these files."""
    folders = [graded.feedback_dir / name / LESSON for name in CLASS]
    assert all((folder / "timestamp.txt").is_file() for folder in folders)
    secrets = [(folder / "submission_secret.txt").read_text() for folder in folders]
    assert len(set(secrets)) == len(CLASS) and min(map(len, secrets)) >= 32
    autograder("--course", graded.root, "feedback", LESSON)
    assert secrets == [(folder / "submission_secret.txt").read_text() for folder in folders]


def test_a_student_nobody_knows(graded, autograder):
    done = autograder("--course", graded.root, "feedback", LESSON, "--student", "zoe")
    assert done.code == 2 and "no student `zoe` is known" in done.err


def test_a_task_leads_back_to_the_lesson(pages):
    """And what failed, to the section that its message names."""
    page = pages["wrong_answer"]
    assert (
        len(re.findall(f'<h2>[^<]*<a class="place" href="{COLAB}#scrollTo=[^"]+">in the lesson</a>', page))
        == 4
    )
    assert page.count("Read again:") == 1
    assert re.search(
        f'Read again:</strong> <a href="{COLAB}#scrollTo=[^"]+">1. What is a square\\?</a>', page
    )
    assert "Read again" not in pages["perfect"]


def test_what_could_not_be_graded_says_so(pages):
    assert "This could not be graded" in pages["broken_json"] and "not valid JSON" in pages["broken_json"]
    assert "A person will look at this" in pages["late"]
    assert "0 of 6" not in text_of(pages["broken_json"])


def test_a_page_needs_nothing_and_may_do_nothing(pages):
    for page in pages.values():
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "script" not in policy
        assert not re.findall(r"<(script|iframe|object|embed|form|link|base)\b", page)
        assert not re.findall(r"<[^>]*\s(on\w+|style)\s*=", page)
        plain = page.replace(f'href="{COLAB}#scrollTo=', "")  # the one address: the lesson itself
        assert not re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:javascript|https?:|//|file)""", plain)
        assert 'name="viewport"' in page


def test_again_gives_the_same_bytes(pages, graded, autograder):
    autograder("--course", graded.root, "feedback", LESSON)
    path = graded.feedback_dir / "perfect" / LESSON / f"{LESSON}.html"
    assert path.read_text() == pages["perfect"]


# What goes through the sanitiser

TRICKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://example.com/a.png'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src='https://example.com'></iframe>",
    "<p style='position:fixed'>x</p>",
    "<style>body{display:none}</style>",
    "<form action='https://example.com'><input></form>",
    "<meta http-equiv=refresh content='0;url=https://example.com'>",
    "<base href='https://example.com'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "![x](https://example.com/a.png)",
    "[x](javascript:alert(1))",
    "[x](vbscript:x)",
    "```{=html}\n<script>alert(1)</script>\n```",
]
FORBIDDEN = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "meta",
    "base",
    "link",
    "svg",
    "math",
    "noscript",
}


class Bad(HTMLParser):
    """What may not be in a page. A parser, since a harmless attribute may hold the text of a harmful tag."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            scheme = (value or "").strip().lower().partition(":")[0]
            if name.startswith("on") or name in ("style", "srcdoc", "action"):
                self.found.append(name)
            if name in ("src", "href") and scheme in ("javascript", "vbscript"):
                self.found.append(scheme)
            if (name == "href" and scheme == "data") or (
                name == "src" and not value.startswith("data:image/")
            ):
                self.found.append(f"{name}={value}")
        self.found += [tag] if tag in FORBIDDEN else []


def bad(text: str) -> list[str]:
    return Bad(text).found


def test_what_is_bad_is_found():
    for trick in TRICKS:
        assert bad(trick) or not trick.startswith("<"), trick
    assert not bad("<p title='<img src=x onerror=alert(1)>'>")


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks(trick):
    for made in (sanitise.html(trick), sanitise.markdown(trick), sanitise.plain(trick), sanitise.code(trick)):
        assert not bad(made)
    for data in ({"text/html": trick}, {"text/markdown": trick}, {"text/plain": trick}, {"image/png": trick}):
        assert not bad(sanitise.output({"output_type": "display_data", "data": data}))
    assert not bad(sanitise.output({"output_type": "stream", "text": trick}))
    assert not bad(sanitise.output({"output_type": "error", "traceback": [trick], "evalue": trick}))


@given(
    st.lists(
        st.sampled_from([*TRICKS, "<p>", "</p>", "`", "\n", "<b", "'", '"', "<!--", "<![CDATA["]), max_size=6
    )
)
def test_combined_tricks(pieces):
    text = "".join(pieces)
    assert not bad(sanitise.html(text))
    assert not bad(sanitise.markdown(text))


def test_what_stays():
    shown = sanitise.markdown(
        "# Title\n\n**bold** `x`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[x](https://example.com)"
    )
    for piece in (
        "<h1",
        "<strong>bold</strong>",
        "<code>x</code>",
        "<table>",
        'href="https://example.com"',
        "noopener",
    ):
        assert piece in shown
    picture = sanitise.markdown("![x](attachment:a.png)", {"a.png": {"image/png": "AAAA"}})
    assert '<img src="data:image/png;base64,AAAA"' in picture


def test_a_drawing_is_a_picture():
    drawing = {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload='alert(1)'></svg>"}}
    assert re.fullmatch(r'<img alt="" src="data:image/svg\+xml;base64,[\w+/=]+">', sanitise.output(drawing))


def test_long_output_is_cut():
    assert len(sanitise.plain("x" * 10**6)) < 30_000
