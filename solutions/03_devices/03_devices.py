# %% [markdown]
# You rent a machine with a GPU. You change one word in your program, from `"cpu"` to `"cuda"`, and you expect it to fly.
# It becomes slower.
# You measure one operation, and the clock says that the GPU is fifty times faster than its maker promises.
# Both happen to almost everybody, and both have the same cause: a GPU is a second computer, and you only send it orders.
#
# This lesson has one question: **where does a tensor live, what does it cost to move it, and what does a clock measure?**
# At the end you can write code that runs on whatever device there is, and time it honestly.
#
# **You need no GPU.** Where there is none, this lesson switches on a *simulated* one.
# Its arithmetic is done by your processor, so all results are right.
# Its rules, its memory counters and its clock behave as those of a real card.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import torchlet as torch  # "import torch" works as well; section 1 says what is different then

from labkit import expect, launch_timeline, predict, show_figure, subplots

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 01: `a = torch.zeros(3)`, then the line `a.add(1)`. What is in `a` afterwards?",
    {
        "three ones": "For this the name needs an underscore: `a.add_(1)` changes `a` itself. "
        "Without it the sum is a new tensor, and nobody kept it.",
        "three zeros": "`a.add(1)` makes a new tensor and leaves `a` alone. Nobody kept the new one. "
        "Keep this in mind: today you will meet the same trap again.",
        "nothing: a is now the number 1": "The 1 is added to each of the three numbers, in a new tensor. "
        "`a` stays what it was.",
        "an error, because the result is not used": "Python does not mind a result that nobody keeps. "
        "That is why this mistake is so quiet.",
    },
    answer="three zeros",
)

# %%
a = torch.zeros(3)
a.add(1)
print(a)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 02: `array = x.numpy()`, then `x += 1`. Does `array` change?",
    {
        "no: numpy() makes a copy": "`torch.tensor(array)` copies. `.numpy()` looks at the same memory, without a copy.",
        "no: x is now a new tensor": "`x = x + 1` would make a new tensor. `x += 1` works in place, as `add_` does.",
        "only if the dtype is float64": "The dtype has no say in this. NumPy knows float32 as well and can look at it.",
        "yes: both look at the same memory": "`.numpy()` copies nothing. Both names look at the same bytes, "
        "and this only works because NumPy can reach these bytes. Remember that in section 2.",
    },
    answer="yes: both look at the same memory",
)

# %%
x = torch.zeros(3)
array = x.numpy()
x += 1
print(array)

# %% [markdown]
# ## 1. Which devices are there?
#
# Three words first.
#
# - The **host** is your computer's processor, the CPU, with its memory. So far all tensors of this course have lived there.
# - A **device** is a place where tensors live and where operations on them run. The CPU is one, with the name `"cpu"`.
#   A **GPU** (graphics processing unit) is another: thousands of simple arithmetic units with a memory of their own.
# - **CUDA** is the interface through which programs use the GPUs of NVIDIA. So the device's name is `"cuda"`, or `"cuda:0"`
#   for the first card, `"cuda:1"` for the second.
#
# Between the two memories lies a narrow road, the **bus**.
# Every number that goes from one to the other travels on it.
#
# Ask what your machine has.

# %%
print("a GPU is there: ", torch.cuda.is_available())
print("number of GPUs: ", torch.cuda.device_count())
if not torch.cuda.is_available():
    try:
        torch.zeros(3, device="cuda")
    except (AssertionError, RuntimeError) as error:
        print(f"{type(error).__name__}:", str(error).partition(":")[0])

# %% [markdown]
# *Torch not compiled with CUDA enabled* is how PyTorch says that there is no GPU for it.
# You will see this message when you run somebody's `.cuda()` program on a laptop.
# (A PyTorch that was built for GPUs, on a machine that has none, raises a RuntimeError: *Found no NVIDIA driver*.)
#
# Now switch on the simulated device, if there is no real one.

# %% tags=["core-only"]
if torch.cuda.is_available():
    print("There is a GPU already:", torch.cuda.get_device_name(0))
elif hasattr(torch.cuda, "simulate"):
    gpu = torch.cuda.simulate()
    print("Switched on:", torch.cuda.get_device_name(0))
else:
    print("PyTorch finds no GPU, and it cannot simulate one. All cells below run on the CPU:")
    print(
        "where the text speaks of cuda:0 you will see cpu. Errors about devices will not come, no memory is counted."
    )
    print(
        "For the whole lesson, write `import torchlet as torch` in the first cell, or take a machine with a GPU."
    )

# %% [markdown]
# Everything that this device says about itself contains the word *simulated*.
# The times and bytes in the text of this lesson are those of the simulated card. A real card gives other times and obeys the same rules.
#
# What does it offer? `total_memory` is in bytes.

# %% tags=["core-only"]
if torch.cuda.is_available():
    properties = torch.cuda.get_device_properties(0)
    print(properties.name)
    print("memory:         ", properties.total_memory // 2**20, "MiB")
    print("multiprocessors:", properties.multi_processor_count)

# %% [markdown]
# A **multiprocessor** is a group of arithmetic units that work on one part of an operation.
# This card has 40 of them. Real cards have from about ten to almost two hundred.
#
# Here is the line with which most PyTorch programs begin.
# It picks the GPU if there is one, and the CPU otherwise.

# %%
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")

# %% tags=["core-only"]
print(repr(device))

# %% [markdown]
# From here on, no cell says `"cuda"` where it can say `device`.
# This is the whole trick of code that runs anywhere: **ask once, keep the answer in a variable, and use the variable.**
#
# ## 2. Does `.cuda()` move a tensor?
#
# There are three ways to get a tensor to another device.
#
# - `x.to(device)` brings it to any device.
# - `x.cuda()` brings it to the GPU, and `x.cpu()` back to the host.
# - `torch.zeros(3, device=device)` makes it there in the first place.
#
# Where a tensor is, you read from `x.device`, or from `x.is_cuda`.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`a = torch.tensor([1., 2., 3.])`, then the line `a.cuda()`. What is `a.device` afterwards?",
    {
        "cuda:0": "This is what the name promises. But `a.cuda()` returns a new tensor on the GPU, and this line "
        "threw it away. It is the trap of `a.add(1)` again.",
        "both: cpu and cuda:0": "A tensor lives on one device. There were two tensors for a moment, "
        "and the one on the GPU was given to nobody.",
        "cpu": "`a.cuda()` returns a new tensor and leaves `a` where it was. This line threw the new one away. "
        "Write `a = a.cuda()`.",
        "none: the memory on the host was freed": "The host's memory is freed when no name holds `a` any more. "
        "Here the name is still there.",
    },
    answer="cpu",
)

# %%
a = torch.tensor([1.0, 2.0, 3.0])
if torch.cuda.is_available():
    a.cuda()
print(a.device, a.is_cuda)

# %% [markdown]
# The line did work: it copied three numbers to the GPU, and then nobody kept them.
# Python gives no warning. The error comes later, in another line, where `a` meets a tensor that *is* on the GPU.
#
# The repair is to keep the result.

# %% tags=["core-only"]
a = a.to(device)
print(a)
print(a.device, a.is_cuda)

# %% [markdown]
# The printed form tells you when a tensor is not on the CPU.
# (For a whole model, `model.to(device)` *does* move the model's tensors. You will use that in lesson 10. For a tensor it never does.)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`a` is on `device` now. What does `a.to(device)` return this time?",
    {
        "a itself": "There is nothing to do, so nothing is copied. You may write `.to(device)` wherever you are "
        "not sure: where the tensor is there already, it costs nothing.",
        "a copy of a on the same device": "This would cost time and memory for nothing. If you want a copy, "
        "ask for it with `a.clone()`.",
        "an error: a is there already": "Then nobody could write code for any device. It is allowed, and free.",
        "None": "`.to` always returns a tensor with which you can go on working.",
    },
    answer="a itself",
)

# %%
a = a.to(device)
print(a.to(device) is a)

# %% [markdown]
# ### What else crosses the bus?
#
# NumPy works on the host only.
# It cannot look at memory that lies on another device, so sharing is not possible, and you have to ask for the copy.

# %% tags=["core-only"]
on_device = torch.tensor([1.0, 2.0, 3.0], device=device)
try:
    on_device.numpy()
except TypeError as error:
    print("TypeError:", error)

# %% [markdown]
# The message contains the repair. The copy is independent: the device's tensor does not change with it.

# %%
on_device = torch.tensor([1.0, 2.0, 3.0], device=device)
array = on_device.cpu().numpy().copy()  # copy() only matters where `device` is the CPU
array -= 1000
print("array:    ", array)
print("on device:", on_device.tolist())

# %% [markdown]
# `.item()`, `.tolist()` and `print` bring numbers to the host without being asked. Section 4 shows what this costs.
#
# If a tensor is meant for the device, make it there.
# `torch.zeros(1000, 1000).to(device)` fills the host's memory first, and then sends four million bytes over the bus.
# `torch.zeros(1000, 1000, device=device)` sends one order.
# All functions that make tensors take `device=`, and `zeros_like(x)` and its relatives take the device of `x`.

