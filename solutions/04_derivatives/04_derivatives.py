# %% [markdown]
# You turn a knob a little, and something changes. How much?
# A driver asks this about the pedal, an engineer about a valve.
# The training of a network asks it about each of its numbers: *if this one grows a little, does the loss grow or fall, and how fast?*
# The answer is one number, and it is called the derivative.
#
# This lesson has one question: **how do you get this number, and how many of its digits can you trust?**
# First you measure it, with two points and a division. That is easy to write and easy to get wrong.
# Then you calculate it, with six rules that can be seen in pictures.
# At the end the framework does it for you, for the first time.
#
# **How to work.** Run the cells from top to bottom with Shift + Enter.
# Where a prediction is asked for, choose *before* you run the next cell.
# A wrong prediction costs no points, and you will remember it longer than a right one.
# The cell that asks is folded, because its code contains the answer: run it without opening it.

# %%
import torchlet as torch  # "import torch" works as well and prints the same

from labkit import contour_arrow, expect, predict, rule_picture, secant_slider, show_figure, subplots

# %% [markdown]
# ### Two questions from earlier lessons
#
# Answer from memory, without scrolling back.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 01: what does `torch.tensor(16_777_216.0) + 1` give?",
    {
        "tensor(16777217.)": "This number does not exist in float32. From 2²⁴ = 16,777,216 on, the numbers are 2 apart.",
        "an error: the number is too large": "float32 reaches about 3.4·10³⁸. What is missing here is precision, not range.",
        "tensor(16777216.)": "From 2²⁴ on, float32 numbers are 2 apart, and the sum is rounded to the nearest one. "
        "The 1 is lost without a word. Today this will happen to a step h.",
        "tensor(16777218.)": "The exact sum lies halfway between two float32 numbers. "
        "The one whose last bit is 0 is taken, and that is 16,777,216.",
    },
    answer="tensor(16777216.)",
)

# %%
print(torch.tensor(16_777_216.0) + 1)

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Lesson 02: `x = torch.zeros(2, 3)`, `flat = x.view(-1)`, and then `flat[4] = 7.0`. What has happened to `x`?",
    {
        "nothing: flat is a copy": "`view` never copies. It is a second way to look at the same memory.",
        "x[1, 1] is 7": "`flat` and `x` share their memory, and place 4 of six is row 1, column 1. "
        "You will need this in task 3, where a function of a matrix is measured number by number.",
        "x[0, 1] is 7": "Then the memory would run down the columns. It runs along the rows: 0, 1, 2 are row 0.",
        "x is now flat": "The shape of `x` belongs to `x`. A view has its own shape, and only the memory is shared.",
    },
    answer="x[1, 1] is 7",
)

# %%
x = torch.zeros(2, 3)
flat = x.view(-1)
flat[4] = 7.0
print(x)

# %% [markdown]
# ## 1. How fast, at this moment?
#
# A ball rolls down a slope. After $x$ seconds it has rolled $f(x) = x^2$ metres.
# How fast is it at $x = 3$?
#
# A speed is a distance divided by a time. So you need two moments: $3$ and a little later, $3 + h$.
# The number $h$ is called the **step**. In this time the ball rolls $f(3 + h) - f(3)$, and
#
# $$\frac{f(x + h) - f(x)}{h}$$
#
# is its mean speed between the two moments. This is a **difference quotient**: rise divided by run.


# %%
def square(x):
    return x * x


x, h = 3.0, 0.5
print("f(x) =", square(x), "  f(x + h) =", square(x + h))

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What is the difference quotient of f = x² from x = 3 with the step h = 0.5?",
    {
        "3.25": "This is the rise, 12.25 − 9. A slope is the rise divided by the run, and the run is 0.5.",
        "6": "This is where the quotient is heading when h shrinks. With h = 0.5 it has not arrived yet.",
        "3.5": "This is 12.25 / 3.5, the mean speed since the start. The two points here are 3 and 3.5.",
        "6.5": "The rise is 12.25 − 9 = 3.25, the run is 0.5.",
    },
    answer="6.5",
)

# %%
print((square(x + h) - square(x)) / h)

# %% [markdown]
# In a picture, the two moments are two points of a curve, and the quotient is the slope of the line through them.
# This line is the **secant**. Move the slider: the second point comes nearer, and the secant turns.

# %%
secant_slider(square, 3.0)

# %% [markdown]
# The slopes 8, 7, 6.5, 6.25, 6.1, 6.01 run towards 6. School algebra says why:
#
# $$\frac{(x + h)^2 - x^2}{h} = \frac{2xh + h^2}{h} = 2x + h$$
#
# At $x = 3$ this is $6 + h$, and the smaller $h$ is, the closer it is to 6.
# The number that the quotients approach is their **limit**.
# The limit of the difference quotients of $f$ at $x$ is the **derivative** of $f$ at $x$, written $f'(x)$ or $\frac{df}{dx}$:
#
# $$f'(x) = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}$$
#
# The line through the point with this slope is the **tangent**. Here $f'(x) = 2x$: the ball has the speed 6 at $x = 3$.
#
# Why do we not simply put $h = 0$?

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "What does the difference quotient of x² give for the tensor `x = torch.tensor(3.0)` and h = 0?",
    {
        "tensor(nan)": "Rise 0, run 0, and 0/0 is no number. The limit is approached and never reached.",
        "tensor(6.)": "6 is the limit for h → 0, and the computer takes no limits. It divides 0 by 0.",
        "tensor(0.)": "The rise is 0, that is right. But it is divided by the run, and that is 0 as well.",
        "tensor(inf)": "This would come from a rise other than 0. Here the rise is 0 too.",
    },
    answer="tensor(nan)",
)

# %%
x = torch.tensor(3.0)
h = 0.0
print((square(x + h) - square(x)) / h)

# %% [markdown]
# `nan` means *not a number*. (With Python's own numbers, `0.0 / 0.0` raises a ZeroDivisionError.)
# So $h$ must be small, and it must not be zero. How small? That is the question of the next two sections.
#
# ### Your own function
#
# Change the function or the point and run the cell again.
#
# 1. Where is the tangent of `torch.sin` horizontal? Try $x = 1.5$ and $x = 1.6$.
# 2. Try `lambda x: x * x * x` at 0: on which side of the tangent does the curve lie?
# 3. Try `torch.abs` at 0, first with the switch at *forward*, then at *central*. What is odd about the second?

# %%
secant_slider(torch.sin, torch.tensor(1.0))

# %% [markdown]
# Each point of a curve has its own slope, so the derivative is again a function.
# Here is the sine, and below it the slopes that were measured at 200 points.

# %%
points = torch.linspace(-4.0, 4.0, 200)
h = 0.01
slopes = (torch.sin(points + h) - torch.sin(points)) / h

figure, (above, below) = subplots(2, 1, figsize=(6.5, 4.2), sharex=True)
above.plot(points.tolist(), torch.sin(points).tolist())
above.set_ylabel("f(x) = sin x")
below.plot(points.tolist(), slopes.tolist(), linewidth=4, alpha=0.5, label="measured slope")
below.plot(points.tolist(), torch.cos(points).tolist(), linewidth=1, label="cos x")
below.set(xlabel="x", ylabel="slope")
below.legend()
show_figure(figure, alt="Above, the sine from −4 to 4. Below, its measured slope, which lies on the cosine.")

# %% [markdown]
# Where the sine rises, its slope is positive; at the tops and at the bottoms the slope crosses zero.
# The measured slopes lie on the cosine. A measurement has found a formula.
#
# ## 2. Two ways to place the second point
#
# The quotient from $x$ to $x + h$ is the **forward difference**.
# You may also take one point on each side, $x - h$ and $x + h$. This is the **central difference**:
#
# $$\text{forward: } \frac{f(x + h) - f(x)}{h} \qquad\qquad \text{central: } \frac{f(x + h) - f(x - h)}{2h}$$
#
# Both call $f$ twice. The run of the second one is $2h$.
# Which one is better? Try both on $f(x) = x^3$ at $x = 2$, where $f'(2) = 3 \cdot 2^2 = 12$ (section 4 shows why).


# %%
def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def cube(x):
    return x * x * x


x = 2.0
print("       h    forward - 12    central - 12")
for h in (0.1, 0.01, 0.001):
    print(f"{h:8}    {forward(cube, x, h) - 12:12.6f}    {central(cube, x, h) - 12:12.6f}")

# %% [markdown]
# The error that remains because $h$ is not zero is called the **truncation error**.
# For $x^3$ it can be calculated exactly:
#
# $$\frac{(x + h)^3 - x^3}{h} = 3x^2 + \underbrace{3xh + h^2}_{\text{error}} \qquad\qquad
# \frac{(x + h)^3 - (x - h)^3}{2h} = 3x^2 + \underbrace{h^2}_{\text{error}}$$
#
# In the central difference the term with $h$ appears twice, with opposite signs, and cancels.
# The same happens for every smooth function:
#
# - the forward error is about $\frac{h}{2} f''(x)$. It shrinks like $h$, and one writes $O(h)$;
# - the central error is about $\frac{h^2}{6} f'''(x)$. It shrinks like $h^2$, and one writes $O(h^2)$.
#
# Here $f''$ is the derivative of $f'$, and $f'''$ the derivative of $f''$.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The central difference of 1/x at x = 2 has an error of about 6·10⁻⁴ with h = 0.1. You divide h by 10. "
    "What happens to the error?",
    {
        "It becomes 10 times smaller": "This is the forward difference. In the central one the term with h cancels, "
        "and the next one has h².",
        "It becomes 20 times smaller": "The run is 2h, but that 2 divides both the rise and the error. "
        "It is the power of h that counts.",
        "It becomes 100 times smaller": "The error is about h² times a number that does not depend on h: 10² = 100.",
        "It stays about the same": "Then a smaller step would never help. The error shrinks like h².",
    },
    answer="It becomes 100 times smaller",
)


