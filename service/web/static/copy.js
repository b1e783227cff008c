// Shows the copy buttons, which are hidden where scripts do not run, and copies what they carry.
"use strict";

const said = document.getElementById("copied");

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  // Plain HTTP from another machine has no clipboard interface.
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

for (const button of document.querySelectorAll("button.copy")) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(button.dataset.copy).catch(() => false);
    button.textContent = done ? "已复制" : "请手动复制";
    said.textContent = done ? `已复制：${button.dataset.copy}` : "浏览器不允许复制，请手动选择";
    button.focus();
    window.setTimeout(() => { button.textContent = label; }, 1500);
  });
}
