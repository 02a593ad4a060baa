type Attributes = Readonly<Record<string, string | number | boolean>>;
type Child = Node | string;

const SVG = 'http://www.w3.org/2000/svg';

/** Creates an element. Attributes that are true have no value, and those that are false are left out. */
export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** Creates an element of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/** Creates a table with a caption, column titles and rows, whose first cells are titles as well. */
export function table(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly (string | Node)[])[],
): HTMLTableElement {
  const head = html('tr', {}, ...titles.map((title) => html('th', { scope: 'col' }, title)));
  const body = rows.map(([first, ...cells]) =>
    html('tr', {}, html('th', { scope: 'row' }, first), ...cells.map((cell) => html('td', {}, cell))),
  );
  return html('table', {}, html('caption', {}, caption), html('thead', {}, head), html('tbody', {}, ...body));
}

/** Wraps wide content in a region that scrolls, also by keyboard. */
export function scrolling(label: string, ...children: readonly Child[]): HTMLElement {
  return html('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': label }, ...children);
}

/** Wraps a long table in a region of limited height that scrolls. */
export function dataRegion(label: string, content: Node): HTMLElement {
  const region = scrolling(label, content);
  region.classList.add('data');
  return region;
}

/**
 * Creates a disclosure whose content is created when it is opened, and again when `update` is called while it is open.
 */
export function disclosure(
  summary: string,
  content: () => Node,
): { readonly element: HTMLDetailsElement; readonly update: () => void } {
  const element = html('details', {}, html('summary', {}, summary));
  let shown: Node | null = null;
  const update = (): void => {
    if (!element.open) return;
    const next = content();
    if (shown !== null && shown.parentNode === element) element.replaceChild(next, shown);
    else element.append(next);
    shown = next;
  };
  element.addEventListener('toggle', update);
  return { element, update };
}