# %%
def reciprocal(x):
    return 1 / x


exact = -1 / 4  # the derivative of 1/x is -1/x²
for h in (0.1, 0.01, 0.001):
    print(f"h = {h:5}   error {abs(central(reciprocal, 2.0, h) - exact):.1e}")

# %% [markdown]
# Each time $h$ becomes ten times smaller, the result gains two digits, for the same two calls of $f$.
# There is one drawback: the central difference never looks at $f(x)$ itself.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "f(x) = |x| has a corner at 0: the slope is −1 on the left and 1 on the right. "
    "What does the central difference give at x = 0?",
    {
        "1": "This is the forward difference, which looks to the right only.",
        "0": "|h| − |−h| = 0. A corner has no tangent and so no derivative, and the central difference gives a number all the same.",
        "nan": "No division by zero takes place here: the rise is 0, the run is 2h.",
        "an error, because there is no derivative": "A difference quotient is two calls and a division. "
        "It does not know whether its limit exists.",
    },
    answer="0",
)

# %%
for h in (0.1, 0.001, 0.00001):
    print("h =", h, "  central:", central(abs, 0.0, h), end="")
    print("   to the right:", forward(abs, 0.0, h), "  to the left:", forward(abs, 0.0, -h))

# %% [markdown]
# A derivative exists where the slopes from the left and from the right have the same limit.
# At a corner they do not, and a numerical slope does not tell you.
# When you suspect a corner, measure on both sides.
#
# ## 3. Is a smaller step a better step?
#
# The truncation error shrinks with $h$. So let us take a really small $h$.
# From here on $f(x) = x^3$ at $x = 1.3$, where $f'(x) = 3 \cdot 1.3^2 = 5.07$.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "Forward difference of x³ at x = 1.3, in float64 with its 16 digits. Which of these steps gives the smallest error?",
    {
        "1e-4": "Its truncation error is 3·1.3·10⁻⁴, about 4·10⁻⁴. A smaller step still improves on this.",
        "1e-8": "Eight good digits of sixteen are all that a forward difference can give. Smaller steps lose digits again.",
        "1e-12": "The truncation error is tiny there. But another error is already much larger: that of rounding.",
        "1e-16": "The truncation error is smallest there, and the other error takes everything: x + h is rounded to x, "
        "and the rise is 0.",
    },
    answer="1e-8",
)

# %%
x = 1.3
print("    h     quotient              error")
for h in (1e-4, 1e-8, 1e-12, 1e-16):
    quotient = forward(cube, x, h)
    print(f"{h:.0e}     {quotient:<18.16g}    {abs(quotient - 5.07):.0e}")

# %% [markdown]
# With $10^{-8}$ the error is $2 \cdot 10^{-8}$. With $10^{-12}$ it is ten thousand times larger,
# and with $10^{-16}$ the slope is 0, which is no slope of this function at all.
#
# **Smaller is not better.** Here is what happens at $h = 10^{-12}$:

# %%
h = 1e-12
print(f"f(x + h) = {cube(x + h):.16f}")
print(f"f(x)     = {cube(x):.16f}")
print(f"rise     = {cube(x + h) - cube(x):.16f}")

# %% [markdown]
# Both values have about 16 correct digits; each is rounded at the last one.
# In the subtraction the first twelve digits are equal and vanish. Four or five are left, and the last of them are the rounded ones.
# This is called **cancellation**. The subtraction itself is exact: it only uncovers the rounding that was there before.
#
# Now divide by $h$. The relative rounding error of a number is about $\varepsilon$, the distance from 1 to the next larger number of its dtype.
# So the rise is wrong by about $\varepsilon\, |f(x)|$, however small $h$ is, and the quotient is wrong by about
#
# $$\frac{\varepsilon\,|f(x)|}{h}$$
#
# This is the **rounding error**, and it *grows* when $h$ shrinks.

# %%
for dtype in (torch.float32, torch.float64):
    print(dtype, "  ε =", f"{torch.finfo(dtype).eps:.1e}")
print(f"rounding error at h = 1e-12, about: {torch.finfo(torch.float64).eps * cube(x) / h:.0e}")

# %% [markdown]
# Even the step is rounded: $x + h$ has to be one of the numbers that exist near $x$.
# So the step that is really taken is not quite the $h$ that you divide by.

# %%
for h in (1e-4, 1e-8, 1e-12, 1e-16):
    print(f"h = {h:.0e}   (x + h) - x = {(x + h) - x:.6e}")

# %% [markdown]
# ### The whole picture
#
# Two errors, one falls with $h$, the other grows. Somewhere between them is the best step.
# The next cell measures it: for 65 steps, two formulas and two dtypes, at 50 points between 1 and 2.
# It keeps the largest relative error of the 50.


# %%
def largest_error(formula, dtype, h):
    x = (1 + torch.arange(50) / 50).to(dtype)
    exact = 3 * x.double() * x.double()
    measured = formula(cube, x, h).double()
    return ((measured - exact) / exact).abs().max().item()


steps = [10.0 ** (-k / 4) for k in range(65)]  # 1, 0.56, 0.32, 0.18, 0.1, … 1e-16
curves = {}
for dtype in (torch.float32, torch.float64):
    for formula in (forward, central):
        curves[dtype, formula] = [largest_error(formula, dtype, h) for h in steps]

# %%
figure, axes = subplots(figsize=(7.2, 4.4))
colours = {}  # one for each formula
for (dtype, formula), errors in curves.items():
    style, name = ("--", "float32") if dtype is torch.float32 else ("-", "float64")
    (line,) = axes.loglog(
        steps, errors, style, color=colours.get(formula), label=f"{formula.__name__}, {name}"
    )
    colours[formula] = line.get_color()
axes.set(xlabel="step h", ylabel="largest relative error", ylim=(1e-12, 10))
axes.legend()
show_figure(
    figure,
    alt="Four curves of the error against the step h on logarithmic axes, each with the shape of a V. From right to left "
    "the forward curves fall with slope 1 and the central ones with slope 2, and then all rise with slope 1. "
    "The valleys of float32 lie higher and further to the right than those of float64.",
)

# %% [markdown]
# Both axes are logarithmic, so a power of $h$ is a straight line. Read each curve from the right:
#
# - first it falls: truncation. Slope 1 for forward, $O(h)$; slope 2 for central, $O(h^2)$;
# - then it rises, jagged and with slope 1: rounding, $\varepsilon / h$, the same for both formulas;
# - far to the left the error is 1, that is 100 %: $x + h = x$, and the quotient is 0.
#
# The best step is where the two errors meet. Leave out all factors of about 1:
#
# $$\text{forward: } h = \frac{\varepsilon}{h} \;\Rightarrow\; h = \sqrt{\varepsilon} \qquad\qquad
# \text{central: } h^2 = \frac{\varepsilon}{h} \;\Rightarrow\; h = \sqrt[3]{\varepsilon}$$
#
# The error there is about $\sqrt{\varepsilon}$ for forward, and $h^2 = \varepsilon^{2/3}$ for central.
# Before you look at the numbers:

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "float32 has about 7 digits. How many digits of a derivative can you trust at best, if you take the forward difference?",
    {
        "all 7": "Then the rise would have 7 good digits. But it is a difference of two nearly equal numbers, and digits cancel.",
        "5": "This is what the central difference reaches: ε to the power 2/3 leaves two thirds of the digits.",
        "3": "The error is about √ε, so half of the digits are lost, whatever step you take.",
        "none": "This is what you get with a step that is far too small. With a good step, half of the digits stay.",
    },
    answer="3",
)

# %%
print("                   best h   rule     error     rule")
for (dtype, formula), errors in curves.items():
    best = min(range(len(steps)), key=lambda k: errors[k])
    eps = torch.finfo(dtype).eps
    power = 1 / 2 if formula is forward else 1 / 3
    print(
        f"{str(dtype)[-7:]}, {formula.__name__}   {steps[best]:.1e}  {eps**power:.1e}  "
        f"{errors[best]:.1e}   {eps ** (1 - power):.1e}"
    )

# %% [markdown]
# The rules hit the measured best steps within a factor of two, without knowing anything about the function.
#
# | | float32, ε = 1.2·10⁻⁷ | float64, ε = 2.2·10⁻¹⁶ | digits that stay |
# |:--|:--|:--|:--|
# | forward, h = √ε | 3·10⁻⁴ | 1·10⁻⁸ | a half |
# | central, h = ∛ε | 5·10⁻³ | 6·10⁻⁶ | two thirds |
#
# **Keep these rules**: measure in float64 if you can, take the central difference, and take $h \approx \sqrt[3]{\varepsilon}$.
#
# One thing is still missing in the rule. All our points were near 1.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "f = x² at x = 10¹⁰ in float64, forward difference with h = 1e-8, the best step near 1. The derivative is 2·10¹⁰. "
    "What is the quotient?",
    {
        "0": "Near 10¹⁰ the float64 numbers are 2·10⁻⁶ apart. So x + h is x, and the rise is 0.",
        "about 2·10¹⁰, with 8 good digits": "So it would be with a step that fits: h = 10⁻⁸ · 10¹⁰ = 100. A step of 10⁻⁸ does not even change x.",
        "about 2·10¹⁰, with 16 good digits": "A forward difference never keeps more than half of the digits.",
        "inf": "Nothing is too large here. x² is 10²⁰, and float64 reaches 10³⁰⁸.",
    },
    answer="0",
)