# %%
made = torch.zeros(2, 2, device=device)
like = torch.ones_like(made)
print(made.device == device, like.device == device, (made + like).device == device)

# %% [markdown]
# ## 3. What if two tensors live on different devices?
#
# A *batch*, some examples that are computed together, has just been read from a file and lies on the host.
# The *weights*, the numbers that a model learns, are on the device.

# %%
data = torch.tensor([1.0, 2.0, 3.0])
weights = torch.tensor([10.0, 20.0, 30.0], device=device)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`data` is on the CPU, `weights` on the GPU. What does `data + weights` do?",
    {
        "the sum, on the GPU": "The framework could do so, but it would send your data over the bus without a word, "
        "in every step. It refuses, and lets you decide.",
        "the sum, on the CPU": "Then the weights would travel in every step, and nobody would notice why the program "
        "is slow. It refuses, and lets you decide.",
        "the sum, on the device of the left tensor": "Sums should not depend on the order. No rule of this kind exists.",
        "a RuntimeError that names both devices": "Nothing travels unless you say so. The message names both devices, "
        "so that you can decide which tensor should move.",
    },
    answer="a RuntimeError that names both devices",
)

# %% tags=["core-only"]
try:
    print(data + weights)
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# This is the error that you will meet most often on a GPU.
# Whoever wrote `data.cuda()` in a line of its own, and kept nothing, meets it here, far from the mistake.
#
# There are three repairs. They give the same numbers, and differ in what travels and where the result is.

# %%
first = data.to(device) + weights  # 1. bring the data to the device: the usual way
second = data + weights.cpu()  # 2. bring the other one back: for small results, for plots
data_there = torch.tensor([1.0, 2.0, 3.0], device=device)
third = data_there + weights  # 3. make the data there: nothing travels
for result in (first, second, third):
    print(result.tolist())

# %% tags=["core-only"]
print(first.device, second.device, third.device)

# %% [markdown]
# One exception is allowed: a Python number, or a tensor on the CPU without dimensions, goes with a tensor on any device.

# %%
print((weights * 2).tolist())
print((weights + torch.tensor(0.5)).tolist())

# %% [markdown]
# `.to` belongs to tensors. A list or a dictionary of tensors does not have it.
# So go through the container, and move each tensor in it.

# %%
batch = [torch.ones(2), torch.zeros(3)]
try:
    batch.to(device)
except AttributeError as error:
    print("AttributeError:", error)

batch = [tensor.to(device) for tensor in batch]
print([tensor.device == device for tensor in batch])

# %% [markdown]
# Real batches are nested: a dictionary of lists of tensors, with texts and numbers between them.
# You will write the function that moves any of them, as homework.
#
# ## 4. What does the clock measure?
#
# Think of the host as a waiter and of the device as a kitchen.
# The waiter writes an order, hangs it up, and is free again. The kitchen cooks the orders one after the other.
#
# In the words of the field: the host **launches** an operation.
# The launch goes into a **queue**, and the host goes on with the next line of your program *before the operation has run*.
# This is called **asynchronous**.
# The program that runs on the device for one operation is called a **kernel**.
#
# The host only waits when it must: when it wants numbers back, or when you tell it to, with `torch.cuda.synchronize()`.
#
# Two small functions for all measurements below. Note that both ask which device is meant.

# %%
import time


def now(device):
    """Seconds, on the clock that counts the work of this device."""
    if device.type == "cuda":
        clock = getattr(torch.cuda, "clock", time.perf_counter)  # the virtual clock while a GPU is simulated
        return clock()
    return time.perf_counter()


def wait_for(device):
    """Lets the host wait until the device has done everything in its queue."""
    if device.type == "cuda":
        torch.cuda.synchronize()


# %% [markdown]
# A simulated device has a **virtual clock**: it counts what launches, copies and operations would take on the card.
# On a real GPU, `now` reads the ordinary clock of your computer.
#
# A product of two 1024×1024 matrices takes 1024³ multiplications and as many additions, together $2 \cdot 1024^3 \approx 2.1 \cdot 10^9$ operations.
# The card does $8 \cdot 10^{12}$ of them in a second. So the arithmetic needs 268 µs (microseconds, millionths of a second).

# %%
a = torch.rand(1024, 1024, device=device)
a @ a  # once before it counts: the reason comes below
wait_for(device)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The next cell reads the clock, runs `a @ a`, and reads the clock again. What is the difference?",
    {
        "about 268 µs: the arithmetic": "So much passes on the device. The clock is read on the host, "
        "and the host did not wait for the device.",
        "about 5 µs: the launch": "The host has hung up the order and read the clock. The product was not finished then. "
        "A clock around a GPU call times the launch.",
        "about 273 µs: launch and arithmetic": "This is what you want to know. You get it when the host waits before it "
        "reads the clock the second time.",
        "exactly 0: it has not begun yet": "The order has to be written first, and that takes the host a few microseconds.",
    },
    answer="about 5 µs: the launch",
)

# %% tags=["core-only"]
start = now(device)
b = a @ a
stop = now(device)
print(f"the clock says {1e6 * (stop - start):.1f} µs")

# %% [markdown]
# From this number follows a speed of $4 \cdot 10^{14}$ operations per second, fifty times what the card can do.
# Impossible numbers of this kind have been published.
#
# The repair is one line: wait, and then read the clock.

# %% tags=["core-only"]
wait_for(device)  # so that nothing old is left in the queue
start = now(device)
b = a @ a
wait_for(device)
stop = now(device)
print(f"the clock says {1e6 * (stop - start):.1f} µs")

# %% [markdown]
# ### The launch timeline
#
# Here are both lanes in one picture: what the host does and what the device does, for three products.
# The bracket shows what the clock measures.
# Choose with the switch whether the host waits, and move the slider to change the size of the matrices.

# %%
launch_timeline()

# %% [markdown]
# Try these, and say what you expect before you look.
#
# 1. *Without waiting*, from n = 1024 down to n = 64: does the clock change?
# 2. *With synchronize()*, at n = 64: who waits for whom?
# 3. From which n on is the device busy all the time?
#
# <details>
# <summary>The answers</summary>
#
# 1. No. It says 15 µs at each size: three launches.
# 2. Between two products the device waits for the host, which is still writing the next order.
#    At the end the host waits for the device, until the last product is done.
# 3. From n = 384 on. At n = 256 a product takes 4.2 µs, less than a launch. At n = 384 it takes 14.2 µs, so the next order is always there.
#
# </details>
#
# At small n, the device does nothing most of the time: it waits for orders.
# A program of many small operations is limited by its launches, and a faster card would not help.
#
# ### Why once before?
#
# Here is a new operation, three times the same, each time with waiting.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`torch.exp` of eight numbers, three times, honestly timed. What do the three times look like?",
    {
        "the first one is much longer": "Before an operation runs for the first time, its kernel has to be loaded, "
        "and other things are prepared. Afterwards it is warm.",
        "all three are the same": "The arithmetic is the same. But before the first one the kernel has to be loaded, "
        "and that takes far longer than eight exponentials.",
        "each is a little shorter than the one before": "The preparation is done once, not bit by bit. "
        "From the second time on nothing changes.",
        "the last one is the longest: the queue is full": "Each time the host waited until the queue was empty.",
    },
    answer="the first one is much longer",
)

# %% tags=["core-only"]
eight = torch.ones(8, device=device)
for attempt in (1, 2, 3):
    wait_for(device)
    start = now(device)
    torch.exp(eight)
    wait_for(device)
    print(f"attempt {attempt}: {1e6 * (now(device) - start):.1f} µs")

# %% [markdown]
# Run the cell once more: now the first attempt is as fast as the others, because `exp` is loaded.
# On a real GPU, the very first operation of a program can take a second.
# So whoever measures runs the operation once before. This is called **warming up**.
#
# ### A worked example: honest timing
#
# Six steps, in this order.

# %%
a = torch.rand(512, 512, device=device)


def product():
    return a @ a


product()  # 1. warm up
wait_for(device)  # 2. wait: nothing old is left in the queue
start = now(device)  # 3. read the clock
for _ in range(10):  # 4. launch the work, several times
    product()
wait_for(device)  # 5. wait: everything is done
stop = now(device)  # 6. read the clock, and divide by the number of times
seconds = (stop - start) / 10

# %% tags=["core-only"]
print(f"{1e6 * seconds:.1f} µs for one product")

# %% [markdown]
# Each step guards against one mistake:
# without 1 you measure the loading, without 2 old work is counted, without 5 you measure launches.
#
# Ten launches take 50 µs, and only one of them shows: while the device works on a product, the host launches the next.
# A product takes the device 33.6 µs, so the mean is (5 + 10 · 33.6) / 10 = 34.1 µs.
#
# PyTorch has a second way: put two marks into the queue itself, and ask how much *device* time lies between them, in milliseconds.

