// The table of layers; a layer opens to its details.

import { mainReport, warnings } from './answer.js'
import { bars, domain } from './candidates.js'
import { detail } from './detail.js'
import { h } from './dom.js'
import { column, DASH, percent, fixed, plural, shape } from './format.js'

const COLUMNS = [
  ['Layer', 'name'], ['Weights', 'shape'], ['Scale', 'number'], ['Limited by', 'limit'], ['spike_threshold', 'number'],
  ['off by', 'number'], ['min_v_mem', 'number'], ['SQNR, dB', 'number'], ['Zeros', 'number'], ['Core', 'number'],
  ['Findings', 'found'],
]

/** Names of the layers that are open, kept when an answer is renewed. */
const open = new Set()

export function forget() {
  open.clear()
}

function findings(layer) {
  const serious = warnings(layer.findings).length
  const rest = layer.findings.length - serious
  return h('td', { class: 'found' },
    serious > 0 && h('span', { class: 'badge warning' }, plural(serious, 'warning')), ' ',
    rest > 0 && h('span', { class: 'badge' }, plural(rest, 'note')))
}

function limit(layer, axis) {
  return h('td', { class: 'limit' }, layer.candidates
    ? h('span', { class: 'limits-by' }, bars(layer, axis), h('span', null, layer.limitedBy)) : DASH)
}

function core(layer) {
  if (layer.core === undefined) return h('td', { class: 'number' }, DASH)
  const fits = layer.core !== null && layer.violations.length === 0
  return h('td', { class: fits ? 'number' : 'number bad' }, layer.core === null ? 'none' : layer.core,
    fits ? null : h('span', { class: 'sr' }, ', does not fit'))
}

function cells(layer, axis, scale) {
  const report = mainReport(layer)
  return [
    h('td', { class: 'shape' }, shape(layer.weight.shape)),
    h('td', { class: 'number' }, scale(layer.scale)),
    limit(layer, axis),
    h('td', { class: 'number' }, layer.threshold ?? DASH),
    h('td', { class: 'number' }, percent(layer.thresholdError, 2)),
    h('td', { class: 'number' }, layer.minVMem ?? DASH),
    h('td', { class: 'number' }, fixed(report.sqnr_db, 1)),
    h('td', { class: 'number' }, percent(report.zeros / report.elements)),
    core(layer),
    findings(layer),
  ]
}

/** Two rows: what is seen at once, and the details, made when the layer is first opened. */
function rows(layer, index, axis, scale) {
  const place = h('td', { colspan: COLUMNS.length })
  const more = h('tr', { class: 'more', id: `layer-${index}`, hidden: true }, place)
  const button = h('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': more.id, onclick: () => {
    show(more.hidden)
    if (more.hidden) open.delete(layer.name)
    else open.add(layer.name)
  } }, layer.name)
  function show(shown) {
    more.hidden = !shown
    button.setAttribute('aria-expanded', String(shown))
    place.replaceChildren(...(shown ? [detail(layer)] : []))
  }
  if (open.has(layer.name)) show(true)
  const row = h('tr', { class: warnings(layer.findings).length ? 'warned' : null },
    h('th', { scope: 'row' }, button), cells(layer, axis, scale))
  return [row, more]
}

export function table(layers) {
  const axis = domain(layers)
  const scale = column(layers.map((layer) => layer.scale))
  return h('div', { class: 'scroll', role: 'region', 'aria-label': 'Layers', tabindex: '0' },
    h('table', null,
      h('caption', { class: 'sr' }, 'The layers in the order that data flows'),
      h('thead', null, h('tr', null, COLUMNS.map(([text, kind]) => h('th', { scope: 'col', class: kind }, text)))),
      h('tbody', null, layers.map((layer, index) => rows(layer, index, axis, scale)))))
}