# %%
x = 1e10
for h in (1e-8, 1e-8 * x):
    print("h =", h, "  quotient:", forward(square, x, h), "  x + h == x:", x + h == x)

# %% [markdown]
# So the step has to grow with $x$. A usual choice is $h = \sqrt[3]{\varepsilon} \cdot \max(1, |x|)$:
# near zero it is the rule from above, and for large $x$ a fixed fraction of $x$.
#
# ## 4. Rules instead of measurements
#
# A formula for the derivative has no step and no cancellation.
# Six rules are enough for everything that this course computes, and each can be seen in a picture.
# In each picture $x$ grows by $h$. Ask: *what is added, and what of it is left, divided by h, when h goes to 0?*
# Move the slider and read the line under the picture.
#
# **Constant factor.** Multiply $f$ by a number $c$, and each rise is multiplied by $c$. The run stays: $(c f)' = c\, f'$.

# %%
rule_picture("constant")

# %% [markdown]
# **Sum.** Two rises over the same run add up: $(u + v)' = u' + v'$.
# (A constant added to $f$ never rises. Its derivative is 0.)

# %%
rule_picture("sum")

# %% [markdown]
# **Power.** The square with the side $x$ grows by two strips $x \cdot h$ and a corner $h^2$.
# Divided by $h$, the strips give $2x$. The corner gives $h$, and that goes to 0.
# A cube grows by three slabs $x^2 \cdot h$, and all the rest is thinner. So $(x^2)' = 2x$ and $(x^3)' = 3x^2$.
#
# In general $x^n$ has $n$ equal sides. Let one of them grow by $h$: this adds a slab $x^{n-1} h$, and there are $n$ choices.
# Pieces in which two sides have grown contain $h^2$, and they vanish: $(x^n)' = n\, x^{n-1}$.

# %%
rule_picture("power")

# %% [markdown]
# The rule holds for every exponent, also for negative numbers and fractions.
# For $1/x = x^{-1}$ it gives $-1 \cdot x^{-2} = -1/x^2$, as you used above, and for $\sqrt{x} = x^{1/2}$ it gives $\frac{1}{2\sqrt{x}}$.
# A measurement agrees.

# %%
for n in (2, 3, 5, -1, 0.5):
    measured = central(lambda x, n=n: x**n, 2.0, 6e-6)
    print(f"n = {n:4}   measured {measured:9.5f}   n·x^(n−1) = {n * 2.0 ** (n - 1):9.5f}")

# %% [markdown]
# **Product.** Let $u$ and $v$ be the sides of a rectangle that both grow with $x$.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "At x = 2: u = 4 and u′ = 4, v = 5 and v′ = 3. What is the derivative of the product u·v there?",
    {
        "12": "This is u′·v′, the corner of the rectangle. Of all that is added it is the part that vanishes.",
        "7": "This is u′ + v′, the rule for a sum.",
        "20": "This is v·u′, one of the two strips. The other side grows too.",
        "32": "Two strips: v·u′ = 5·4 = 20 on one side and u·v′ = 4·3 = 12 on the other.",
    },
    answer="32",
)

# %%
print(central(lambda x: (x**2) * (3 * x - 1), 2.0, 6e-6))
rule_picture("product")

# %% [markdown]
# The area grows by the strip $v \cdot \Delta u$, the strip $u \cdot \Delta v$ and a corner $\Delta u \cdot \Delta v$.
# (The sign $\Delta$ is read "delta" and means: the change of.)
# Divided by $h$, the strips become $v\,u'$ and $u\,v'$. The corner becomes $u' \cdot \Delta v$, and $\Delta v$ goes to 0:
#
# $$(u\,v)' = u'\,v + u\,v'$$
#
# **Quotient.** Let now the *area* be $u$ and one side $v$. The other side is $q = u/v$.
# The same picture is read the other way round: the area grows by $q \cdot \Delta v$ at the side and by $v \cdot \Delta q$ on top, and the corner vanishes once more,
# so $u' = q\,v' + v\,q'$. Solve for $q'$ and put in $q = u/v$:
#
# $$\left(\frac{u}{v}\right)' = \frac{u' - q\,v'}{v} = \frac{u'\,v - u\,v'}{v^2}$$

# %%
rule_picture("quotient")

# %% [markdown]
# **Chain.** The result of one function goes into the next: $u = g(x)$, then $y = f(u)$.
# The first stretches a small change of $x$ by the factor $g'(x)$, the second stretches what arrives by $f'(u)$.
# One stretch after the other: the factors multiply.
#
# $$\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx} = f'(u) \cdot g'(x)$$
#
# Both factors are taken where they act: $f'$ at $u$, and $g'$ at $x$.

# %%
rule_picture("chain")

# %% [markdown]
# This is the most important rule of the course. A network is a long chain,
# and everything that you will see in lessons 05 to 10 is this rule, applied in a clever order.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "y = (2x + 1)³. What is the derivative at x = 1?",
    {
        "54": "The cube stretches by 3·3² = 27, and before it 2x + 1 stretches by 2.",
        "27": "This is 3(2x + 1)² and forgets the inner function. When x grows by h, 2x + 1 grows by 2h.",
        "6": "This is 3·1²·2: the cube was differentiated at x = 1. It acts on 2x + 1 = 3.",
        "29": "This is 27 + 2. Along a chain the factors multiply.",
    },
    answer="54",
)

# %%
print(central(lambda x: (2 * x + 1) ** 3, 1.0, 6e-6))

# %% [markdown]
# The last digits are the rounding error of section 3. With the rule there is none: $3 \cdot 3^2 \cdot 2 = 54$.
#
# ### A worked example with several rules
#
# $$y = x^2 \cdot (2x + 1)^3$$
#
# Ask first: *which operation comes last?* Here it is the product. So the product rule is the frame, and the other rules fill it.
#
# 1. **Name the parts.** $u = x^2$ and $v = (2x + 1)^3$, so $y = u\,v$.
# 2. **Each part by its own rule.** $u' = 2x$ is the power rule. $v' = 3(2x + 1)^2 \cdot 2 = 6(2x + 1)^2$ is the chain rule.
# 3. **Put together.** $y' = u'v + uv' = 2x\,(2x + 1)^3 + 6x^2\,(2x + 1)^2$
# 4. **Check with numbers.** At $x = 1$: $2 \cdot 27 + 6 \cdot 9 = 108$. Compare with a central difference.


# %%
def worked(x):
    return x**2 * (2 * x + 1) ** 3


def worked_derivative(x):
    u, v = x**2, (2 * x + 1) ** 3
    u_slope = 2 * x
    v_slope = 3 * (2 * x + 1) ** 2 * 2
    return u_slope * v + u * v_slope


print("by the rules:      ", worked_derivative(1.0))
print("central difference:", round(central(worked, 1.0, 6e-6), 6))

# %% [markdown]
# ### The same kind of problem, with gaps
#
# Now $y = x^3 \cdot (5 - x^2)^2$. The parts and the first slope are given.
# Fill the gaps with formulas. This takes about four minutes, gives no points, and the cell below checks it at once.


# %% nbgrader={"grade": false, "grade_id": "faded_example", "locked": false, "schema_version": 3, "solution": true, "task": false}
def derivative_by_rules(x):
    # name the parts: y = u · v
    u, v = x**3, (5 - x**2) ** 2
    # each part by its own rule: u by the power rule, v by the chain rule
    u_slope = 3 * x**2
    ### BEGIN SOLUTION
    v_slope = 2 * (5 - x**2) * (-2 * x)
    ### END SOLUTION
    # put together, by the product rule, and return the derivative of y
    ### BEGIN SOLUTION
    return u_slope * v + u * v_slope
    ### END SOLUTION


# %% jupyter={"source_hidden": true}
# Check: run this when you have filled the gaps
x = torch.tensor([-1.0, 1.0, 2.0, 3.0], dtype=torch.float64)
p, q, p_slope, inside, q_slope = x**3, (5 - x**2) ** 2, 3 * x**2, 5 - x**2, -4 * x * (5 - x**2)
measured = central(lambda x: x**3 * (5 - x**2) ** 2, x, 6e-6)

with expect.gaps():
    expect.close(
        derivative_by_rules(x),
        measured,
        name="derivative_by_rules(x)",
        hint="Write the four numbers u, v, u_slope and v_slope for x = 1 under each other: 1, 16, 3, and yours.",
        where="the worked example above: parts, slopes, put together",
        rtol=1e-6,
        mistakes={
            "The inner function is forgotten: when x grows by h, 5 − x² falls by about 2x·h.": p_slope * q
            + p * 2 * inside,
            "The sign of the inner derivative is lost: 5 − x² falls when x grows.": p_slope * q - p * q_slope,
            "The slopes of the parts are multiplied. This is the corner of the rectangle, and it vanishes.": p_slope
            * q_slope,
            "The slopes of the parts are added. That is the rule for a sum, and here the parts are multiplied.": p_slope
            + q_slope,
            "Each slope belongs to the other part: u_slope · v and u · v_slope.": p_slope * p + q * q_slope,
        },
    )
    expect.right("Right, the rules and the central difference agree:", derivative_by_rules(x))

# %% [markdown]
# ## 5. Several variables
#
# A loss depends on many numbers. Begin with three:
#
# $$y = -5x_1 + 2x_2 + 7x_3 \qquad\text{at}\qquad x = (3, 5, 1)$$
#
# Move one of them and hold the others still. The derivative that you get is a **partial derivative**, written $\partial y / \partial x_1$.
# The list of all partial derivatives is the **gradient**, written $\nabla y$ and read "gradient of y".