# %% tags=["core-only"]
if torch.cuda.is_available():
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begin.record()
    product()
    end.record()
    torch.cuda.synchronize()  # the marks must have been reached
    print(f"between the marks: {1000 * begin.elapsed_time(end):.1f} µs")

# %% [markdown]
# Again there are 5 µs more than the 33.6 µs of the product. The queue was empty, so after the first mark the device waited for the launch.
# With ten products between the marks, these 5 µs would hardly count.
#
# ### Waiting that you did not ask for
#
# Whenever Python needs a number from the device, the host has to wait.
# The function below adds a hundred times on the device, and fetches one number after each addition if you like.


# %%
def hundred_steps(read_each_time):
    """Seconds for a hundred additions on the device."""
    x = torch.ones(1000, device=device)
    total = x + x
    total[0].item()  # warm up
    wait_for(device)
    start = now(device)
    for _ in range(100):
        total = total + x
        if read_each_time:
            total[0].item()
    wait_for(device)
    return now(device) - start


# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x` is a large tensor on the GPU. Which of these lines makes the host wait for the device?",
    {
        "y = x * 2": "The product is launched, and Python gets a tensor whose numbers will be there in time. No waiting.",
        "print(x.shape)": "The host knows shape, dtype and device of each tensor without asking the device.",
        "if x.sum().item() > 0:": "To decide which way to go, Python needs the number itself. "
        "The host waits until it is computed, and then fetches it over the bus.",
        "y = torch.zeros_like(x)": "One more order in the queue. The host does not look at the numbers.",
    },
    answer="if x.sum().item() > 0:",
)

# %% tags=["core-only"]
print(f"reading nothing:    {1e6 * hundred_steps(False):.0f} µs")
print(f"reading each time: {1e6 * hundred_steps(True):.0f} µs")

# %% [markdown]
# More than three times as long, for a hundred numbers that perhaps nobody looks at.
# Without reading, only the launches count: 100 times 5 µs.
# With reading, the host also waits in each step for the addition, 2 µs, and for a copy over the bus, 10 µs.
#
# In programs that train a model this is the classic mistake: printing one number in every step.
# Keep such numbers as tensors, and read them once in a while.
#
# ## 5. Where does the GPU start to win?
#
# Now put the parts together. What takes how long on our card?
# These are round numbers for a middling card. They make up a **model**, and a model is not a measurement.

# %%
LAUNCH = 5e-6  # seconds of the host for each launch
SHORTEST = 2e-6  # seconds: no operation takes the device less, however small it is
RATE = 8e12  # operations per second, float32
MEMORY = 320e9  # bytes per second between the card's memory and its arithmetic units
COPY = 10e-6  # seconds before the first byte of a copy moves
BUS = 12e9  # bytes per second between host and device


def model(n, copies=0):
    """Seconds for a product of two n×n matrices, and for `copies` of such matrices over the bus."""
    operations = 2 * n**3
    matrix = 4 * n**2  # bytes of one matrix: a float32 number has four
    work = max(SHORTEST, 3 * matrix / MEMORY, operations / RATE)  # two matrices are read, one is written
    return LAUNCH + work + copies * (COPY + matrix / BUS)


# %% [markdown]
# **Launch cost + bytes / bandwidth + operations / rate**: with these three terms you can estimate any operation.
# (A **bandwidth** is a number of bytes per second.)
# The code has one refinement. While the arithmetic units work on one part, the card's own memory fetches the next.
# So of these two only the slower one counts. The copies over the bus always come on top.
#
# Does the model say what the virtual clock says?
# It has to: the simulated card computes its times with these six numbers. On a real card this comparison is a test of the model.

# %% tags=["core-only"]
for n in (8, 64, 256, 512):
    a = torch.rand(n, n, device=device)
    a @ a
    wait_for(device)
    start = now(device)
    a @ a
    wait_for(device)
    print(f"n = {n:4}   model {1e6 * model(n):5.1f} µs   clock {1e6 * (now(device) - start):5.1f} µs")

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Two 64×64 matrices are on the host. You copy both to the GPU, multiply, and copy the result back. "
    "Which part takes longest?",
    {
        "the multiplication: half a million operations": "Half a million operations take this card 0.07 µs. "
        "Even the 2 µs below which nothing runs are a small part of the whole.",
        "the launch": "5 µs. It is more than the arithmetic, and less than the copies.",
        "the three copies": "Each copy takes 10 µs before the first byte moves. The bytes themselves are quick: 16 KiB each.",
        "all three about the same": "They differ by factors. Put the numbers into the three terms of the model.",
    },
    answer="the three copies",
)

# %%
n = 64
print(f"arithmetic alone: {1e6 * 2 * n**3 / RATE:6.2f} µs")
print(f"the work:         {1e6 * (model(n) - LAUNCH):6.2f} µs")
print(f"the launch:       {1e6 * LAUNCH:6.2f} µs")
print(f"three copies:     {1e6 * (model(n, copies=3) - model(n)):6.2f} µs")
print(f"all together:     {1e6 * model(n, copies=3):6.2f} µs")

# %% [markdown]
# The arithmetic is 0.07 µs out of 41.10 µs.
# But why does the work take 2 µs, and not 0.07 µs?
# Because the rate of $8 \cdot 10^{12}$ holds only when all units work.
# One multiprocessor computes a whole square of the result, for example 32×32 numbers.
# A result of 64×64 numbers has four such squares: four of the 40 multiprocessors have work, and the others have none.
# Starting them takes its time as well.
# This is **parallelism**: the strength of a GPU is not that it computes one thing fast, but that it computes very many things at once.
#
# ### Your CPU against the model
#
# Your CPU pays neither launches nor copies. How long does it take, now, on your machine?
# Sizes that would take more than a second are not run: from n to 2n there are eight times as many operations, so eight times the time is a fair guess.

# %%
sizes = [8, 64, 256, 512, 1024, 2048, 4096]
cpu = torch.device("cpu")


def measured(n, device, repeats):
    """Seconds for a product of two n×n matrices, by the six steps."""
    a = torch.rand(n, n, device=device)
    a @ a
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        a @ a
    wait_for(device)
    return (now(device) - start) / repeats


cpu_seconds, guessed = [], []
for n in sizes:
    guess = 8 * cpu_seconds[-1] if n > 1000 else 0.0
    guessed.append(guess > 1.0)
    cpu_seconds.append(guess if guess > 1.0 else measured(n, cpu, repeats=10 if n < 500 else 1))

print("   n   your CPU       model, data there   model, with 3 copies")
for n, seconds, is_guess in zip(sizes, cpu_seconds, guessed, strict=True):
    mark = "≈" if is_guess else " "
    print(
        f"{n:4}  {mark}{1e6 * seconds:11,.0f} µs {1e6 * model(n):14,.0f} µs {1e6 * model(n, copies=3):18,.0f} µs"
    )

# %% [markdown]
# A curve for each column, with both axes logarithmic.
# The lines of the GPU are a model. They are flat as long as launch and copies decide, and rise when the arithmetic takes over.
#
# Would you rather have measurements? The program `measure_gpu.py` beside this notebook makes them on a machine with a real GPU,
# and writes them to `measured_gpu.json` together with the card's name and the date.
# If that file is there, its curve is drawn, too.

# %%
import json
from pathlib import Path

figure, axes = subplots(figsize=(7, 4))
axes.plot(sizes, cpu_seconds, "o-", label="your CPU, measured now")
axes.plot(sizes, [model(n) for n in sizes], "s--", label="GPU (model), data there")
axes.plot(sizes, [model(n, copies=3) for n in sizes], "^:", label="GPU (model), with 3 copies")
file = Path("measured_gpu.json")
if file.exists():
    card = json.loads(file.read_text(encoding="utf-8"))
    axes.plot(card["sizes"], card["seconds"], "d-", label=f"{card['card']}, measured {card['date']}")
axes.set(xscale="log", yscale="log", xlabel="size n of the matrices", ylabel="seconds for one product")
axes.set_xticks(sizes, [str(n) for n in sizes])
axes.minorticks_off()
axes.legend()
show_figure(
    figure,
    alt="Seconds for a product of two n×n matrices against n, both axes logarithmic. The CPU's curve begins lowest and "
    "rises steadily. The curves of the GPU's model are flat at first, then rise and end far below the CPU's curve.",
)

