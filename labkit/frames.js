// Makes every figure of frames on the page that is not yet alive move: a slider, two buttons, a switch between groups.
// Names and texts are read from the lists; the parts of the picture say by data-frame in which frames they are seen.
for (const figure of document.querySelectorAll(".lk-frames:not([data-alive])")) {
  figure.dataset.alive = "yes";
  const find = (selector) => figure.querySelector(selector);
  const parts = [...figure.querySelectorAll("[data-frame]")].map((part) => [part, part.dataset.frame.split(" ")]);
  const groups = [...figure.querySelectorAll(".lk-texts")].map((list) => [...list.children]);
  const starts = [...figure.querySelectorAll(".lk-texts")].map((list) => Number(list.dataset.start));
  const [control, status] = [find(".lk-control"), find(".lk-status")];
  const [back, next] = control.querySelectorAll("button");
  const [slider, name] = [control.querySelector("input"), control.querySelector(".lk-name")];
  const choices = [...figure.querySelectorAll(".lk-switch button")];
  let [group, at] = [0, starts[0]];

  const show = (frame) => {
    const items = groups[group];
    at = Math.max(0, Math.min(items.length - 1, frame));
    for (const [part, frames] of parts) {
      if (frames.includes(`${group}.${at}`)) part.removeAttribute("display");
      else part.setAttribute("display", "none");
    }
    const [title, text] = [items[at].querySelector("b"), items[at].querySelector("span")];
    slider.max = items.length - 1;
    slider.value = at;
    slider.setAttribute("aria-valuetext", title.textContent);
    name.textContent = title.textContent;
    status.innerHTML = text.innerHTML;
    back.setAttribute("aria-disabled", at === 0);
    next.setAttribute("aria-disabled", at === items.length - 1); // and it keeps the focus
  };

  slider.addEventListener("input", () => show(Number(slider.value)));
  back.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  choices.forEach((choice, which) => choice.addEventListener("click", () => {
    const same = groups[which].length === groups[group].length; // then the place is kept, to compare
    for (const other of choices) other.setAttribute("aria-pressed", other === choice);
    group = which;
    show(same ? at : starts[which]);
  }));
  figure.addEventListener("keydown", (event) => {
    // These belong to the control that has the focus, not to the notebook.
    if (["Enter", " ", "Home", "End", "PageUp", "PageDown"].includes(event.key) || event.key.startsWith("Arrow")) {
      event.stopPropagation();
    }
  });
  for (const part of figure.querySelectorAll(".lk-bar")) part.hidden = false;
  const [names, texts] = ["b", "span"].map((tag) => groups.flat().map((item) => item.querySelector(tag)));
  name.style.minWidth = `${Math.max(...names.map((each) => each.textContent.length))}ch`; // so the slider keeps its length
  lkSteady(status, texts.map((each) => each.innerHTML));
  show(at);
}
