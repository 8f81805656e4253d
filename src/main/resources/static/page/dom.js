// Creates elements. Text is always set as text, so that no name in a file is read as markup.

const SVG = 'http://www.w3.org/2000/svg'

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

/** An HTML element; attributes that are functions, such as `onclick`, listen to events. */
export function h(name, attributes, ...children) {
  return build(document.createElement(name), attributes, children)
}

/** An SVG element. */
export function svg(name, attributes, ...children) {
  return build(document.createElementNS(SVG, name), attributes, children)
}

export function byId(id) {
  return document.getElementById(id)
}

/** Replaces all children. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean))
}
