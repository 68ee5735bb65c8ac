// Makes every graph on the page that is not yet alive walk step by step. Works on what is there: the steps are the
// items of the list, the parts of the picture say by data-from and data-now to which step they belong.
for (const figure of document.querySelectorAll(".lk-graph:not([data-alive])")) {
  figure.dataset.alive = "yes";
  const steps = [...figure.querySelectorAll(".lk-steps li")].map((item) => item.textContent);
  const parts = [...figure.querySelectorAll("[data-from]")];
  const status = figure.querySelector(".lk-status");
  const bar = figure.querySelector(".lk-bar");
  const [first, back, next, last] = bar.querySelectorAll("button");
  const end = steps.length; // one past the last step: everything is shown, nothing stands out
  let at = end;

  const show = (step) => {
    at = Math.max(0, Math.min(end, step));
    for (const part of parts) {
      part.classList.toggle("lk-ahead", Number(part.dataset.from) > at);
      part.classList.toggle("lk-now", part.dataset.now.split(" ").includes(String(at)));
    }
    for (const button of [first, back]) button.setAttribute("aria-disabled", at === 0);
    for (const button of [next, last]) button.setAttribute("aria-disabled", at === end); // and it keeps the focus
    status.textContent = at === end ? status.dataset.whole : `${at + 1}/${end}  ${steps[at]}`;
    const now = figure.querySelector(".lk-node.lk-now rect");
    if (now) now.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const moves = { ArrowRight: () => at + 1, ArrowDown: () => at + 1, ArrowLeft: () => at - 1, ArrowUp: () => at - 1,
    Home: () => 0, End: () => end };
  figure.tabIndex = 0;
  figure.addEventListener("keydown", (event) => {
    if (["Enter", " "].includes(event.key)) event.stopPropagation(); // these press the button that has the focus
    const move = moves[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("summary, pre, .lk-scroll:focus")) return;
    event.preventDefault();
    event.stopPropagation();
    show(move());
  });
  first.addEventListener("click", () => show(0));
  back.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  last.addEventListener("click", () => show(end));
  bar.hidden = status.hidden = false;
  const items = [...figure.querySelectorAll(".lk-steps li")].map((item) => `${end}/${end}  ${item.innerHTML}`);
  lkSteady(status, [status.dataset.whole, ...items]);
  show(end);
}
