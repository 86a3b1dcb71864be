// Building DOM by hand: text only ever becomes text nodes, so nothing that a customer writes can become markup.
type Attributes = Record<string, string | boolean | null>;
type Child = Node | string;

/** An element with attributes (`true` sets a bare one, `false` and null leave it out) and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Sets what differs and removes what is `false` or null. */
export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) target.removeAttribute(name);
    else if (target.getAttribute(name) !== (value === true ? '' : value))
      target.setAttribute(name, value === true ? '' : value);
  }
}

/** Writes text only where it differs, so that screen readers are not told twice. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** A drawing out of the page's sprite; it says nothing to a screen reader. */
export function drawing(name: string): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `#${name}`);
  setAttributes(svg, { class: `drawing drawing-${name}`, 'aria-hidden': 'true' });
  svg.append(use);
  return svg;
}
