// Makes every order-the-lines problem on the page that is not yet alive work: lines of the pool become buttons,
// lines of the program can go up, down and out. Solution, distractors and texts are read from the page.
for (const figure of document.querySelectorAll(".lk-ordering:not([data-alive])")) {
  figure.dataset.alive = "yes";
  const find = (selector) => figure.querySelector(selector);
  const all = (selector) => [...figure.querySelectorAll(selector)];
  const [pool, program, status, bar] = [".lk-pool", ".lk-program", ".lk-status", ".lk-bar"].map(find);
  const orders = all(".lk-order").map((list) => [...list.querySelectorAll("code")].map((code) => code.textContent));
  const reasons = new Map(all(".lk-distractors li").map((item) =>
    [item.querySelector("code").textContent, item.querySelector("span").textContent]));
  const offered = [...pool.querySelectorAll("code")].map((code) => code.textContent);
  const say = (key, fields = {}) => {
    status.textContent = status.dataset[key].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  };
  const mine = () => [...program.querySelectorAll("code")].map((code) => code.textContent);

  const button = (text, label, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.append(text);
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", press);
    return made;
  };
  const code = (line) => {
    const made = Object.assign(document.createElement("code"), { textContent: line });
    made.style.setProperty("--in", line.search(/\S/) + 4);
    return made;
  };
  const tell = (item) => {
    const place = [...program.children].indexOf(item) + 1;
    say("added", { n: place, m: program.children.length, line: item.querySelector("code").textContent });
  };

  const toPool = (line) => {
    const item = document.createElement("li");
    item.append(button(code(line), "", () => {
      const next = item.nextElementSibling || item.previousElementSibling;
      item.remove();
      tell(toProgram(line));
      (next || bar).querySelector("button").focus();
    }));
    pool.append(item);
    return item;
  };
  const toProgram = (line) => {
    const item = document.createElement("li");
    const move = (step) => {
      const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
      if (other) step < 0 ? other.before(item) : other.after(item);
      tell(item);
    };
    const up = button("↑", `${status.dataset.up}: ${line}`, () => { move(-1); up.focus(); });
    const down = button("↓", `${status.dataset.down}: ${line}`, () => { move(1); down.focus(); });
    const out = button("×", `${status.dataset.out}: ${line}`, () => {
      item.remove();
      toPool(line).querySelector("button").focus();
    });
    item.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      event.preventDefault();
      const focused = document.activeElement;
      move(event.key === "ArrowUp" ? -1 : 1);
      focused.focus();
    });
    item.append(up, down, out, code(line));
    program.append(item);
    return item;
  };

  const check = () => {
    const lines = mine();
    const surplus = lines.find((line) => reasons.has(line));
    const right = Math.max(...orders.map((order) => {
      const wrong = lines.findIndex((line, place) => line !== order[place]);
      return wrong < 0 ? lines.length : wrong;
    }));
    if (!lines.length) say("empty");
    else if (surplus !== undefined) {
      say("surplus", { line: surplus.trim() });
      status.textContent += ` — ${reasons.get(surplus)}`;
    } else if (right === orders[0].length && lines.length === right) say("right");
    else if (right === lines.length) say("sofar", { n: orders[0].length - right });
    else if (right === 0) say("begin");
    else say("wrong", { n: right, m: right + 1 });
  };
  const restart = () => {
    program.replaceChildren();
    pool.replaceChildren();
    offered.forEach(toPool);
    say("empty");
  };

  const [checking, again] = bar.querySelectorAll("button");
  checking.addEventListener("click", check);
  again.addEventListener("click", restart);
  figure.addEventListener("keydown", (event) => {
    if (["Enter", " ", "ArrowUp", "ArrowDown"].includes(event.key)) event.stopPropagation(); // not the notebook's keys
  });
  for (const part of [find(".lk-mine"), bar, status]) part.hidden = false;
  restart();
}