# %%
def plane(x):
    return -5 * x[0] + 2 * x[1] + 7 * x[2]


x = torch.tensor([3.0, 5.0, 1.0], dtype=torch.float64)
h = 6e-6
print("y =", plane(x).item())
for i in range(3):
    step = torch.zeros(3, dtype=torch.float64)
    step[i] = h  # move one number, hold the others
    slope = (plane(x + step) - plane(x - step)) / (2 * h)
    print(f"∂y/∂x{i + 1} = {slope.item():.6f}")

# %% [markdown]
# The gradient is $(-5, 2, 7)$: the three factors themselves.
# With $v = (-5, 2, 7)$ the whole function is a dot product, $y = v \cdot x$. It is the same function:

# %%
v = torch.tensor([-5.0, 2.0, 7.0], dtype=torch.float64)
print("plane(x):", plane(x).item(), "  v · x:", torch.dot(v, x).item())

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "The same y = −5x₁ + 2x₂ + 7x₃, now at x = (100, 0, −3). What is its gradient there?",
    {
        "(−500, 0, −21)": "These are the three terms −5·100, 2·0 and 7·(−3). The gradient asks how y changes, not how large y is.",
        "(100, 0, −3)": "This is the point. In the dot product v · x the derivative with respect to x is v.",
        "(−5, 0, −7)": "A variable that is zero can still be moved, and its sign plays no role: each factor stays as it is.",
        "(−5, 2, 7)": "A linear function has the same slopes everywhere. Its gradient is v, wherever you stand.",
    },
    answer="(−5, 2, 7)",
)

# %%
x = torch.tensor([100.0, 0.0, -3.0], dtype=torch.float64)
for i in range(3):
    step = torch.zeros(3, dtype=torch.float64)
    step[i] = h
    print(f"{((plane(x + step) - plane(x - step)) / (2 * h)).item():.6f}")

# %% [markdown]
# ### A function that is not linear
#
# $$f(x, y) = (x + y)^2 + 2xy$$
#
# For $\partial f / \partial x$ the variable $y$ is held still. It is treated as a constant number:
#
# - $(x + y)^2$: chain rule, $2(x + y) \cdot 1$;
# - $2xy$: constant factor $2y$, so $2y$.
#
# Together $\partial f/\partial x = 2(x + y) + 2y = 2x + 4y$. In the same way $\partial f/\partial y = 2(x + y) + 2x = 4x + 2y$.
# At $(2, -4)$ this is $-12$ and $0$.


# %%
def f(x, y):
    return (x + y) ** 2 + 2 * x * y


x, y, h = 2.0, -4.0, 6e-6
print("f =", f(x, y))
print("∂f/∂x: rule", 2 * x + 4 * y, "  measured", round((f(x + h, y) - f(x - h, y)) / (2 * h), 6))
print("∂f/∂y: rule", 4 * x + 2 * y, "  measured", round((f(x, y + h) - f(x, y - h)) / (2 * h), 6))

# %% [markdown]
# Remember these two numbers. In lesson 05 you will get them a second time, by walking a graph.
#
# ### Where does the gradient point?
#
# You stand on a hillside, and the height is $f(x, y) = x^2 + 3y^2$.
# Go a small way in a direction $v$ of length 1. Both variables change, by $v_1 h$ and $v_2 h$, and the two changes of $f$ add up.
# So the slope along $v$ is
#
# $$\frac{\partial f}{\partial x}\, v_1 + \frac{\partial f}{\partial y}\, v_2 = \nabla f \cdot v$$
#
# the dot product of the gradient with the direction. The next cell tries twelve directions at $(1, 1)$, where the gradient is $(2, 6)$.

# %%
import math


def bowl(x, y):
    return x**2 + 3 * y**2


for degrees in range(0, 360, 30):
    v1, v2 = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    measured = (bowl(1 + h * v1, 1 + h * v2) - bowl(1 - h * v1, 1 - h * v2)) / (2 * h)
    bar = "+" * round(3 * measured) if measured > 0 else "-" * round(-3 * measured)
    print(f"{degrees:4}°   measured {measured:6.2f}   dot product {2 * v1 + 6 * v2:6.2f}   {bar}")

length = math.hypot(2, 6)
print(
    f"along (2, 6) itself, at {math.degrees(math.atan2(6, 2)):.1f}°: {(2 * 2 + 6 * 6) / length:.2f}, its length"
)

# %% [markdown]
# A dot product with a vector of length 1 is largest when both point the same way. Therefore:
#
# - **the gradient points in the direction of steepest ascent**, and its length is the slope in that direction;
# - the opposite direction is the steepest way down. This is the way that training goes;
# - across the gradient, the slope is 0: there runs the **contour line**, where $f$ keeps its value.
#
# In the figure, the point walks along $y = 1$ from left to right. Watch the slope along $v = (1, 0)$ change its sign:
# where the path touches a contour line, it is zero.
# Then switch: the point stays, and the direction turns.

# %%
contour_arrow(bowl, path=[(-2 + k / 2, 1.0) for k in range(9)], direction=(1.0, 0.0))

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "You stand at (1, 1) on the bowl f = x² + 3y², whose lowest point is (0, 0). "
    "The steepest way down is against the gradient. Does a straight walk in this direction reach (0, 0)?",
    {
        "Yes: down is down": "The gradient knows only the neighbourhood of your point. It does not know where the lowest point is.",
        "No: it misses the lowest point": "You walk in the direction −(2, 6), and (0, 0) lies in the direction −(1, 1). "
        "The gradient is a local answer, so you go a little and ask again.",
        "Yes, if the step has the right length": "A length changes how far you go on the line, not where the line runs. "
        "(0, 0) is not on it.",
        "No: against the gradient f does not change": "This is the direction across the gradient. Against it, f falls fastest.",
    },
    answer="No: it misses the lowest point",
)

# %%
for t in (0.0, 0.1, 0.2, 0.3, 0.5):
    x, y = 1 - t * 2, 1 - t * 6
    print(f"t = {t}   point ({x:4.1f}, {y:4.1f})   f = {bowl(x, y):.2f}")

# %% [markdown]
# At first $f$ falls quickly, from 4 to below 1, and then it rises again: the line runs past $(0, 0)$.
# So one takes a step, computes the gradient anew, takes the next step. This is **gradient descent**, and lesson 10 trains with it.

# %%
x, y = 1.0, 1.0
for k in range(8):
    if k in (0, 1, 2, 4, 7):
        print(f"step {k}   point ({x:7.4f}, {y:7.4f})   f = {bowl(x, y):.4f}")
    x, y = x - 0.1 * 2 * x, y - 0.1 * 6 * y

# %% [markdown]
# ## 6. A first taste of automatic
#
# A measured gradient has two flaws: it loses digits, and it is slow.
# Two calls of $f$ for each variable: with a million variables, each gradient costs two million calls.
# Rules have neither flaw, but somebody has to apply them. Let the framework do it.

# %% cellView="form" jupyter={"source_hidden": true} tags=["predict"]
# @title Prediction: run this cell, choose, and then run the next one
predict(
    "`x = torch.tensor(4.0, requires_grad=True)` and `y = 4 * x`. What is `x.grad` now, before anything else?",
    {
        "tensor(4.)": "The derivative is 4, but nobody has asked for it yet. It is computed when you call `y.backward()`.",
        "tensor(16.)": "16 is the value of y. `x.grad` is the place for the derivative.",
        "None": "`requires_grad=True` is a request for later. The derivative is computed when you call `y.backward()`.",
        "tensor(0.)": "Zero would be a statement: y does not change with x. Here nothing has been computed yet.",
    },
    answer="None",
)

# %%
x = torch.tensor(4.0, requires_grad=True)
y = 4 * x
print("before:", x.grad)
y.backward()
print("after: ", x.grad)

# %% [markdown]
# `requires_grad=True` says: *I will want a derivative with respect to this tensor.*
# `y.backward()` computes it and puts it into `x.grad`.
# Inside, this is the chain rule, in five steps whose names you will meet in every lesson from now on:
#
# | Step | What happens | Here |
# |:--|:--|:--|
# | **forward** | compute the value, and record the operation | 4 · 4 = 16, a multiplication by 4 |
# | **local derivative** | each operation knows its own derivative | 4x → 4 |
# | **upstream × local** | multiply by the derivative that arrives from the side of the result | 1 · 4 = 4 |
# | **accumulate** | add it to what is in `x.grad` already | nothing there yet, so 4 |
# | **reset** | clear `.grad` before the next backward pass | `x.grad = None` |
#
# The result itself has the derivative 1 with respect to itself. That is the 1 that arrives first.
#
# How exact is it? Here is the cube at 1.3 once more, in float32. The exact derivative is 5.07.

# %%
x = torch.tensor(1.3, requires_grad=True)
y = cube(x)  # forward
y.backward()  # local derivative, upstream × local, accumulate

plain = torch.tensor(1.3)
print(f"forward difference, h = 3e-4:  {forward(cube, plain, 3e-4).item():.5f}")
print(f"central difference, h = 5e-3:  {central(cube, plain, 5e-3).item():.5f}")
print(f"autograd, no h at all:         {x.grad.item():.5f}")

# %% [markdown]
# Autograd applies rules, so it has no truncation error, no cancellation, and no step to choose.
# And its cost does not grow with the number of variables: one forward pass, one backward pass.

# %%
calls = 0


def counted(x):
    global calls
    calls += 1
    return (x * x).sum()


n = 50
x = torch.arange(n).double()
step = torch.zeros(n, dtype=torch.float64)
measured = []
for i in range(n):
    step[i] = 6e-6
    measured.append(((counted(x + step) - counted(x - step)) / (2 * 6e-6)).item())
    step[i] = 0.0
