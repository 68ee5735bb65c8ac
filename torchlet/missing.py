"""What to say when someone asks for a name that is not here: which name is nearest, and which lesson explains that."""

import difflib
import sys

# Which lesson has what: by the module that a thing is defined in.
OF_LESSON = {
    "01": "creation filled ranges sampling typed dtypes promotion scalars elementwise operators comparison choices random"
    " filling printing",
    "02": "shapes joining indexing gathering views copying matrices einsum linalg reductions extremes in_place size",
    "03": "devices cuda gpus streams simulated_gpu cupy_gpu caching_allocator",
    "06": "backward engine graph tensor tracking autograd",
    "07": "grad_mode anomaly packing autograd.graph utils.checkpoint",
    "08": "tape variable",
    "09": "function function_node autograd.function autograd.gradcheck autograd.functional",
    "10": "nn optim utils activations",
}
_LESSON_OF = {module: lesson for lesson, modules in OF_LESSON.items() for module in modules.split()}

# Where the nearest thing is not the name that looks most alike.
ELSEWHERE = {
    "save": "state_dict of a module (lesson 10)",
    "load": "load_state_dict of a module (lesson 10)",
    "det": "linalg.det (lesson 02)",
    "inverse": "linalg.inv (lesson 02)",
    "as_strided": "unfold (lesson 02)",
    "vmap": "einsum (lesson 02)",
    "func": "autograd.functional (lesson 09)",
    "complex64": "float64 (lesson 01)",
    "bfloat16": "float16 (lesson 01)",
    "kron": "outer (lesson 02)",
    "diff": "narrow (lesson 02)",
    "apply_": "where (lesson 01)",
    "Conv2d": "Linear (lesson 10)",
    "conv2d": "nn.functional.linear (lesson 10)",
    "AdamW": "Adam with decoupled_weight_decay=True (lesson 10)",
    "lr_scheduler": 'param_groups of an optimizer: for group in optimizer.param_groups: group["lr"] *= 0.5 (lesson 10)',
    "RandomSampler": "DataLoader with shuffle=True (lesson 10)",
    "SequentialSampler": "DataLoader with sampler= (lesson 10)",
    "BatchSampler": "DataLoader with batch_sampler= (lesson 10)",
}


def missing(owner, name, names, found=lambda name: None):
    """The AttributeError for `owner.name`, naming the nearest of `names` that exist and the lesson of the first.

    `found`: gives what one of these names stands for.
    """
    if name.startswith("_"):
        return AttributeError(f"{owner} has no attribute '{name}'")
    near = difflib.get_close_matches(
        name.rstrip("_"), [n for n in names if not n.startswith("_")], n=3, cutoff=0.6
    )
    hint = ELSEWHERE.get(name) or ", ".join(near) + _lesson(near and found(near[0]))
    hint = f" Nearest here: {hint}." if hint else ""
    return AttributeError(
        f"{owner} has no attribute '{name}'. This core has what the lessons use of PyTorch, not everything.{hint}"
    )


def of_module(module):
    """The `__getattr__` of a module (by its name): what it has not is an AttributeError that names what it has."""

    def __getattr__(name):
        here = vars(sys.modules[module])
        raise missing(f"module '{module}'", name, here.get("__all__") or list(here), here.get)

    return __getattr__


def _lesson(thing):
    """ " (lesson 02)" for a function, class, module or property of torchlet."""
    thing = getattr(thing, "fget", None) or thing
    kind = getattr(thing, "__module__", None) or getattr(thing, "__name__", "")
    module = kind.removeprefix("torchlet.")
    lesson = _LESSON_OF.get(module) or _LESSON_OF.get(module.partition(".")[0])
    return f" (lesson {lesson})" if lesson else ""