# %% [markdown]
# Where do the curves cross on your machine? There the GPU starts to win.
# With the data already on the card the crossing lies at small matrices, and with copies further to the right.
# Three reasons keep the GPU from winning at small sizes: **launch cost, transfer, and too little parallel work**.
#
# What follows for a program:
#
# - Copy early and rarely. Leave tensors where they are used.
# - Prefer one large operation to many small ones.
# - Read numbers back as seldom as you can.
#
# ### The same kind of estimate, with gaps
#
# A tensor with `count` float32 numbers lies on the host.
# It is copied to the card, and the sigmoid $1 / (1 + e^{-x})$ of every number is computed there. The result stays on the card.
#
# For a sigmoid the arithmetic is nothing: the memory decides.
# Each number is read from the card's memory once, and each result is written to it once.
# Fill the gaps, with the constants of the model. `SHORTEST` plays no role for large tensors, so leave it out.
# This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sigmoid_seconds(count):
    size = 4 * count  # bytes of the tensor
    # the copy over the bus: what passes before the first byte, and the bytes
    ### BEGIN SOLUTION
    copying = COPY + size / BUS
    ### END SOLUTION
    # the work on the card: the bytes that are read and written
    ### BEGIN SOLUTION
    working = 2 * size / MEMORY
    ### END SOLUTION
    # launch, copy and work together
    ### BEGIN SOLUTION
    return LAUNCH + copying + working
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
count = 64 * 512 * 16 * 16
over_bus, in_memory = 10e-6 + 4 * count / 12e9, 8 * count / 320e9

with expect.gaps():
    seconds = sigmoid_seconds(count)
    expect.type(seconds, float, name="sigmoid_seconds(64 * 512 * 16 * 16)")
    expect.close(
        1e6 * seconds,
        1e6 * (5e-6 + over_bus + in_memory),
        name="sigmoid_seconds(64 * 512 * 16 * 16), in µs,",
        hint="Write the three terms under each other: launch, copy over the bus, work in the card's memory.",
        where="the function model above, and its constants",
        mistakes={
            "Each number is read and each result is written: twice as many bytes of the card's memory.": 1e6
            * (5e-6 + over_bus + in_memory / 2),
            "These are microseconds already. The result should be in seconds, as the constants are.": 1e12
            * (5e-6 + over_bus + in_memory),
            "The launch is missing.": 1e6 * (over_bus + in_memory),
            "The 10 µs before the first byte of the copy are missing.": 1e6
            * (5e-6 + 4 * count / 12e9 + in_memory),
            "The copy goes over the bus, which is slower than the card's memory.": 1e6
            * (5e-6 + 10e-6 + 4 * count / 320e9 + in_memory),
            "The work goes on in the card's own memory, not over the bus.": 1e6
            * (5e-6 + over_bus + 8 * count / 12e9),
            "Copy and work come one after the other. Add them, do not take the longer one.": 1e6
            * (5e-6 + max(over_bus, in_memory)),
            "The copy is missing.": 1e6 * (5e-6 + in_memory),
            "These are numbers, not bytes: a float32 number takes four bytes. Compute with size.": 1e6
            * (5e-6 + 10e-6 + count / 12e9 + 2 * count / 320e9),
        },
    )
    expect.right(
        f"Right: {1e6 * (5e-6 + over_bus + in_memory):,.1f} µs, and {1e6 * over_bus:,.1f} µs of them for the copy."
    )

# %% [markdown]
# And what does the virtual clock say? Of this time, the copy takes thirteen times as long as the work.

# %% tags=["core-only"]
on_host = torch.zeros(64, 512, 16, 16)
torch.sigmoid(torch.ones(8, device=device))  # warm up
wait_for(device)
start = now(device)
result = torch.sigmoid(on_host.to(device))
wait_for(device)
print(f"the clock says {1e6 * (now(device) - start):,.1f} µs")
result = None

# %% [markdown]
# ## 6. What is in the card's memory?
#
# A card's memory is small and cannot be enlarged. When it is full, the program ends. So it pays to be able to count.
#
# Take what one layer of an image network hands to the next: for 64 images, 512 numbers at each of 16×16 points.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "How large is a float32 tensor of the shape 64×512×16×16? (1 KiB is 1,024 bytes.)",
    {
        "8,192 KiB": "There are 8,192 × 1,024 numbers. Each of them takes four bytes.",
        "32,768 KiB": "8,388,608 numbers, four bytes each: 33,554,432 bytes, or 32 MiB.",
        "65,536 KiB": "This would be so for float64, with eight bytes for each number.",
        "262,144 KiB": "Float32 has 32 bits. A byte has eight bits, so a number takes four bytes.",
    },
    answer="32,768 KiB",
)

# %%
shape = (64, 512, 16, 16)
x = torch.zeros(shape, device=device)
print(f"{x.numel():,} numbers × {x.element_size()} bytes = {x.numel() * x.element_size() // 1024:,} KiB")

# %% [markdown]
# `torch.cuda.memory_allocated()` says how many bytes all living tensors on the card take together.
# We look at the difference before and after.

# %% tags=["core-only"]
x = None  # forget the tensor of the cell above
before = torch.cuda.memory_allocated()
x = torch.zeros(shape, device=device)
print(f"{(torch.cuda.memory_allocated() - before) / 1024:,.1f} KiB")

before = torch.cuda.memory_allocated()
one_number = torch.zeros(1, device=device)
print(f"{(torch.cuda.memory_allocated() - before) / 1024:,.1f} KiB")
one_number = None

# %% [markdown]
# A single number takes 0.5 KiB: memory is handed out in **blocks of 512 bytes**, and every tensor gets whole blocks.
#
# ### What is kept for derivatives?
#
# From lesson 04 on, this course is about derivatives.
# With `requires_grad=True` you tell the framework that you will want some, and it keeps what it needs for computing them.
# (It computes them in a *backward pass*, the subject of lessons 05 to 07.) Here we only put on the scales what is kept.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x` has 32,768 KiB and requires gradients. `y = torch.sigmoid(x).mean()` is a single number. "
    "How much memory does this line keep in use?",
    {
        "one block of 0.5 KiB, for y": "This would be enough for y. But the derivative of the sigmoid is computed "
        "from its result, so all of the sigmoid's numbers are kept as well.",
        "32,768 KiB and one block": "The result of the sigmoid is needed for its derivative, so it stays. "
        "You have no name for it: what was recorded behind y holds it.",
        "65,536 KiB and one block": "Two tensors of this size live, x and the sigmoid's result. "
        "But x was there before.",
        "nothing: Python cleans up": "Python frees what nobody needs. Here y itself needs it.",
    },
    answer="32,768 KiB and one block",
)

# %% tags=["core-only"]
y = None  # forget an earlier run
x = torch.zeros(shape, device=device, requires_grad=True)
before = torch.cuda.memory_allocated()
y = torch.sigmoid(x).mean()
print(f"with gradients: {(torch.cuda.memory_allocated() - before) / 1024:9,.1f} KiB kept")

y = None
before = torch.cuda.memory_allocated()
with torch.no_grad():
    y = torch.sigmoid(x).mean()
print(f"with no_grad:   {(torch.cuda.memory_allocated() - before) / 1024:9,.1f} KiB kept")

# %% [markdown]
# `torch.no_grad()` says: *I want no derivatives of what is computed in this block.*
# Then nothing is kept. Whoever only uses a finished model works inside `no_grad`, and fits much larger batches on the card.
#
# One thing `no_grad` does not change: for a moment, the sigmoid's result has to be there.
# `max_memory_allocated` remembers the highest point.

# %% tags=["core-only"]
y = None
if torch.cuda.is_available():
    torch.cuda.reset_peak_memory_stats()
before = torch.cuda.memory_allocated()
with torch.no_grad():
    y = torch.sigmoid(x).mean()
print(f"at the end:   {(torch.cuda.memory_allocated() - before) / 1024:9,.1f} KiB more than before")
print(f"in between:   {(torch.cuda.max_memory_allocated() - before) / 1024:9,.1f} KiB more than before")

# %% [markdown]
# ### The caching allocator
#
# Asking the driver (the system's program for the card) for memory is slow: it has to wait until the card is idle.
# So the framework never gives memory back at once. It keeps it in a **cache** for the next tensor.
# The part of the framework that does this is the **caching allocator**.
#
# - `memory_allocated()`: bytes of living tensors.
# - `memory_reserved()`: bytes that the framework has got from the driver, used or cached.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The last name of a tensor with 32 MiB goes away: `x = None`. Which of the two numbers falls by 32 MiB?",
    {
        "both": "The tensor is gone, so the first one falls. But its memory stays in the cache, "
        "and for the driver it is still yours.",
        "only memory_reserved": "It is the other way round: the tensor is gone, and its memory stays reserved.",
        "only memory_allocated": "The tensor is gone, and its memory waits in the cache for the next tensor. "
        "Other programs, and the tool nvidia-smi, still see it as taken.",
        "neither: Python has to collect it first": "A tensor goes as soon as its last name goes. "
        "Python does not wait with that.",
    },
    answer="only memory_allocated",
)


# %% tags=["core-only"]
def say(text):
    allocated, reserved = torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
    print(f"{text:20} allocated {allocated // 1024:7,} KiB   reserved {reserved // 1024:7,} KiB")


a = b = x = y = None  # forget the large tensors of the cells above
torch.cuda.empty_cache()  # a clean start
x = torch.zeros(shape, device=device)
say("with x")
x = None
say("without x")
x = torch.zeros(shape, device=device)
say("a new x")
x = None
torch.cuda.empty_cache()
say("after empty_cache")