print("measured: ", calls, "calls for", n, "variables")

calls = 0
x = torch.arange(n).double().requires_grad_()
counted(x).backward()
print("automatic:", calls, "call")
print("largest difference below 1e-4:", (torch.tensor(measured) - x.grad).abs().max().item() < 1e-4)

# %% [markdown]
# Measuring keeps an important place, all the same: as the independent witness.
# Whenever somebody writes a derivative by hand, a central difference in float64 checks it. Lesson 09 does this all the time.
#
# ## 7. In PyTorch
#
# Everything in this lesson is PyTorch's own interface. Here are both libraries side by side.

# %%
import torchlet

libraries = [torchlet]
try:
    import torch as pytorch  # the first import takes some seconds

    libraries.append(pytorch)
except ModuleNotFoundError:
    print("PyTorch is not installed here. The rows for it are left out.")

for library in libraries:
    x = library.tensor(1.3)
    asked = library.tensor(4.0, requires_grad=True)
    (4 * asked).backward()
    print(
        f"{library.__name__:9}",
        f"{library.finfo(library.float32).eps:.2e}",
        forward(cube, x, 3e-4),
        central(cube, x, 5e-3),
        forward(cube, x, 1e-8),
        asked.grad,
    )

# %% [markdown]
# Rounding follows one standard (IEEE 754), so both libraries are wrong in exactly the same digits.
# The 0 in each row is the forward difference with h = 1e-8: in float32 this step is lost when it is added to 1.3.
#
# | | torchlet | PyTorch |
# |:--|:--|:--|
# | ε of a dtype | `torch.finfo(dtype).eps` | the same |
# | dtypes to measure in | float16, float32, float64 | also bfloat16, which has only two to three digits |
# | a derivative by rules | `backward()`, one table of rules in Python | `backward()`, rules in C++ |
# | a check by measuring | `torch.autograd.gradcheck`, central differences, needs float64 | the same |
# | slopes of a list of measured values | is not there | `torch.gradient(values, spacing=...)` |
#
# The default dtype of both is float32. For measuring it is the wrong one: write `dtype=torch.float64`.

# %% [markdown]
# ## Homework
#
# Five tasks, 10 points, about 45 minutes.
# Below each answer is its check, folded to one line.
# Run it as often as you like: it says that all is well, or what went wrong and where to look.
# The folded line after it is the title of a test that runs with other numbers when your homework is graded.
# Change only the cells that say `YOUR CODE HERE` or `YOUR ANSWER HERE`. You may add cells of your own.
# You may use an earlier answer in a later one, once its check passes.

# %% [markdown]
# ### Task 1 · Two difference quotients that choose their step (2 points)
#
# *Difficulty 1 of 3, about 8 minutes.*
#
# Write `forward_difference(f, x, h=None)` and `central_difference(f, x, h=None)`.
#
# - `x` is a Python number with a decimal point, or a tensor with one number, of dtype float32 or float64. `f` takes such a number and returns one.
# - If `h` is given, it is used as it is.
# - If it is not given, take the rules of section 3: √ε for forward, ∛ε for central, times the larger of 1 and |x|.
#   Here ε belongs to the dtype of `x`. Python's own numbers are float64.
# - `f` is called twice, not more often.
#
# ```python
# forward_difference(square, 3.0, 0.5)  # 6.5
# central_difference(square, 3.0, 0.5)  # 6.0
# central_difference(cube, 2.0)  # 12, with about ten correct digits
# ```
#
# <details>
# <summary>Help: how do I find ε?</summary>
#
# `torch.finfo(dtype).eps` gives it as a Python number, and a tensor knows its dtype: `x.dtype`.
# `isinstance(x, float)` tells a Python number from a tensor.
#
# </details>
#
# <details>
# <summary>Help: unsupported operand type(s) for +: 'float' and 'NoneType'</summary>
#
# `h` is `None` when the caller gives no step. So choose the step first: `if h is None:`, and then `h = ...`.
#
# </details>
#
# <details>
# <summary>Help: how do I get |x| as a Python number?</summary>
#
# `abs(float(x))` works for Python numbers and for tensors with one number, and `max(1.0, ...)` takes the larger one.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "differences", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward_difference(f, x, h=None):
    """The slope of f from x to x + h; without h, with the step √ε · max(1, |x|)."""
    ### BEGIN SOLUTION
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 2) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


def central_difference(f, x, h=None):
    """The slope of f from x − h to x + h; without h, with the step ∛ε · max(1, |x|)."""
    ### BEGIN SOLUTION
    if h is None:
        dtype = torch.float64 if isinstance(x, float) else x.dtype
        h = torch.finfo(dtype).eps ** (1 / 3) * max(1.0, abs(float(x)))
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "differences_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: where does a difference quotient look?
def places(difference, x):
    """The numbers at which f is called when no step is given, smallest first."""
    seen = []

    def looked_at(t):
        seen.append(float(t))
        return t * t

    difference(looked_at, x)
    return sorted(seen)


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "differences_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Steps that are given, and the steps for x = 2 in float64
expect.close(
    forward_difference(cube, 2.0, 1.0),
    19.0,
    name="forward_difference(cube, 2.0, 1.0)",
    hint="f(3) − f(2) = 27 − 8 = 19, and the run is 1. A given step is used as it is.",
    where="section 2, the two formulas",
    mistakes={
        "This is the central difference. The forward one looks at x and at x + h.": 13.0,
        "This looks back, from x − h to x. The forward difference looks from x to x + h.": 7.0,
    },
)
expect.close(
    forward_difference(square, 3.0, 0.5),
    6.5,
    name="forward_difference(square, 3.0, 0.5)",
    hint="The rise is 12.25 − 9 = 3.25, and the run is 0.5.",
    where="section 1, the difference quotient",
    mistakes={
        "3.25 is the rise alone, and also the rise divided by 2h. Divide the rise by h.": 3.25,
        "Only f(x) is divided by h. The whole rise is divided: put it in parentheses.": -5.75,
    },
)
expect.close(
    central_difference(cube, 2.0, 1.0),
    13.0,
    name="central_difference(cube, 2.0, 1.0)",
    hint="f(3) − f(1) = 27 − 1 = 26, and from 1 to 3 the run is 2.",
    where="section 2, the two formulas",
    mistakes={
        "The run of the central difference is 2h, from x − h to x + h. Here it was divided by h alone.": 26.0,
        "This is the forward difference. The central one looks at x − h and at x + h.": 19.0,
        "Only f(x − h) is divided by 2h. The whole rise is divided: put it in parentheses.": 26.5,
    },
)
expect.close(
    central_difference(square, 3.0, 0.5),
    6.0,
    name="central_difference(square, 3.0, 0.5)",
    hint="f(3.5) − f(2.5) = 12.25 − 6.25 = 6, and the run is 1.",
    where="section 2, the two formulas",
    mistakes={
        "Without parentheses, / 2 * h divides by 2 and then multiplies by h. Write / (2 * h).": 1.5,
        "The run of the central difference is 2h. Here it was divided by h alone.": 12.0,
    },
)
for name, difference, power, rule in (
    ("forward_difference", forward_difference, 1 / 2, "√ε · max(1, |x|)"),
    ("central_difference", central_difference, 1 / 3, "∛ε · max(1, |x|)"),
):
    looked = places(difference, 2.0)
    expect.true(
        len(looked) == 2,
        f"{name} called f {len(looked)} times instead of twice.",
        hint="Each formula needs f at two places.",
    )
    run = (looked[1] - looked[0]) / (1 if name == "forward_difference" else 2)
    tiny = 2 * torch.finfo(torch.float64).eps * power  # from a power without parentheses
    expect.close(
        run,
        2 * torch.finfo(torch.float64).eps ** power,
        name=f"the step that {name} takes for x = 2.0",
        hint=f"Without h, the step is {rule}, and ε is that of float64 for a Python number.",
        where="section 3, the whole picture and what follows it",
        rtol=1e-3,
        atol=0.0,
        mistakes={
            "A power comes before a division: eps ** 1 / 2 is (eps ** 1) / 2. Write eps ** (1 / 2), or (1 / 3).": (
                (2 + tiny) - 2 if power == 1 / 2 else ((2 + tiny) - (2 - tiny)) / 2
            ),
            "The step does not grow with x: the factor max(1, |x|) is missing.": (
                torch.finfo(torch.float64).eps ** power
            ),
            "This is the step of the other formula: √ε belongs to forward, ∛ε to central.": (
                2 * torch.finfo(torch.float64).eps ** (5 / 6 - power)
            ),
            "This is the step for float32. Python's own numbers are float64.": (
                2 * torch.finfo(torch.float32).eps ** power
            ),
        },
    )
expect.passed("forward_difference", "central_difference")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "differences_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random points and steps, large and negative numbers, tensors of float32 and float64
### BEGIN HIDDEN TESTS
rng = expect.rng()
for _ in range(3):
    x, h = float(rng.uniform(-3, 3)), float(rng.uniform(0.2, 0.8))
    expect.close(
        forward_difference(cube, x, h),
        3 * x * x + 3 * x * h + h * h,
        name=f"forward_difference(cube, {x:.3f}, {h:.3f})",
        hint="By hand it is 3x² + 3xh + h², as section 2 shows.",
    )
    expect.close(
        central_difference(cube, x, h),
        3 * x * x + h * h,
        name=f"central_difference(cube, {x:.3f}, {h:.3f})",
        hint="By hand it is 3x² + h², as section 2 shows.",
    )
