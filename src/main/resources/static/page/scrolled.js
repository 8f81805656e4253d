// Tables of results that scroll sideways where they are wider than the screen.

import { h } from './dom.js'

/**
 * A table whose rows begin with a name.
 * @param columns titles; those of text are in an array, all others hold numbers
 * @param rows arrays of a name and values
 */
export function scrolled(caption, columns, rows) {
  const kinds = columns.map((column, index) => (index && !Array.isArray(column) ? 'number' : null))
  return h('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' }, h('table', null,
    h('caption', null, caption),
    h('thead', null, h('tr', null, columns.map((title, index) => h('th', { scope: 'col', class: kinds[index] }, title)))),
    h('tbody', null, rows.map(([name, ...values]) => h('tr', null, h('th', { scope: 'row' }, name),
      values.map((value, index) => h('td', { class: kinds[index + 1] }, value)))))))
}
