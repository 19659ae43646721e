// Formatted answers: the box of light text becomes a small editor; what is sent is the editor's HTML.
const boxes = document.querySelectorAll("[data-rich]");

const tools = [
  { words: "加粗", sign: "加粗", is: "bold", act: (chain) => chain.toggleBold() },
  { words: "项目列表", sign: "• 列表", is: "bulletList", act: (chain) => chain.toggleBulletList() },
  { words: "编号列表", sign: "1. 列表", is: "orderedList", act: (chain) => chain.toggleOrderedList() },
  { words: "撤销", sign: "撤销", act: (chain) => chain.undo() },
  { words: "重做", sign: "重做", act: (chain) => chain.redo() },
];

const toolbar = (editor, label) => {
  const bar = document.createElement("div");
  bar.className = "hz-rich-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `${label}：格式`);
  const buttons = tools.map((tool, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = tool.sign;
    button.setAttribute("aria-label", tool.words);
    button.tabIndex = place ? -1 : 0;
    button.addEventListener("click", () => tool.act(editor.chain().focus()).run());
    bar.append(button);
    return button;
  });
  // One stop for the Tab key; arrows go from button to button, as in every toolbar.
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const here = buttons.indexOf(document.activeElement);
    const there = buttons[(here + step + buttons.length) % buttons.length];
    buttons.forEach((each) => { each.tabIndex = each === there ? 0 : -1; });
    there.focus();
  });
  const show = () => tools.forEach((tool, place) => {
    if (tool.is) buttons[place].setAttribute("aria-pressed", String(editor.isActive(tool.is)));
  });
  editor.on("transaction", show);
  show();
  return bar;
};

const enrich = (kit, box) => {
  const area = box.querySelector("textarea");
  const words = document.querySelector(`label[for="${area.id}"]`);
  const label = (words ? words.textContent : "").replace("*", "").trim();
  const place = document.createElement("div");
  const attributes = { role: "textbox", "aria-multiline": "true", "aria-label": label };
  const described = area.getAttribute("aria-describedby");
  if (described) attributes["aria-describedby"] = described;
  if (area.getAttribute("aria-invalid")) attributes["aria-invalid"] = "true";
  const { Editor, Document, Paragraph, Text, HardBreak, Bold, BulletList, OrderedList, ListItem, History, Table, TableRow, TableHeader, TableCell } = kit;
  const editor = new Editor({
    element: place,
    extensions: [Document, Paragraph, Text, HardBreak, Bold, BulletList, OrderedList, ListItem, History, Table, TableRow, TableHeader, TableCell],
    content: box.dataset.html,
    injectCSS: false,
    editorProps: { attributes },
    onUpdate: ({ editor: each }) => {
      area.value = each.isEmpty ? "" : each.getHTML();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  area.hidden = true;
  area.before(toolbar(editor, label), place);
  if (words) words.addEventListener("click", () => editor.commands.focus());
  area.addEventListener("focus", () => editor.commands.focus());
  // Whoever follows the link of an error comes to the box by its id: there is the editor now.
  const arrive = () => { if (location.hash === `#${area.id}`) editor.commands.focus(); };
  window.addEventListener("hashchange", arrive);
  arrive();
};

if (boxes.length) {
  const kit = await import(boxes[0].dataset.rich);
  boxes.forEach((box) => enrich(kit, box));
}