for size in (0.1, 1000.0, -50.0):
    for dtype in (None, torch.float32, torch.float64):
        number = size * float(rng.uniform(0.5, 1.5))
        x = number if dtype is None else torch.tensor(number, dtype=dtype)
        kind = "a Python number" if dtype is None else f"a tensor of {dtype}"
        eps = torch.finfo(dtype or torch.float64).eps
        other = torch.finfo(torch.float64 if dtype is torch.float32 else torch.float32).eps
        larger = max(1.0, abs(number))
        for name, difference, power in (
            ("forward_difference", forward_difference, 1 / 2),
            ("central_difference", central_difference, 1 / 3),
        ):
            looked = places(difference, x)
            expect.true(
                len(looked) == 2,
                f"{name} called f {len(looked)} times instead of twice.",
                hint="Each formula needs f at two places, and no more.",
            )
            expect.close(
                (looked[1] - looked[0]) / (1 if power == 1 / 2 else 2),
                eps**power * larger,
                name=f"the step that {name} takes for x = {number:.4g}, {kind},",
                hint="The step is a root of ε of this dtype, times the larger of 1 and |x|. Look at the sign of x too.",
                rtol=0.01,  # x + h is rounded
                atol=0.0,
                mistakes={
                    "This ε is that of another dtype. Ask the tensor: x.dtype.": other**power * larger,
                    "The factor max(1, |x|) is missing.": eps**power,
                    "The step is made of x alone. Near zero it becomes too small: take the larger of 1 and |x|.": (
                        eps**power * abs(number)
                    ),
                    "The step is 1 + |x| times the root. The task says the larger of the two, not their sum.": (
                        eps**power * (1 + abs(number))
                    ),
                },
            )
            expect.close(
                looked[0] if power == 1 / 2 else (looked[0] + looked[1]) / 2,
                float(x),
                name=f"the {'first place' if power == 1 / 2 else 'middle of the places'} that {name} looks at",
                hint="Forward looks at x and x + h, central at x − h and x + h, also for a negative x.",
                rtol=1e-12 if dtype is not torch.float32 else 1e-6,
                atol=0.0,
            )
x = torch.tensor(float(rng.uniform(1, 2)), dtype=torch.float64)
for name, difference in (
    ("forward_difference", forward_difference),
    ("central_difference", central_difference),
):
    expect.dtype(
        difference(cube, x),
        torch.float64,
        name=f"{name}(cube, x) for a float64 tensor",
        hint="Call f with a tensor when x is a tensor: f may need one. Make a Python number for the step only.",
    )
