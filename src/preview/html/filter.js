const filter = document.getElementById("filter");
filter.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  for (const group of document.querySelectorAll(".group")) {
    const names = group.querySelector("h2").textContent + (group.querySelector(".all") || group.querySelector("h2")).textContent;
    let shown = 0;
    for (const object of group.querySelectorAll(".object")) {
      const isShown = (names + object.textContent).toLowerCase().includes(wanted);
      object.hidden = !isShown;
      shown += isShown ? 1 : 0;
    }
    group.hidden = shown === 0;
  }
});
