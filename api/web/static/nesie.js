// Comfort for pages that work without it: the way to the search box, one sending of each form, what was typed kept when
// the language changes, files dropped where they belong, and what changed said aloud. Listeners are delegated, so that
// what htmx swaps in needs nothing.

/** Milliseconds after which a form that has not led to another page, because it gave a file, may be sent again. */
const AGAIN = 10000;

const live = () => document.getElementById("live");

/** Say `words` to whoever listens; a moment after emptying, or the same words twice would be said once. */
function announce(words) {
  const region = live();
  if (!region || !words) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = words; }, 100);
}

/** Give focus to what asks for it: the summary of what is wrong with a form. */
function focusAsked(root) {
  const asks = root.querySelector?.("[data-focus]");
  if (asks) asks.focus();
}

// Ctrl+K (or ⌘K) goes to the search box.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  const search = document.getElementById("search");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A form is sent once. The server would do it once anyway: its key sees to that; this keeps a second page from coming.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("once" in form.dataset)) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), AGAIN);
});

// Coming back to a page by the browser's button, its forms may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// What was typed and not sent stays when the language changes: it is kept for the next page and no longer. The form that
// a language's button sends is not among it, since the server gives that back.
const TYPED = "typed";

/** Fields that somebody types in or chooses from, secrets left out. Their order under a name is that of every language. */
const OPEN = "input:not([type=hidden], [type=password], [autocomplete=one-time-code]), select, textarea";
const fields = () => Array.from(document.querySelectorAll(OPEN));
const named = (name) => fields().filter((field) => field.name === name);

/** Whether something else stands in `field` than the server wrote there. */
function isTyped(field) {
  if (field instanceof HTMLSelectElement) return !field.selectedOptions[0]?.defaultSelected;
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

/** Say beside a field of files that no page keeps them: when one is chosen, and when it is lost. */
const tellNotKept = (field) => field.closest("[data-drop]")?.querySelector("[data-not-kept]")?.removeAttribute("hidden");

/** Put what was typed back into `field`, where a person sees it, and let whatever hangs on it know. */
function typeAgain(field, { value, checked }) {
  field.closest("details")?.setAttribute("open", "");
  if (field.type === "file") {
    tellNotKept(field);
    return;
  }
  if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const way = event.target instanceof Element ? event.target.closest(".languages a, .languages button") : null;
  if (!way || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const kept = fields().filter((field) => field.name && field.form !== way.form && isTyped(field)).map((field) => ({
    name: field.name, place: named(field.name).indexOf(field), value: field.value, checked: field.checked,
  }));
  sessionStorage.setItem(TYPED, JSON.stringify({ path: location.pathname, kept }));
});

addEventListener("load", () => {
  const { path, kept } = JSON.parse(sessionStorage.getItem(TYPED) ?? "{}");
  sessionStorage.removeItem(TYPED);
  if (path !== location.pathname) return;
  for (const each of kept) {
    const field = named(each.name)[each.place];
    if (field) typeAgain(field, each);
  }
});

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.files?.length) tellNotKept(event.target);
});

// Files may be dropped on their field.
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target instanceof Element ? event.target.closest("[data-drop]") : null;
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    const field = drop.querySelector("input[type=file]");
    if (kind === "drop" && event.dataTransfer?.files.length && field) {
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      announce(Array.from(field.files, (file) => file.name).join(", "));
    }
  });
}

// What htmx swaps in is said and, where it asks for it, focused; while it is fetched, its place is busy.
document.addEventListener("htmx:before:request", (event) => event.target.setAttribute?.("aria-busy", "true"));
document.addEventListener("htmx:finally:request", (event) => event.target.removeAttribute?.("aria-busy"));
document.addEventListener("htmx:after:swap", (event) => {
  if ((event.detail?.ctx?.response?.status ?? 200) >= 500) return;
  const place = event.target instanceof Element ? event.target : document;
  focusAsked(place);
  announce(document.querySelector("[data-announce]")?.textContent.trim());
});

// A fault of the server swaps nothing in: the page stays as it was, and says so.
for (const kind of ["htmx:response:error", "htmx:error"]) {
  document.addEventListener(kind, () => {
    const region = live();
    if (!region) return;
    region.classList.replace("visually-hidden", "failed");
    announce(region.dataset.failed);
  });
}

focusAsked(document);
