// Elements without any HTML text: what trials and people wrote is only ever text.

/** An element with attributes and children; a function `on…` listens, and null, false and '' leave an attribute out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  return put(element, ...children);
}

/** Puts children into an element in place of what is there; null and false are none. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A table; cells that are numbers as text stand to the right. */
export function table(headers, rows, caption) {
  const numeric = headers.map((_, column) => rows.length > 0 && rows.every((row) => /^([-+−.\d][-+−.,:\de]*( %)?|–)?$/.test(row[column] ?? '–')));
  const cell = (tag, text, column) =>
    el(tag, { class: numeric[column] ? 'number' : null, scope: tag === 'th' ? 'col' : null }, text ?? '–');
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    // Sentences wrap, figures do not.
    el('table', { class: rows.some((row) => row.some((cell) => `${cell}`.length > 40)) ? 'words' : null },
      el('caption', { class: 'unseen' }, caption),
      el('thead', {}, el('tr', {}, headers.map((text, column) => cell('th', text, column)))),
      el('tbody', {}, rows.map((row) => el('tr', {}, headers.map((_, column) => cell('td', row[column], column)))))));
}

/** A choice that calls `choose` with the index, labelled. */
export function select(label, options, chosen, choose) {
  return el('label', { class: 'choice' }, label,
    el('select', { onchange: (event) => choose(event.target.selectedIndex) },
      options.map((text, index) => el('option', { selected: index === chosen }, text))));
}

/** A button that copies what `text` gives. */
export function copier(text) {
  const button = el('button', { type: 'button', class: 'copy', onclick: async () => {
    const copied = await copy(text());
    button.textContent = copied ? 'Copied' : 'Select and copy by hand';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  } }, 'Copy');
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page of a file may not; this still works there.
    const area = el('textarea', { class: 'unseen', 'aria-hidden': 'true' });
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}
