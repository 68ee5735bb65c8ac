// Keeps room for the longest of the texts that a line below a figure can show, so that nothing jumps when it changes.
window.lkSteady ??= (line, texts) => {
  const longest = [...texts].sort((one, other) => other.length - one.length).slice(0, 5);
  let width = 0;
  new ResizeObserver(() => {
    if (line.offsetWidth === width) return;
    width = line.offsetWidth;
    const copy = line.cloneNode(); // neither seen nor heard
    copy.removeAttribute("role");
    copy.setAttribute("aria-hidden", "true");
    copy.style.cssText = `position: absolute; visibility: hidden; min-height: 0; width: ${width}px`;
    line.after(copy);
    const heights = longest.map((text) => {
      copy.innerHTML = text;
      return copy.offsetHeight;
    });
    copy.remove();
    line.style.minHeight = `${Math.max(...heights)}px`;
  }).observe(line);
};