expect.close(
    central_difference(cube, x),
    3 * x * x,
    name="central_difference(cube, x)",
    hint="With the right step ten digits are right.",
    rtol=1e-8,
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 2 · The derivative of a polynomial (2 points)
#
# *Difficulty 1 of 3, about 6 minutes.*
#
# A polynomial is given by the list of its coefficients, the constant first: `[1, 5, 3]` stands for $1 + 5x + 3x^2$.
# Write `poly_derivative(coeffs)`, which returns the list of the derivative in the same form.
#
# - The derivative has one coefficient fewer, and a constant has the derivative 0, that is `[0]`.
# - The coefficients may be any numbers. The list has at least one, and it stays as it was.
#
# ```python
# poly_derivative([1, 5, 3])  # [5, 6], for 5 + 6x
# poly_derivative([1, 5, 3, 1, 2])  # [5, 6, 3, 8], the polynomial that lesson 06 begins with
# poly_derivative([7])  # [0]
# ```
#
# <details>
# <summary>Help: which number is multiplied by which?</summary>
#
# The coefficient at place $i$ belongs to $x^i$. The power rule makes $i\,x^{i-1}$ of it: multiply by $i$, and move one place to the left.
# `enumerate(coeffs)` gives places and coefficients together.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "poly_derivative", "locked": false, "schema_version": 3, "solution": true, "task": false}
def poly_derivative(coeffs):
    """The coefficients of the derivative, constant first; of a constant, [0]."""
    ### BEGIN SOLUTION
    return [i * c for i, c in enumerate(coeffs)][1:] or [0]
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "poly_derivative_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The examples of the task
for coeffs, derivative in (
    ([1, 5, 3], [5, 6]),
    ([1, 5, 3, 1, 2], [5, 6, 3, 8]),
    ([0, 0, 0, 1], [0, 0, 3]),
    ([7], [0]),
):
    n = len(coeffs)
    before = list(coeffs)
    result = poly_derivative(coeffs)
    if n == 1:
        expect.true(
            not isinstance(result, list) or len(result) > 0,
            f"poly_derivative({coeffs}) is an empty list.",
            hint="For a constant the list is empty here. Return [0]: a constant has the derivative 0.",
            where="the third example of the task",
        )
    expect.close(
        result,
        derivative,
        name=f"poly_derivative({coeffs})",
        hint="Write the polynomial out, for example 1 + 5x + 3x², and use the power rule for each term.",
        where="section 4, the power rule",
        mistakes={
            "The first coefficient belongs to the constant, and its derivative 0 has no place in the list: "
            "all others move one place to the left.": [0, *derivative],
            "This is the integral. The derivative multiplies by the exponent and lowers it by one.": [
                0,
                *(c / (i + 1) for i, c in enumerate(coeffs)),
            ],
            "The coefficients have moved, but they are not multiplied by their exponents.": coeffs[1:],
            "Each coefficient is multiplied by its new exponent. The power rule multiplies by the old one.": [
                i * c for i, c in enumerate(coeffs[1:])
            ],
            "Each coefficient is multiplied by one more than its exponent.": [
                (i + 2) * c for i, c in enumerate(coeffs[1:])
            ],
            "The list is read with the highest power first. Here the constant comes first.": [
                (n - 1 - i) * c for i, c in enumerate(coeffs[:-1])
            ],
        }
        if n > 1
        else {},
    )
    expect.true(
        coeffs == before, "poly_derivative changed the list that it was given.", hint="Build a new list."
    )
expect.passed("poly_derivative")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "poly_derivative_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random polynomials, with fractions and zeros among the coefficients
### BEGIN HIDDEN TESTS
rng = expect.rng()
for n in (1, 2, 4, 7):
    coeffs = [round(float(c), 3) for c in rng.uniform(1, 9, n)]
    if n > 4:
        coeffs[3] = 0.0
    before = list(coeffs)
    derivative = [c * k for c, k in zip(coeffs[1:], range(1, n), strict=True)] or [0.0]
    result = poly_derivative(coeffs)
    expect.close(
        result,
        derivative,
        name=f"poly_derivative of {n} coefficients",
        hint="Run the visible check first. Coefficients may be fractions, and some of them zero.",
        mistakes={"For a constant the list is empty. Return [0].": []},
    )
    expect.true(
        coeffs == before, "poly_derivative changed the list that it was given.", hint="Build a new list."
    )
expect.close(
    poly_derivative([3.0, 2.0, 0.0, 0.0]),
    [2.0, 0.0, 0.0],
    name="poly_derivative([3, 2, 0, 0])",
    hint="The derivative has one coefficient fewer, whatever the coefficients are. Leave zeros where they stand.",
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 3 · A gradient for any shape (2 points)
#
# *Difficulty 2 of 3, about 10 minutes.*
#
# Write `numerical_gradient(f, x)`.
#
# - `x` is a tensor of any shape, of dtype float32 or float64. `f` takes such a tensor and returns a tensor with one number.
# - The result has the shape and the dtype of `x`: at each place stands the partial derivative of `f` with respect to the number there.
# - Use central differences with the step ∛ε, where ε belongs to the dtype of `x`. (Here without the factor for large numbers.)
# - `x` stays as it was.
#
# ```python
# numerical_gradient(plane, torch.tensor([3.0, 5.0, 1.0]))  # close to tensor([-5., 2., 7.])
# numerical_gradient(lambda x: (x * x).sum(), torch.ones(2, 3))  # close to 2 at all six places
# ```
#
# <details>
# <summary>Help: how do I go through all numbers of a tensor whose shape I do not know?</summary>
#
# Make it flat, work with one index, and give the result its shape at the end: `x.reshape(-1)`, `flat.numel()`, `.reshape(x.shape)`.
# `f` wants its argument in the shape of `x`, so reshape before each call.
#
# </details>
#
# <details>
# <summary>Help: my gradient is zero everywhere</summary>
#
# Either both arguments of the difference are the same tensor in memory (`above = x` is not a copy, and neither is a view).
# Or the step is too small for the dtype: in float32, 1 + 1e-8 is 1.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "numerical_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def numerical_gradient(f, x):
    """The gradient of f at x by central differences with the step ∛ε: shape and dtype of x."""
    ### BEGIN SOLUTION
    h = torch.finfo(x.dtype).eps ** (1 / 3)
    flat = x.reshape(-1)
    gradient = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = torch.zeros_like(flat)
        step[i] = h
        rise = f((flat + step).reshape(x.shape)) - f((flat - step).reshape(x.shape))
        gradient[i] = rise / (2 * h)
    return gradient.reshape(x.shape)
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "numerical_gradient_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# The plane of section 5, a matrix, float32 and float64
x = torch.tensor([3.0, 5.0, 1.0], dtype=torch.float64)
before = x.clone()
result = numerical_gradient(plane, x)
expect.close(
    result,
    torch.tensor([-5.0, 2.0, 7.0], dtype=torch.float64),
    name="numerical_gradient(plane, x) at x = (3, 5, 1)",
    hint="Move one number by the step, hold the others still, and divide the rise by 2h.",
    where="section 5, where the gradient of the plane is measured",
    rtol=1e-7,
    mistakes={
        "All numbers were moved at once. Move one and hold the others still.": torch.full(
            (3,), 4.0, dtype=torch.float64
        ),
        "These are the partial derivatives added up. Keep one for each number of x.": 4.0,
        "Each number stays moved when the next one is measured. Put it back, or begin with a fresh copy.": torch.tensor(
            [-5.0, -3.0, 4.0], dtype=torch.float64
        ),
        "The run is 2h, from x − h to x + h. Here it was divided by h alone.": torch.tensor(
            [-10.0, 4.0, 14.0], dtype=torch.float64
        ),
    },
)
expect.dtype(
    result,
    torch.float64,
    name="the gradient for a float64 x",
    hint="torch.zeros makes float32 tensors. Give it dtype=x.dtype, or use torch.zeros_like.",
)
expect.true(
    torch.equal(x, before),
    f"After the call x is {x.tolist()} instead of {before.tolist()}.",
    hint="The caller's x was changed. (Adding h and subtracting it again may leave another last digit.) "
    "Move the numbers of a copy, or add a step to x, which makes a new tensor.",
    where="lesson 02: a view shares its memory",
)
x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
shapes = []


def sum_of_cubes(t):
    shapes.append(tuple(t.shape))
    return (t * t * t).sum() / 10


result = numerical_gradient(sum_of_cubes, x)
expect.true(
    set(shapes) == {(2, 3)},
    f"x has the shape (2, 3), and f was called with the shapes {sorted(set(shapes))}.",
    hint="f wants its argument in the shape of x: reshape before each call.",
    where="the first Help fold of this task",
)
expect.shape(
    result,
    (2, 3),
    name="the gradient for x of shape (2, 3)",
    hint="One number for each number of x: give the result the shape of x at the end.",
    where="the first Help fold of this task",
)
expect.close(
    result,
    3 * x * x / 10,
    name="the gradient of the sum of x³/10 in float32",
    hint="By hand it is 3x²/10, number by number. In float32 the step has to be ∛(1.2e-7), about 0.005.",
    where="section 3, the table with the best steps",
    rtol=2e-3,
    mistakes={
        "A whole row was moved at once: x[i] of a matrix is a row. Go through all numbers, one by one.": (
            (3 * x * x / 10).sum(1, keepdim=True) * torch.ones(2, 3)
        ),
        "This is the forward difference. The central one looks at x − h and at x + h, and is more exact.": (
            3 * x * x / 10 + 0.00492 * 3 * x / 10
        ),
        "Everything is zero: in float32 the step is so small that x + h is x. Take the ε of x.dtype.": torch.zeros(
            2, 3
        ),
    },
)
expect.true(
    len(shapes) == 12,
    f"x has 6 numbers, and f was called {len(shapes)} times. Central differences call it twice for each number.",
    hint="Measure: call f above and below each number, with no backward().",
    where="section 3, the central difference",
)
expect.passed("numerical_gradient")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "numerical_gradient_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Other shapes, mixed terms, both dtypes, a transposed x, and how exact the result is
### BEGIN HIDDEN TESTS
rng = expect.rng()
for shape in [(), (1,), (5,), (3, 2), (2, 1, 3)]:
    for dtype, digits in ((torch.float64, 1e-8), (torch.float32, 2e-3)):
        x = torch.tensor(rng.uniform(1.0, 2.0, shape).tolist(), dtype=dtype)
        factors = torch.tensor(rng.uniform(1.0, 3.0, shape).tolist(), dtype=dtype)
        before = x.clone()
        seen = []

        def mixed(t, factors=factors, seen=seen):
            seen.append(t.clone())
            return (factors * t * t * t).sum() + t.sum() * t.sum()

        result = numerical_gradient(mixed, x)
        wide, scale = x.double(), factors.double()
        name = f"the gradient of the sum of c·x³, plus (sum of x)², for x of shape {shape} and {dtype},"
        expect.close(
            result,
            3 * scale * wide * wide + 2 * wide.sum(),
            name=name,
            hint="Run the visible check first. By hand it is 3c·x² + 2·(sum of x), one number for each number of x.",
            rtol=digits,
            atol=0.0,
        )
        expect.dtype(
            result,
            dtype,
            name="the gradient",
            hint="torch.zeros_like(x) has the dtype of x, torch.zeros has float32.",
        )
        expect.equal(x, before, name="x after the call", hint="The caller's x was changed.")
        n = x.numel()
        expect.true(
            len(seen) == 2 * n,
            f"f was called {len(seen)} times for {n} numbers; central differences need {2 * n} calls.",
            hint="Measure with central differences: f twice for each number of x, and no backward().",
        )
        h = torch.finfo(dtype).eps ** (1 / 3)
        for t in seen:
            expect.shape(
                t,
                shape,
                name="the tensor that f was called with",
                hint="f wants its argument in the shape of x.",
            )
            expect.close(
                (t.double() - wide).abs().sum(),
                torch.tensor(h, dtype=torch.float64),
                name=f"the step for {dtype}",
                hint="One number at a time is moved, by ∛ε, and ε belongs to the dtype of x.",
                rtol=0.01,
                atol=0.0,
            )
x = torch.tensor(rng.uniform(1.0, 2.0, (2, 3)).tolist(), dtype=torch.float64).T
expect.close(
    numerical_gradient(lambda t: (t[0] * t[0]).sum() + t[2, 1], x),
    torch.stack([2 * x[0], torch.zeros_like(x[0]), torch.tensor([0.0, 1.0], dtype=torch.float64)]),
    name="the gradient for a transposed x",
    hint="A transposed tensor cannot be viewed as flat, but reshape(-1) works.",
    rtol=1e-7,
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 4 · The best step, by estimating both errors (2 points)
#
# *Difficulty 3 of 3, about 12 minutes.*
#
# The rule ∛ε expects a function that changes its shape within a distance of about 1.
# The function $\sin(1000\,x)$ goes up and down within 0.006. There the rule takes far too large a step.
# You do not know the derivative, so you cannot see the error. But you can estimate its two parts:
#
# - **truncation**: a ten times larger step has a hundred times larger error. So the difference between the quotient with $10h$ and
#   the one with $h$ is about a hundred times the error at $h$: truncation ≈ $|q(h) - q(10h)| / 100$;
# - **rounding**: about $\varepsilon\,|f(x)| / h$, as in section 3.
#
# Write `best_step(f, x)`.
#
# - `x` is a Python number, and `f` takes and returns Python numbers.
# - Compute the central difference $q(h)$ for $h = 10^{-1}, 10^{-2}, \dots, 10^{-12}$.
# - For each $h$ from $10^{-2}$ on, add the two estimates. Return the $h$ with the smallest sum.
#
# ```python
# best_step(math.exp, 1.0)  # 1e-05, close to ∛ε
# best_step(lambda x: math.sin(1000 * x), 1.0)  # 1e-08
# best_step(lambda x: math.sin(x / 1000), 1.0)  # 0.001
# ```
#
# <details>
# <summary>Help: how do I find the h that belongs to the smallest sum?</summary>
#
# Keep the best pair so far: if the new sum is smaller than the best sum, remember the new sum *and* its h.
# Or collect pairs `(sum, h)` in a list: `min` of such a list gives the pair with the smallest sum.
#
# </details>
#
# <details>
# <summary>Help: my function returns a tiny step</summary>
#
# Print h and both estimates side by side, one line for each h.
# The rounding column must grow by a factor of 10 from line to line. If it does not, look at what it is divided by.
# Without this column the smallest sum is often an accident: two quotients that agree because both are rounded.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "best_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def best_step(f, x):
    """Of the steps 10⁻² … 10⁻¹², the one with the smallest estimated error of the central difference of f at x."""
    ### BEGIN SOLUTION
    estimates = []
    before = None
    for k in range(1, 13):
        h = 10.0**-k
        quotient = (f(x + h) - f(x - h)) / (2 * h)
        if before is not None:
            rounding = torch.finfo(torch.float64).eps * abs(f(x)) / h
            estimates.append((abs(quotient - before) / 100 + rounding, h))
        before = quotient
    return min(estimates)[1]
    ### END SOLUTION


# %% jupyter={"source_hidden": true} nbgrader={"grade": false, "grade_id": "best_step_helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
# For the checks: functions whose quotients are known exactly
import math


def made_of(quotients, value):
    """A function with f(0) = value whose central difference at 0 with the step 10⁻ᵏ is quotients[k - 1]."""

    def f(t):
        if t == 0:
            return value
        place = round(-math.log10(abs(t)))
        if not 1 <= place <= 12:
            raise LookupError(f"f was called with the step {abs(t):.0e}")
        return t * quotients[place - 1]

    return f


# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "best_step_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Two functions with known quotients, and three real ones on different scales
twelve_steps = [10.0**-k for k in range(1, 13)]
# Rounding is 0.4 at h = 1e-2 and grows. The quotients change by 200 at 1e-2 (estimate 2), and never again.
with expect.explaining(
    {"LookupError": "There are twelve steps, from 10⁻¹ to 10⁻¹². Look at where your loop begins and ends."},
    name="best_step(f, x)",
    where="the text of this task",
):
    result = best_step(made_of([204.0] + [4.0] * 11, 2.0**44), 0.0)
itself = (
    "Return the step itself, a Python number: not the quotient, not the estimate, not its place in a list."
)
expect.type(result, float, name="best_step(f, x)", hint=itself)
expect.true(
    any(math.isclose(result, step, rel_tol=1e-6) for step in twelve_steps),
    f"best_step gave {result:.3g}, and that is not one of the steps.",
    hint=itself,
)
expect.close(
    result,
    1e-2,
    name="best_step for quotients 204, 4, 4, 4, … and f(0) = 2⁴⁴",
    hint="At h = 1e-2 truncation is 200/100 = 2 and rounding 0.39; at h = 1e-3 truncation is 0 and rounding 3.9.",
    where="the two estimates in the text of this task",
    atol=0.0,
    mistakes={
        "Either the change is not divided by 100, or the rounding is missing or not divided by h. "
        "At 1e-2 both together are 2 + 0.39, and at 1e-3 they are 0 + 3.9.": 1e-3,
        "This is the step before: a change belongs to h and 10h, and the estimate to the smaller one, h.": 1e-1,
        "This is the smallest step. Rounding is missing in the sum, or it is not divided by h.": 1e-12,
    },
)
# Quotients 5, 4 and again 4 from 1e-6 on; f(0) is negative.
expect.close(
    best_step(made_of([1024.0, 256.0, 64.0, 16.0, 5.0] + [4.0] * 6 + [-999.0], -1.0), 0.0),
    1e-7,
    name="best_step for quotients 1024, 256, 64, 16, 5, 4, 4, 4, …, −999 and f(0) = −1",
    hint="Print both estimates for each h. From h = 1e-7 on truncation is 0, and the rounding grows.",
    where="the two estimates in the text of this task",
    atol=0.0,
    mistakes={
        "This is the step before: a change belongs to h and 10h, and the estimate to the smaller one, h.": 1e-6,
        "The rounding is taken too large. Its ε is that of float64, 2.2·10⁻¹⁶: Python's numbers are float64.": 1e-5,
        "The rounding is missing or negative: f(x) is −1 here, and an error has no sign. Take the absolute value.": 1e-11,
        "A change has no sign: take the absolute value of the difference of the quotients.": 1e-12,
    },
)
for name, function, slope, good in (
    ("math.exp", math.exp, math.e, 1e-9),
    ("sin(1000 x)", lambda x: math.sin(1000 * x), 1000 * math.cos(1000), 1e-8),
    ("sin(x / 1000)", lambda x: math.sin(x / 1000), math.cos(0.001) / 1000, 1e-10),
):
    h = best_step(function, 1.0)
    error = abs((function(1 + h) - function(1 - h)) / (2 * h) - slope) / abs(slope)
    expect.true(
        error < good,
        f"best_step({name}, 1.0) is {h:.0e}, and the central difference with this step has the relative error {error:.0e}.",
        hint="Print h and both estimates side by side. Return the h in the line with the smallest sum.",
        where="the Help folds of this task",
    )
expect.passed("best_step")

# %% jupyter={"source_hidden": true} nbgrader={"grade": true, "grade_id": "best_step_hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Random points, scales and quotients
### BEGIN HIDDEN TESTS
rng = expect.rng()
for power in (-3, -2, -1, 0, 1, 2, 3):
    scale = 10.0**power * float(rng.uniform(0.7, 1.4))
    x = scale * float(rng.uniform(0.6, 0.9))
    seen = []

    def wave(t, scale=scale, seen=seen):
        seen.append(t)
        return math.sin(t / scale)

    h = best_step(wave, x)
    expect.type(h, float, name="best_step(f, x)", hint="Return the step itself, a Python number.")
    slope = math.cos(x / scale) / scale
    error = abs((math.sin((x + h) / scale) - math.sin((x - h) / scale)) / (2 * h) - slope) / slope
    expect.true(
        error < 3e-10,
        f"For sin(x / {scale:.3g}) at {x:.3g} best_step gave {h:.0e}, and the relative error is {error:.0e}.",
        hint="Run the visible check first. The best step depends on the function, so no fixed step is right.",
    )
    away = [abs(t - x) for t in seen if t != x]
    expect.true(
        min(away) < 2e-12 and math.isclose(max(away), 0.1, rel_tol=1e-6),
        f"best_step looked between {min(away):.0e} and {max(away):.0e} away from x.",
        hint="There are twelve steps, from 10⁻¹ to 10⁻¹².",
    )
eps = torch.finfo(torch.float64).eps
for _ in range(6):
    quotients = [float(q) for q in rng.integers(-9, 10, 12)]
    quotients[int(rng.integers(2, 10))] += 400.0
    value = float(rng.choice([-1.0, 1.0])) * 2.0 ** int(rng.integers(8, 38))
    sums = [
        abs(quotients[k] - quotients[k - 1]) / 100 + eps * abs(value) / 10.0 ** -(k + 1) for k in range(1, 12)
    ]
    first, second = sorted(sums)[:2]
    if second - first > 1e-9 * second:  # no tie that the last bit could decide
        expect.close(
            best_step(made_of(quotients, value), 0.0),
            10.0 ** -(sums.index(first) + 2),
            name=f"best_step for the quotients {quotients} and f(x) = {value:.0f}",
            hint="Truncation |q(h) − q(10h)|/100, plus rounding ε|f(x)|/h; return the h with the smallest sum.",
            atol=0.0,
        )
for change in (float(rng.uniform(500, 890)), float(rng.uniform(920, 1250))):
    k = int(rng.integers(4, 11))  # at 10⁻ᵏ the rounding is 1, and the quotients change for the last time
    quotients = [1e6 * (-1) ** j for j in range(k - 2)] + [2.0 + change] + [2.0] * (13 - k)
    expect.close(
        best_step(made_of(quotients, float(rng.choice([-1.0, 1.0])) * 10.0**-k / eps), 0.0),
        10.0**-k if change < 900 else 10.0 ** -(k + 1),
        name=f"best_step for a last change of {change:.0f} where the rounding is 1",
        hint="The truncation is a hundredth of the change, and the rounding is 10 one step further down.",
        atol=0.0,
    )
expect.close(
    best_step(made_of([2.0**k for k in range(12, 1, -1)] + [4.0], 2.0**-20), 0.0),
    1e-12,
    name="best_step, where the quotients change down to the last step,",
    hint="The last step, 10⁻¹², is one of the candidates.",
    atol=0.0,
)
### END HIDDEN TESTS

# %% [markdown]
# ### Task 5 · In your own words (2 points, graded by a person)
#
# *Difficulty 2 of 3, about 8 minutes.*
#
# A classmate writes: "The derivative is the limit for $h \to 0$. So I take $h = 10^{-300}$, the smallest number that still works. Nothing can be more exact."
# Explain in four to six sentences why this is wrong.
#
# Say what the program computes with this $h$, for example for $x^3$ at $x = 1.3$, and why.
# Say which two errors a difference quotient has, and how each depends on $h$.
# Say which $h$ you would take instead for a central difference in float64, and how you find it.

# %% [markdown] nbgrader={"grade": true, "grade_id": "tiny_step", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# Near 1.3 the float64 numbers are about 2·10⁻¹⁶ apart, so 1.3 + 10⁻³⁰⁰ is rounded to 1.3.
# Then f(x + h) and f(x) are the same number, the rise is 0, and the quotient is 0 instead of 5.07.
# (In float32 even h itself becomes 0, and the result is 0/0 = nan.)
# A difference quotient has a truncation error that shrinks with h, like h for the forward and like h² for the central difference.
# And it has a rounding error: both values of f are rounded by about ε·|f|, and divided by h this is about ε/h, which grows when h shrinks.
# The best step is where both are equally large: h² = ε/h, so h = ∛ε, about 6·10⁻⁶ for float64, times |x| for large x.
#
# === BEGIN MARK SCHEME ===
#
# 2 points in all. Half points are allowed.
#
# - 0.5 points: the result is 0 (or 0/0 = nan in float32), because x + h is rounded to x. "It is inexact" or "the computer cannot do it" is not enough.
# - 1 point: both errors with their dependence on h. Half of it for truncation (shrinks with h, like h or h²), half for rounding or cancellation (grows like 1/h, or "the digits that are left after the subtraction become fewer").
# - 0.5 points: h of about 6·10⁻⁶, or ∛ε, or "between 10⁻⁷ and 10⁻⁴", with a reason: the two errors are balanced, or the V-shaped curve was measured. √ε only with "for the forward difference".
#
# No points for: "10⁻³⁰⁰ is too small for float64" (it is not; the sum x + h is what is rounded), "division by zero".
#
# === END MARK SCHEME ===

# %% [markdown]
# ## Before you go
#
# Answer these without looking. Each answer is one or two sentences.
#
# 1. What are secant, tangent, difference quotient and derivative, and how do they belong together?
# 2. Why is the central difference more exact than the forward difference, for the same number of calls?
# 3. What does the central difference of |x| at 0 give, and what do you learn from it?
# 4. Which error grows when h shrinks, and why?
# 5. What are the best steps for forward and central, and how many digits remain?
# 6. Where in the picture of the product rule is the part that vanishes?
# 7. What do the two factors of the chain rule have to be taken at?
# 8. What is the slope of f along a direction of length 1? Where is it largest, and where zero?
# 9. What is in `x.grad` before and after `y.backward()`?
#
# ## Further reading
#
# - 3Blue1Brown, [Essence of calculus](https://www.3blue1brown.com/topics/calculus): chapters 2 to 4 draw derivatives, the product rule and the chain rule, in motion.
# - W. H. Press and others, [Numerical Recipes](https://numerical.recipes/), section "Numerical Derivatives": the choice of h, with all its factors.
# - D. Goldberg, [What every computer scientist should know about floating-point arithmetic](https://docs.oracle.com/cd/E19957-01/806-3568/ncg_goldberg.html), 1991: rounding and cancellation.
# - PyTorch, [Gradcheck mechanics](https://docs.pytorch.org/docs/stable/notes/gradcheck.html): how a framework uses central differences to check itself.
#
# **Next:** lesson 05 takes the chain rule apart: each formula becomes a graph, and you walk it backwards by hand.
