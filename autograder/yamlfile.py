"""YAML files that people write: read against a schema, mistakes with their lines; edited, comments kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError

from autograder.errors import InvalidCourseFile, Problem, nearest

Model = TypeVar("Model", bound=BaseModel)
Path_ = tuple[Any, ...]  # where a value stands: ("lessons", 3, "opens")
Rule = Callable[[Any], Iterable[tuple[Path_, str, str]]]  # a model to (where, what, repair) of each mistake


class _DatesAsText(RoundTripConstructor):
    """Leaves dates to the schema: YAML's own reader fails on 2027-13-01 without saying where."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda self, node: self.construct_scalar(node))


def read(file: Path, model: type[Model], rules: Rule = lambda _: ()) -> Model:
    """The file's content as a `model`. Raises `InvalidCourseFile` with all mistakes found."""
    yaml = YAML()
    yaml.Constructor = _DatesAsText
    try:
        tree = yaml.load(file.read_text(encoding="utf-8"))
    except DuplicateKeyError as error:
        name = str(error.problem).split('"')[1]
        raise _one(
            file, error.problem_mark.line, f"the key `{name}` stands here twice", "keep one of them"
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"not readable as YAML: {error.problem or error.context}"
        raise _one(file, mark.line, what, "look at the indentation, colons and quotes of this line") from None
    except UnicodeDecodeError as error:
        raise _one(file, None, f"not UTF-8 text: {error.reason}", "save it in the encoding UTF-8") from None
    tree = CommentedMap() if tree is None else tree
    if not isinstance(tree, CommentedMap):
        raise _one(
            file,
            0,
            "should be a list of `key: value` lines",
            f"start with `{next(iter(model.model_fields))}: `",
        )
    try:
        value = model.model_validate(tree)
    except ValidationError as error:
        mistakes = [_explain(mistake, model) for mistake in error.errors(include_url=False)]
    else:
        mistakes = list(rules(value))
    if mistakes:
        problems = [
            Problem(file.name, line_of(tree, where) + 1, what, repair) for where, what, repair in mistakes
        ]
        raise InvalidCourseFile(sorted(problems, key=lambda problem: problem.line))
    return value


def edit(file: Path, changes: dict[str, str]) -> None:
    """Set top-level keys of the file; comments, order and layout stay."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(file.read_text(encoding="utf-8"))
    tree.update(changes)
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(tree, stream)


def line_of(tree: Any, where: Path_) -> int:
    """The line (from 0) of the value at `where`, or of the nearest thing around it that exists."""
    line = 0
    for step in where:
        if isinstance(tree, CommentedMap) and step in tree:
            line = tree.lc.key(step)[0]
        elif isinstance(tree, CommentedSeq) and isinstance(step, int) and step < len(tree):
            line = tree.lc.item(step)[0]
        else:
            return line
        tree = tree[step]
    return line


def _one(file: Path, line: int | None, what: str, repair: str) -> InvalidCourseFile:
    return InvalidCourseFile([Problem(file.name, None if line is None else line + 1, what, repair)])


def _explain(mistake: Any, model: type[BaseModel]) -> tuple[Path_, str, str]:
    where: Path_ = mistake["loc"]
    key = next((step for step in reversed(where) if isinstance(step, str)), "")
    if mistake["type"] == "extra_forbidden":
        known = list(_model_at(model, where[:-1]).model_fields)
        meant = nearest(str(key), known)
        repair = f"did you mean `{meant}`?" if meant else f"take it out; known here: {', '.join(known)}"
        return where, f"unknown key `{key}`", repair
    if mistake["type"] == "missing":
        return where, f"`{key}` is missing", f"add a line `{key}: ...`"
    should = mistake["msg"].removeprefix("Value error, ").replace("Input should be", "should be")
    if mistake["type"] == "string_pattern_mismatch":
        should = f"should be {_form(model, where)}"
    if isinstance(mistake["input"], str) and mistake["input"].strip().isdecimal():
        return where, f'`{key}` is the text "{mistake["input"]}"', f"it {should}: take the quotes away"
    return where, f"`{key}` is {_shown(mistake['input'])}", f"it {should}"


def _shown(value: object) -> str:
    if isinstance(value, CommentedMap):
        return "a group of keys"
    if isinstance(value, CommentedSeq):
        return "an empty list" if not value else "a list"
    return "empty" if value is None else f"`{value}`"


def _inner(annotation: Any) -> Any:
    """The model or plain type inside `list[...]` and `... | None`."""
    for inner in get_args(annotation):
        if inner is not type(None):
            return _inner(inner)
    return annotation


def _model_at(model: type[BaseModel], where: Path_) -> type[BaseModel]:
    for step in where:
        if isinstance(step, str):
            model = _inner(model.model_fields[step].annotation)
    return model


def _form(model: type[BaseModel], where: Path_) -> str:
    """What the schema says about the form of the text at `where`."""
    names = [step for step in where if isinstance(step, str)]
    schema = _model_at(model, tuple(names[:-1])).model_json_schema()["properties"][names[-1]]
    return schema.get("description") or schema["items"]["description"]