# %% [markdown]
# The new `x` cost the driver nothing: it got the cached memory.
# `empty_cache()` gives the cache back, so that *other* programs can have it.
# What is left are a few small tensors of the cells above, and the 2 MiB from the driver in which they lie.
#
# It is tempting to call it when memory runs out. Here is a very small card, of 64 MiB, and two tensors of 40 MiB.

# %% tags=["core-only"]
if hasattr(torch.cuda, "simulate"):
    with torch.cuda.simulate(memory=64 * 2**20):  # a small card, for this block only
        first = torch.zeros(10 * 2**20, device="cuda")
        torch.cuda.empty_cache()
        try:
            second = torch.zeros(10 * 2**20, device="cuda")
        except torch.cuda.OutOfMemoryError as error:
            print("OutOfMemoryError:", str(error).partition(" Of the allocated")[0])
        first = None
        second = torch.zeros(10 * 2**20, device="cuda")
        print("without the first one:", second.numel() * second.element_size() // 2**20, "MiB")
        second = None

# %% [markdown]
# `empty_cache()` frees no tensor, so it did not help. What helps is to let go of tensors, to work under `no_grad`,
# or to take smaller batches.
#
# ## 7. Smaller numbers
#
# Half the bytes take half the memory and half the way.
# So on GPUs people compute with **float16**, two bytes a number, and store with **int8**, one byte a number.

# %%
for dtype in (torch.float32, torch.float16, torch.int8):
    x = torch.ones(1_000_000, device=device).to(dtype)
    print(f"{dtype!s:14} {x.element_size()} bytes each, {x.numel() * x.element_size() / 1024:8,.1f} KiB")

# %% tags=["core-only"]
for dtype in (torch.float32, torch.float16, torch.int8):
    x = torch.ones(1_000_000, device=device).to(dtype)
    x + x  # warm up
    wait_for(device)
    start = now(device)
    x + x
    wait_for(device)
    print(f"{dtype!s:14} {1e6 * (now(device) - start):5.1f} µs for one addition")

# %% [markdown]
# For products the gain is greater: our card multiplies float16 matrices four times as fast as float32 matrices. Real cards have units for it, called *tensor cores*.
#
# What is the price? Think of the dtype ruler of lesson 01.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`h = torch.tensor([2048., 60000.], dtype=torch.float16)`. What are `h + 1` and `h * 2`?",
    {
        "2048, 60000 and 4096, inf": "From 2048 on float16 only has even numbers, and beyond 65504 it has none at all. "
        "The 1 is lost, and the double of 60000 is infinite.",
        "2049, 60001 and 4096, 120000": "This is what float32 gives. float16 has about three decimal digits, "
        "and ends at 65504.",
        "2049, 60001 and 4096, inf": "It is true that 65504 is the largest number. But near 2048 the neighbours are "
        "already 2 apart, so there is no 2049.",
        "2048, 60000 and 4096, 65504": "The 1 is lost, as you say. But a result that is too large becomes inf, "
        "it does not stay at the largest number.",
    },
    answer="2048, 60000 and 4096, inf",
)

# %%
h = torch.tensor([2048.0, 60000.0], dtype=torch.float16, device=device)
print((h + 1).tolist())
print((h * 2).tolist())

# %% [markdown]
# Integers have another end: they wrap around. And a GPU has no product for matrices of integers.

# %%
q = torch.tensor([100, -100], dtype=torch.int8, device=device)
print((q + q).tolist())

# %% tags=["core-only"]
m = torch.ones(2, 2, dtype=torch.int8, device=device)
try:
    print(m @ m)
except NotImplementedError as error:
    print("NotImplementedError:", error)

# %% [markdown]
# *Char* is the name of int8 in C, and `addmm_cuda` is the kernel for products of matrices.
# On the CPU the same line works. So test your code on the device on which it will run.
#
# How can int8 be useful, then? For *storing* weights.
# Divide by a scale, so that the largest becomes 127, and round to whole numbers. When they are needed, multiply by the scale.
# This is called **quantisation**. The numbers that it can restore are one scale apart: this is its *step*.

# %%
w = torch.tensor([0.023, -0.5, 0.314, 1.27], device=device)
scale = w.abs().max() / 127
small = torch.round(w / scale).to(torch.int8)
back = small.float() * scale
print("stored:       ", small.tolist(), f"in {small.numel()} bytes instead of {4 * w.numel()}")
print("restored:     ", [round(number, 3) for number in back.tolist()])
print("largest error:", round((back - w).abs().max().item(), 3))
print("half a step:  ", round(scale.item() / 2, 3))

# %% [markdown]
# A quarter of the memory, and no number is wrong by more than half a step. Large language models are stored in this way.
#
# ## 8. In PyTorch
#
# The rules of this lesson are PyTorch's. Here are both libraries side by side: names of devices, `.to` on the same device,
# bytes of float16 and int8.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    x = library.tensor([1.0, 2.0])
    print(
        f"{library.__name__:9}",
        x.device,
        x.is_cuda,
        library.device("cuda:1"),
        library.device("cuda", 0).index,
        x.to("cpu") is x,
        x.half().element_size(),
        x.to(library.int8).element_size(),
    )

# %% [markdown]
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | a real GPU | through CuPy, one card | NVIDIA, AMD, Intel and Apple (`"mps"`), many cards |
# | without a GPU | `torch.cuda.simulate()` switches on a simulated card | there is no such thing |
# | the clock | `torch.cuda.clock()`: virtual while simulated | `time.perf_counter()` |
# | queues | one | one by default; others, called *streams*, run side by side |
# | copies | the host waits | with `pin_memory()` and `non_blocking=True` the host goes on |
# | the caching allocator | the same sizes and blocks | the original |
# | `torch.zeros(3, device="cuda")` without a GPU | AssertionError: *Torch not compiled with CUDA enabled* | the same |
#
# **A real GPU for an hour.** In Google Colab: menu *Runtime*, *Change runtime type*, choose a GPU.
# Then write `import torch` in the first cell, and compare the times with those of the model.

# %% [markdown]
# ## Homework
#
# Five tasks, 10 points, about 45 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.
# No GPU is needed: the checks simulate one.

# %% [markdown]
# ### Task 1 · Pick a device (2 points)
#
# *Difficulty 1 of 3, about 7 minutes.*
#
# A program has an option: the user names the device that she prefers. But her machine may not have it.
# Write `pick_device(preferred)`.
#
# - `preferred` is a text: `"cpu"`, `"cuda"`, `"cuda:0"`, `"cuda:1"`, and so on. `"cuda"` means the first card, `"cuda:0"`.
# - The result is a `torch.device`, not a text.
# - `"cpu"` gives the CPU, also where there is a GPU.
# - If a GPU is asked for and there is none at all, the result is the CPU.
# - If there are GPUs, but not the one with this number, the result is the first one, `cuda:0`.
#   (With two GPUs, the numbers are 0 and 1.)
# - Only ask `torch.cuda`; do not make a tensor to try.
#
# ```python
# pick_device("cuda:1")  # two GPUs: cuda:1     one GPU: cuda:0     none: cpu
# ```
#
# <details>
# <summary>Help: how do I take a name such as "cuda:1" apart?</summary>
#
# `torch.device("cuda:1")` does it for you: its `.type` is `"cuda"` and its `.index` is 1.
# For `"cuda"` the `.index` is `None`: nobody said a number.
# `torch.device("cuda", 1)` puts both together again.
#
# </details>
#
# <details>
# <summary>Help: '&lt;' not supported between instances of 'NoneType' and 'int'</summary>
#
# You compare `.index` with a number, and for `"cuda"` it is `None`. Treat this case first: it means number 0.
#
# </details>
#
# <details>
# <summary>Help: how do I test this on a machine with a single GPU, or with none?</summary>
#
# The check does it: for a moment, it replaces `torch.cuda.is_available` and `torch.cuda.device_count` by functions that
# give other answers. So ask these two, each time when `pick_device` is called.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "pick_device", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pick_device(preferred):
    """The torch.device that the text `preferred` names, or the best one that there is instead."""
    ### BEGIN SOLUTION
    wanted = torch.device(preferred)
    if wanted.type == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    index = wanted.index or 0
    if index >= torch.cuda.device_count():
        index = 0
    return torch.device("cuda", index)
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "pick_device_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: pick_device on a machine with so many GPUs
def picked(preferred, gpus):
    from unittest.mock import patch

    with (
        patch.object(torch.cuda, "is_available", lambda: gpus > 0),
        patch.object(torch.cuda, "device_count", lambda: gpus),
    ):
        found = pick_device(preferred)
    return type(found).__name__, str(found)


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "pick_device_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Machines with no, one and two GPUs
for preferred, gpus, name, reason in [
    ("cuda:0", 1, "cuda:0", "The card is there, and it is the one that was asked for."),
    ("cpu", 1, "cpu", "The user asked for the CPU. A GPU that is there does not change that."),
    ("cuda:0", 0, "cpu", "torch.cuda.is_available() is False: there is only the CPU."),
    ("cuda:1", 2, "cuda:1", "Two cards have the numbers 0 and 1, so the second one is there. Return the one that was asked for."),
    ("cuda:1", 1, "cuda:0", "One card has the number 0. Number 1 is not there: compare the number with device_count()."),
    ("cuda", 1, "cuda:0", "The index of torch.device('cuda') is None. It means the first card, number 0."),
]:  # fmt: skip
    kind, found = picked(preferred, gpus)
    expect.equal(
        kind,
        "device",
        name=f"the type of pick_device({preferred!r})",
        hint="Return a torch.device: torch.device('cpu'), not the text 'cpu'.",
        where="section 1, the line that picks the device",
        mistakes={"None came back. Each way through the function needs a return.": "NoneType"},
    )
    expect.equal(
        found,
        name,
        name=f"pick_device({preferred!r}) on a machine with {gpus} GPU{'s' * (gpus != 1)}",
        hint=reason,
        where="section 1, and the rules of this task",
    )
