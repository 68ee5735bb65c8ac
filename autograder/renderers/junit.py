"""JUnit XML, as Ant's schema defines it and CI systems read it: a suite for each submission, a case for each test.

A test that failed is a failure, one that could not be run an error, and one that nobody has judged yet is skipped.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from autograder.records import Report, Submission, Test
from autograder.renderers import Material, for_student, points

# All that XML 1.0 cannot say, not even escaped: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(material: Material, moment: datetime | None = None) -> str:
    """The suites of all submissions. moment: stands in the file as the time of the tests; now, if there is none."""
    stamp = (moment or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suites = ET.Element("testsuites")
    for number, (report, entry) in enumerate(material.entries()):
        suites.append(_suite(material, report, entry, number, stamp))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _suite(material: Material, report: Report, entry: Submission, number: int, stamp: str) -> ET.Element:
    manual = material.given(report.lesson, entry)
    cases = [_case(report, entry, test, points(test, manual)) for test in entry.tests]
    outcomes = [child.tag for case in cases for child in case]
    suite = ET.Element(
        "testsuite",
        name=" ".join(_text(entry.student).split()) or "-",
        package=report.lesson,
        id=str(number),
        timestamp=stamp,
        hostname="localhost",
        tests=str(len(cases)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error")),
        skipped=str(outcomes.count("skipped")),
        time=f"{entry.seconds:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    marks = {"status": entry.status, "max_score": f"{entry.max_score:g}", "seed": str(report.seed)}
    if entry.score is not None:
        marks["score"] = f"{entry.score:g}"
    for name, value in marks.items():
        ET.SubElement(properties, "property", name=name, value=value)
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _text(entry.reason)
    ET.SubElement(suite, "system-err")
    return suite


def _case(report: Report, entry: Submission, test: Test, score: float | None) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=_text(test.title or test.id),
        classname=_text(f"{report.lesson}.{test.task}"),
        time=f"{test.seconds:.3f}",
    )
    if test.status == "passed" or (test.status == "manual" and score is not None):
        return case
    if test.status == "manual" or entry.status == "missing":
        why = "a person gives the points" if test.status == "manual" else entry.reason
        ET.SubElement(case, "skipped", message=_text(why))
        return case
    said = for_student(test) or [entry.reason if test.status == "could_not_run" else "not passed"]
    kind = "failure" if test.status == "failed" else "error"
    first = said[0].strip().partition("\n")[0]
    ET.SubElement(case, kind, type=test.status, message=_text(first)).text = _text("\n\n".join(said))
    return case


def _text(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)
