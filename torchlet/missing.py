"""What to say when someone asks for a name that is not here: which name is nearest."""

import difflib


def missing(owner, name, names):
    """The AttributeError for `owner.name`, naming the nearest of `names` that exist."""
    if name.startswith("_"):
        return AttributeError(f"{owner} has no attribute '{name}'")
    near = difflib.get_close_matches(
        name.rstrip("_"), [n for n in names if not n.startswith("_")], n=3, cutoff=0.6
    )
    hint = f" Nearest here: {', '.join(near)}." if near else ""
    return AttributeError(
        f"{owner} has no attribute '{name}'. This core has what the lessons use of PyTorch, not everything.{hint}"
    )