expect.passed("pick_device")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "pick_device_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other numbers of GPUs, and other wishes
### BEGIN HIDDEN TESTS
rng = expect.rng()
most = int(rng.integers(3, 7))
for gpus in (0, 1, 2, most, 12):
    for preferred in ("cpu", "cuda", *(f"cuda:{number}" for number in range(most + 2)), "cuda:10", "cuda:11"):
        number = int(preferred.partition(":")[2] or 0)
        name = f"cuda:{number if number < gpus else 0}" if gpus and preferred != "cpu" else "cpu"
        kind, found = picked(preferred, gpus)
        expect.equal(
            (kind, found),
            ("device", name),
            name=f"pick_device({preferred!r}) on a machine with {gpus} GPU{'s' * (gpus != 1)}",
            hint="Go through the rules of the task in their order. Cards are numbered from 0, and a number may have two digits.",
        )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · Move a whole batch (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write `move(batch, device)`.
#
# - `batch` is a tensor, or a list, a tuple or a dictionary of batches, nested as deep as you like.
#   A batch may also contain texts, numbers and `None`.
# - The result has the same form, with every tensor on `device`. Lists stay lists, tuples stay tuples, dictionaries stay dictionaries.
# - Whatever is neither a tensor nor one of the three containers stays as it is. Keys of dictionaries stay as they are.
# - The given batch is not changed: the containers of the result are new ones.
#
# ```python
# batch = {"images": [torch.ones(2), torch.zeros(2)], "names": ("a", "b"), "epoch": 3}
# move(batch, device)  # the same dictionary, with both tensors on device
# ```
#
# <details>
# <summary>Help: how do I handle "nested as deep as you like"?</summary>
#
# Let `move` call itself for each part of a container: the part may be a container again, and `move` knows what to do with it.
#
# </details>
#
# <details>
# <summary>Help: how do I tell what something is?</summary>
#
# `isinstance(batch, torch.Tensor)`, `isinstance(batch, dict)`, `isinstance(batch, (list, tuple))`.
# `type(batch)(...)` makes a list again from a list, and a tuple from a tuple.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "move", "locked": false, "schema_version": 3, "solution": true, "task": false}
def move(batch, device):
    """The batch with every tensor in it on the device: tensors, lists, tuples and dictionaries, nested."""
    ### BEGIN SOLUTION
    if isinstance(batch, torch.Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: move(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(move(value, device) for value in batch)
    return batch
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "move_words", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: a batch in words, with the place of each tensor (or as if it were at another place)
def in_words(batch, place=None):
    if isinstance(batch, torch.Tensor):
        where = str(place or batch.device)
        return f"tensor on {where}: {'...' if where == 'meta' else batch.tolist()}"
    if isinstance(batch, dict):
        return {key: in_words(value, place) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)([in_words(value, place) for value in batch])
    return batch


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "move_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: move(batch, ...) to a simulated GPU, in words. PyTorch has none; its device "meta" is a place without memory
def after_move(batch, place=""):
    from contextlib import nullcontext
    from copy import deepcopy

    with torch.cuda.simulate() if hasattr(torch.cuda, "simulate") else nullcontext():
        place = place or ("cuda:0" if torch.cuda.is_available() else "meta")
        given = deepcopy(batch)
        result = move(given, torch.device(place))
        return {"place": place, "result": in_words(result), "batch": in_words(given), "same": result is given}


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "move_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A tensor, containers, what is no tensor, and the batch afterwards
one, two = torch.tensor([1.0, 2.0]), torch.tensor([3, 4])
for text, batch, reason in [
    ("a tensor", one, "Return what batch.to(device) gives. The tensor itself stays where it was."),
    ("a list of tensors", [one, two], "Move each part, and put the results into a new list."),
    ("a tuple of tensors", (one, two), "A tuple stays a tuple: type(batch)(...) makes the same kind of container."),
    ("a dictionary of tensors", {"x": one, 7: two}, "Move the values, and keep the keys as they are."),
    ("a list of lists", [[one], [two, [one]]], "A part may be a container again: let move call itself for each part."),
    ("a text, a number and None", ["ab", 3, None, 2.5], "What is neither a tensor nor a container comes back as it is."),
    ("a mixed batch", {"x": [one, {"y": two}], "names": ("a", one), "epoch": 3}, "Let move call itself for each part."),
]:  # fmt: skip
    moved = after_move(batch)
    expect.equal(
        moved["batch"],
        in_words(batch),
        name=f"for {text}: after the call, batch",
        hint="Put the results into a new container. The caller may still need the old one.",
        where="section 2: .to returns a new tensor",
    )
    expect.equal(
        moved["result"],
        in_words(batch, moved["place"]),
        name=f"for {text}: move(batch, device)",
        hint=reason,
        where="section 3, a list of tensors",
        mistakes={
            "No tensor has moved. tensor.to(device) returns a new tensor: keep what it returns.": in_words(batch),
            "None came back. Each way through the function needs a return.": None,
        },
    )  # fmt: skip
expect.true(
    not after_move([one])["same"],
    "move gave back the list that it was given.",
    hint="Make a new list. The caller may still need the old one.",
)
expect.passed("move")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "move_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random batches, nested more deeply
### BEGIN HIDDEN TESTS
rng = expect.rng()


def random_batch(depth):
    kind = int(rng.integers(0, 3)) if depth else 3
    if kind < 3:
        parts = [random_batch(depth - 1) for _ in range(int(rng.integers(1, 3)))]
        parts += [str(rng.choice(["x", "labels"])), int(rng.integers(0, 9)), None]
        return [parts, tuple(parts), {("k", i): part for i, part in enumerate(parts)}][kind]
    return torch.tensor(rng.integers(0, 100, (2, 2)).tolist())


mixed = [random_batch(2), (random_batch(1), torch.tensor(1.5)), {"deep": {"deeper": [random_batch(1)]}}]
for batch in (mixed, tuple(mixed), {"all": mixed}, [], (), {}, "text", True):
    moved = after_move(batch)
    expect.equal(
        moved["result"],
        in_words(batch, moved["place"]),
        name="move of a random batch",
        hint="Run the visible check above first. Containers in containers have to be walked through as well.",
    )
    expect.equal(
        moved["batch"],
        in_words(batch),
        name="the given batch after move",
        hint="Put the results into new containers, at every depth.",
    )
    if isinstance(batch, (list, dict)):
        expect.true(
            not moved["same"],
            "move gave back the container that it was given.",
            hint="Make a new one, also for an empty list or dictionary.",
        )
there = torch.tensor(rng.uniform(0.0, 1.0, 3).tolist())
expect.equal(
    after_move((there, [there]), "cpu")["result"],
    in_words((there, [there])),
    name="move to the CPU",
    hint="The function has to obey its argument device, whatever devices there are.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · Will it fit? (2 points)
#
# *Difficulty 1 of 3, about 8 minutes.*
#
# Two functions in one cell.
#
# `tensor_bytes(t)` is the number of bytes that the numbers of the tensor `t` take: a whole number, for any dtype and any shape.
#
# `fits(shape, dtype, free)` says whether a new tensor fits into `free` bytes.
#
# - `shape` is a tuple, `dtype` a dtype such as `torch.float16`, and `free` a whole number.
# - Memory is handed out in blocks of 512 bytes, and each tensor gets whole blocks. A tensor without any numbers needs none.
# - The result is `True` or `False`. A tensor that takes exactly `free` bytes fits.
# - Do not make the tensor: you are asked *before* it is made, and it may be far too large.
#
# ```python
# tensor_bytes(torch.zeros(3, 5))  # 60
# fits((64, 512, 16, 16), torch.float32, 32 * 2**20)  # True
# fits((1,), torch.int8, 511)  # False: one block has 512 bytes
# ```
#
# <details>
# <summary>Help: how do I get the bytes of one number from a dtype?</summary>
#
# `torch.float16.itemsize` is 2. For a tensor, `t.element_size()` says the same.
#
# </details>
#
# <details>
# <summary>Help: how do I round up to whole blocks?</summary>
#
# `//` rounds down. So add 511 before you divide by 512. `math.ceil(size / 512)` works as well.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "bytes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tensor_bytes(t):
    """The number of bytes that the numbers of t take."""
    ### BEGIN SOLUTION
    return t.numel() * t.element_size()
    ### END SOLUTION


def fits(shape, dtype, free):
    """Whether a new tensor of this shape and dtype fits into `free` bytes, in whole blocks of 512 bytes."""
    ### BEGIN SOLUTION
    size = dtype.itemsize
    for length in shape:
        size *= length
    blocks = (size + 511) // 512
    return blocks * 512 <= free
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "bytes_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Bytes of several dtypes, and tensors at the edge
for text, t, size in [
    ("torch.zeros(3, 5)", torch.zeros(3, 5), 60),
    ("torch.zeros(3, 4, dtype=torch.float16)", torch.zeros(3, 4, dtype=torch.float16), 24),
    ("torch.zeros(5, dtype=torch.int8)", torch.zeros(5, dtype=torch.int8), 5),
    ("torch.zeros(2, 3, 4, dtype=torch.float64)", torch.zeros(2, 3, 4, dtype=torch.float64), 192),
    ("torch.tensor(7)", torch.tensor(7), 8),
]:
    got = tensor_bytes(t)
    expect.type(
        got,
        int,
        name=f"tensor_bytes({text})",
        hint="The result is one of Python's whole numbers: numel() and element_size() give such.",
    )
    expect.equal(
        got,
        size,
        name=f"tensor_bytes({text})",
        hint="Multiply how many numbers there are by the bytes of one of them.",
        where="section 6, numel and element_size",
        mistakes={
            "This is how many numbers there are. Each of them takes several bytes.": t.numel(),
            "Each number is counted with four bytes. That is so for float32 only: ask the tensor.": 4 * t.numel(),
            "len(t) is the first length of the shape only. numel() counts all numbers.": (
                len(t) * t.element_size() if t.shape else -1
            ),
        },
    )  # fmt: skip

edge = "A tensor that takes exactly the free bytes fits."
for shape, dtype, free, truth, reason in [
    ((64, 512, 16, 16), torch.float32, 40 * 2**20, True, "It takes 32 MiB."),
    ((64, 512, 16, 16), torch.float32, 30 * 2**20, False, "It takes 32 MiB: four bytes for each number."),
    ((64, 512, 16, 16), torch.float16, 30 * 2**20, True, "It takes 16 MiB: a float16 number has two bytes."),
    ((64, 512, 16, 16), torch.float32, 32 * 2**20, True, edge),
    ((1,), torch.int8, 511, False, "Whole blocks: even a single byte takes a block of 512 bytes."),
    ((1,), torch.int8, 512, True, edge),
    ((200,), torch.float32, 1000, False, "800 bytes take two blocks, so 1,024 bytes."),
    (
        (1_000_000, 1_000_000),
        torch.float32,
        8 * 2**30,
        False,
        "Compute with the shape. Do not make the tensor.",
    ),
]:
    got = fits(shape, dtype, free)
    expect.type(
        got,
        bool,
        name=f"fits({shape}, {dtype}, {free:,})",
        hint="The result is Python's True or False. bool(...) makes it from what NumPy or a tensor says.",
    )
    expect.true(
        got is truth,
        f"fits({shape}, {dtype}, {free:,}) should be {truth}.",
        hint=reason,
        where="section 6, blocks of 512 bytes, and the rules of this task",
    )
expect.passed("tensor_bytes", "fits")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "bytes_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random shapes and dtypes, parts of tensors, tensors without numbers
### BEGIN HIDDEN TESTS
rng = expect.rng()
SIZES = {
    torch.float16: 2,
    torch.float32: 4,
    torch.float64: 8,
    torch.int8: 1,
    torch.uint8: 1,
    torch.int64: 8,
    torch.bool: 1,
}
for dtype, size in SIZES.items():
    shape = tuple(int(length) for length in rng.integers(2, 6, int(rng.integers(1, 5))))
    count = 1
    for length in shape:
        count *= length
    t = torch.zeros(shape, dtype=dtype)
    expect.equal(
        tensor_bytes(t),
        count * size,
        name=f"tensor_bytes of a {dtype} tensor of shape {shape}",
        hint="How many numbers there are, times the bytes of one: numel() and element_size().",
    )
    expect.equal(
        tensor_bytes(t[:1]),
        count // shape[0] * size,
        name="tensor_bytes of t[:1]",
        hint="Count the numbers of t itself.",
    )
    number = f"a {dtype} tensor of shape {(3, *shape)}"
    need = -(-3 * count * size // 512) * 512
    for free, truth in [
        (need - 1, False),
        (need, True),
        (need + 1, True),
        (3 * count * size - 1, False),
        (0, False),
    ]:
        expect.true(
            fits((3, *shape), dtype, free) is truth,
            f"fits should be {truth} for {number} and {free:,} free bytes.",
            hint="Round the bytes up to whole blocks of 512, then compare. Exactly as much as is free fits.",
        )
    blocks = int(rng.integers(2, 9))
    expect.true(
        fits((512 // size, blocks), dtype, 512 * blocks) is True,
        f"{blocks} full blocks fit into {blocks} free blocks.",
        hint="A full block needs no further one: round up only if something is left over.",
    )
expect.equal(
    tensor_bytes(torch.zeros(0, 3)),
    0,
    name="tensor_bytes of a tensor without numbers",
    hint="A tensor without any numbers takes no bytes.",
)
expect.true(
    fits((0, 3), torch.float32, 0) is True,
    "A tensor without any numbers needs no block.",
    hint="A tensor without any numbers needs no block, so it fits into 0 bytes.",
)
for free, truth in [(512, True), (511, False)]:
    expect.true(
        fits((), torch.float64, free) is truth,
        f"A tensor of no dimensions has one number, and takes one block. fits should be {truth} for {free} bytes.",
        hint="A tensor of the shape () has one number, and takes one block.",
    )
expect.true(
    fits((10**7, 10**7, 10**7), torch.int8, 10**20) is False,
    "10^21 bytes do not fit into 10^20.",
    hint="10^21 is larger than every int64. NumPy and tensors overflow without a word; Python's whole numbers and "
    "math.prod do not.",
)
expect.true(
    fits((10**6, 10**6, 10**3), torch.int8, 10**16) is True,
    "10^15 bytes fit into 10^16.",
    hint="Do not make the tensor.",
)
expect.true(
    fits((10**6, 10**6, 10**3), torch.int8, 10**14) is False,
    "10^15 bytes do not fit into 10^14.",
    hint="Do not make the tensor.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · Time it honestly (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write `timed(fn, device, repeats)`: how many seconds one call of `fn` takes.
#
# - `fn` is a function without arguments. It works on `device`, which is a `torch.device`: a GPU or the CPU.
# - The result is the mean over `repeats` calls, launched one after the other without waiting between them.
# - It counts the work on the device and not only the launches. It counts neither the first call, in which things are loaded,
#   nor work that was in the queue before.
# - The right clock is read: `now(device)` and `wait_for(device)` of section 4 know which one that is. You may use them.
# - On a machine without a GPU it works too, for the CPU.
#
# <details>
# <summary>Help: the check says that my time is far too short</summary>
#
# You measure launches. Between the last call of `fn` and the second look at the clock, the host has to wait.
#
# </details>
#
# <details>
# <summary>Help: the check says that my time is too long</summary>
#
# Go through the six steps of section 4. Is `fn` called once before the clock starts? And has the host waited then,
# so that this call and all older work are done?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "timed", "locked": false, "schema_version": 3, "solution": true, "task": false}
def timed(fn, device, repeats):
    """Seconds for one call of fn on the device: the mean over `repeats` calls, warmed up, all work included."""
    ### BEGIN SOLUTION
    fn()  # warm up
    wait_for(device)
    start = now(device)
    for _ in range(repeats):
        fn()
    wait_for(device)
    return (now(device) - start) / repeats
    ### END SOLUTION


# %% autograder={"isolated": false} jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "timed_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: timed on a simulated card that does `rate` operations per second and is still busy for `busy` seconds
def time_products(repeats, rate, busy):
    if not hasattr(torch.cuda, "simulate"):
        return None  # PyTorch has no virtual clock
    from unittest.mock import patch

    stopped = patch("time.perf_counter", lambda: 0.0)  # the ordinary clock: it shows who reads it
    with torch.cuda.simulate(float32_per_second=rate) as card, stopped:
        a = torch.ones(64, 64, device="cuda")
        torch.cuda.synchronize()
        card.launch("earlier work", 0, busy * rate)
        calls = []

        def product():
            calls.append(card.now())
            return a @ a

        return {"seconds": timed(product, torch.device("cuda:0"), repeats), "calls": len(calls)}


# For the checks: timed on the CPU of a machine without a GPU
def time_sleeping(repeats, seconds):
    import time
    from unittest.mock import patch

    def no_gpu(*_):
        raise AssertionError(
            "Torch not compiled with CUDA enabled. In this part of the check there is no GPU, and device is the CPU: "
            "use wait_for(device), which calls synchronize() only for a GPU."
        )

    calls = []

    def sleep():
        calls.append(1)
        time.sleep(seconds)

    with (
        patch.object(torch.cuda, "is_available", lambda: False),
        patch.object(torch.cuda, "synchronize", no_gpu),
    ):
        start = time.perf_counter()
        said = timed(sleep, torch.device("cpu"), repeats)
        return {"seconds": said, "calls": len(calls), "all": time.perf_counter() - start}


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "timed_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# A slow simulated card on its virtual clock, and the CPU
repeats, rate, busy = 4, 1e9, 1e-3
launch, load, work = 5e-6, 300e-6, 2 * 64**3 / rate
on_card = time_products(repeats, rate, busy)
if on_card is not None:
    expect.true(
        on_card["calls"] >= repeats,
        f"fn was called {on_card['calls']} times. It should be called once before, and then {repeats} times.",
        hint="fn() calls the function. fn without brackets only names it.",
        where="section 4, honest timing",
    )
    expect.type(on_card["seconds"], float, name="timed(fn, device, repeats)")
    expect.close(
        1e6 * on_card["seconds"],
        1e6 * (launch + repeats * work) / repeats,
        name="timed(fn, device, 4) for a product that takes the card 524 µs, in µs,",
        hint="Go through the six steps: warm up, wait, clock, calls, wait, clock.",
        where="section 4, honest timing",
        rtol=1e-3,
        mistakes={
            "The host waited after each call, so the device waited for each launch. Launch all calls, and then wait.": 1e6
            * (launch + work),
            "This is what the launches take. The host did not wait before it read the clock again.": 1e6 * launch,
            "This includes the loading at the first call. Warm up before you read the clock.": 1e6
            * (load + launch + repeats * work) / repeats,
            "These are the loading at the first call and the launches. Warm up first, and wait before you read the clock "
            "again.": 1e6 * (load + repeats * launch) / repeats,
            "This is the time of all calls together. Divide by how many there were.": 1e6 * (launch + repeats * work),
            "These are milliseconds. The result should be in seconds.": 1e9 * (launch + repeats * work) / repeats,
            "Work that was in the queue before is counted as well. Wait after warming up, and then read the clock.": 1e6
            * (busy + (repeats + 1) * work - load - launch) / repeats,
            "Work that was in the queue before is counted as well. Warm up and wait, and then read the clock.": 1e6
            * (busy + repeats * work) / repeats,
            "The ordinary clock was read. The simulated card has a clock of its own: now(device).": 0.0,
        },
    )  # fmt: skip
    expect.true(
        on_card["calls"] > repeats,
        f"fn was called {on_card['calls']} times. It should be called once before, and then {repeats} times.",
        hint="Warm up before you read the clock.",
    )

on_cpu = time_sleeping(repeats, 0.004)
expect.true(
    on_cpu["calls"] > repeats,
    f"On the CPU fn was called {on_cpu['calls']} times. It should be called once before, and then {repeats} times.",
    hint="Warm up before you read the clock.",
)
expect.true(
    on_cpu["seconds"] > 0.0035,
    f"fn sleeps for 4 ms on the CPU, and timed says {1000 * on_cpu['seconds']:.2f} ms.",
    hint="The virtual clock stands still while the CPU works. now(device) reads the clock that belongs to the device.",
    where="section 4, now and wait_for",
)
expect.true(
    repeats * on_cpu["seconds"] <= on_cpu["all"],
    f"timed says {1000 * on_cpu['seconds']:.1f} ms for one of {repeats} calls, and all together took "
    f"{1000 * on_cpu['all']:.1f} ms.",
    hint="Divide the time of all calls by how many there were.",
)
expect.passed("timed")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "timed_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other cards, other numbers of calls
### BEGIN HIDDEN TESTS
rng = expect.rng()
for repeats in (2, int(rng.integers(3, 9)), 10):
    rate = float(rng.uniform(0.5e9, 2e9))
    busy = float(rng.uniform(2e-3, 5e-3))
    on_card = time_products(repeats, rate, busy)
    if on_card is not None:
        work = 2 * 64**3 / rate
        expect.close(
            1e6 * on_card["seconds"],
            1e6 * (5e-6 + repeats * work) / repeats,
            name=f"timed(fn, device, {repeats}) for a product that takes the card {1e6 * work:.0f} µs, in µs,",
            hint="Run the visible check above first. Warm up, wait, clock, calls, wait, clock; then the mean.",
            rtol=1e-3,
        )
        expect.true(
            repeats < on_card["calls"] <= repeats + 10,
            f"fn was called {on_card['calls']} times for {repeats} repeats. One call before is enough to warm up.",
            hint="One call before, to warm up, and then as many as repeats says.",
        )
    on_cpu = time_sleeping(repeats, 0.003)
    expect.true(
        repeats < on_cpu["calls"] <= repeats + 10,
        f"On the CPU fn was called {on_cpu['calls']} times for {repeats} repeats.",
        hint="One call before, to warm up, and then as many as repeats says.",
    )
    expect.true(
        on_cpu["seconds"] > 0.0025 and repeats * on_cpu["seconds"] <= on_cpu["all"],
        f"fn sleeps for 3 ms on the CPU, and timed says {1000 * on_cpu['seconds']:.2f} ms.",
        hint="Read the clock that belongs to the device, and return the mean.",
    )
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# A classmate has moved one product of two 64×64 matrices to the GPU. The matrices are on the host, and the result is needed there.
# Her program is slower than before. "But this card does eight trillion operations per second!"
#
# Give her **three different reasons**, in five to seven sentences. For each reason name a number from this lesson.
# Say then what she could change so that the GPU is worth it.

# %% [markdown] nbgrader={"grade": true, "grade_id": "three_reasons", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# First, the transfer: three matrices cross the bus, and each copy takes 10 µs before its first byte moves, about 34 µs together.
# Second, the launch: the host needs 5 µs to hand over a single operation, while the CPU just begins.
# Third, there is too little parallel work: the product has 4,096 results and half a million operations.
# That would be 0.07 µs at the full rate, but most of the 40 multiprocessors have nothing to do, and no operation takes less than 2 µs.
# So 41 µs pass for an arithmetic of 0.07 µs, and a CPU is done in about 10 µs.
# She should leave the matrices on the card between operations, put many small products into one large one, and read the result back rarely.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 0.5 points for each of the three reasons, with a number or a correct size relation: transfer over the bus (10 µs for each copy, 34 of 41 µs), launch cost (5 µs), too little parallel work (4,096 results; four of 40 multiprocessors; 2 µs instead of 0.07 µs; the rate is reached only when all units work). Loading the kernel at the first call (300 µs) may stand in for the launch cost. Half of it (0.25) for a reason without any number; round up in the end.
# - 0.5 points for a remedy that follows from a reason: leave the data on the card, larger or batched operations, read back rarely, stay on the CPU for such sizes.
#
# No points for: "the GPU has a lower clock rate" alone, "the GPU is broken or misconfigured", "Python is slow", float16 as the only remedy.
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. What does the line `a.cuda()` change, and what should it be instead?
# 2. Two tensors live on different devices. What does their sum do, and what are the three repairs?
# 3. Why does `.numpy()` refuse a tensor on the GPU?
# 4. A clock around a product says 5 µs, whatever the size. What did it measure?
# 5. What are the six steps of honest timing, and which mistake does each of the three important ones prevent?
# 6. What are the three terms of the time of an operation? Which one decides for a small matrix, which one for a large one?
# 7. `y = torch.sigmoid(x).mean()` is one number. Why does it keep as much memory as `x`, and when does it not?
# 8. What is the difference between allocated and reserved memory, and what does `empty_cache()` do not do?
#
# ## Further reading
#
# - The device behind this lesson: `torchlet/simulated_gpu.py` has the virtual clock with its two lanes, `torchlet/caching_allocator.py` the blocks and the cache.
# - PyTorch, [CUDA semantics](https://docs.pytorch.org/docs/stable/notes/cuda.html): asynchronous execution, memory management, and code for any device.
# - PyTorch, [Understanding CUDA memory usage](https://docs.pytorch.org/docs/stable/torch_cuda_memory.html): pictures of what the caching allocator does in your own program.
# - H. He, [Making deep learning go brrrr from first principles](https://horace.io/brrr_intro.html), 2022: which of the three terms limits your program, and what to do then.
# - S. Williams, A. Waterman and D. Patterson, [Roofline: an insightful visual performance model](https://doi.org/10.1145/1498765.1498785), 2009: the model of section 5 as one picture.
#
# **Next:** lesson 04 asks what a derivative is, and computes one as well as floating-point numbers allow.
