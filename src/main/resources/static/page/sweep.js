// What each width of weights costs each layer, by both rules of the scale.

import { address, getJson, ProblemError } from './api.js'
import { figure, lines } from './chart.js'
import { fill, h } from './dom.js'
import { fixed } from './format.js'
import { line } from './problem.js'
import { options } from './request.js'
import { commands } from './take.js'
import { say } from './work.js'

/** Options of the form that a sweep varies itself, or has no use for. */
const VARIED = new Set(['weight_bits', 'bias_bits', 'scale_rule', 'device'])

function request(file, form) {
  return { path: 'sweep', query: options(form, file.kind).filter(([name]) => !VARIED.has(name)), body: file.blob,
    type: file.type, file: file.name, example: file.example }
}

/** The rows of a layer by rule: `{bits: [...], reference: [...], joint: [...]}`. */
function seriesOf(rows) {
  const bits = [...new Set(rows.map((row) => row.bits))].sort((a, b) => a - b)
  const values = (rule) => bits.map((width) => rows.find((row) => row.bits === width && row.scale_rule === rule)?.effective_sqnr_db ?? null)
  return { bits, reference: values('reference'), joint: values('joint') }
}

function asTable(layer, { bits, reference, joint }) {
  return h('table', { class: 'report' }, h('caption', null, `Layer ${layer}: effective SQNR, dB`),
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'bits'), bits.map((width) => h('th', { scope: 'col', class: 'number' }, width)))),
    h('tbody', null, [['reference', reference], ['joint', joint]].map(([rule, values]) => h('tr', null,
      h('th', { scope: 'row' }, rule), values.map((value) => h('td', { class: 'number' }, fixed(value, 1)))))))
}

function show(answer, asked) {
  const layers = Map.groupBy(answer.rows, (row) => row.layer)
  return [h('div', { class: 'panels' }, [...layers].map(([layer, rows]) => {
    const series = seriesOf(rows)
    return h('div', null, figure(`Effective SQNR of layer ${layer} by bits of weights`, [['first', 'reference'], ['second', 'joint']],
      (element) => lines(element, { x: series.bits, label: 'bits', unit: 'dB', series: [series.reference, series.joint] })),
    asTable(layer, series))
  })), commands(asked, 'The sweep')]
}

/** The last section, kept where a change of options makes no difference to it. */
let last = { asked: null, section: null }

async function run(button, asked, place) {
  button.disabled = true
  try {
    fill(place, show(await getJson(asked), asked))
    say('Swept: the result is below the button.')
  } catch (failure) {
    if (!(failure instanceof ProblemError)) throw failure
    fill(place, line(failure.problem))
  } finally {
    button.disabled = false
  }
}

/** The section: asked for by a button, as it discretizes the network a dozen times. */
export function sweep(file, form) {
  if (file.kind !== 'nir' && file.kind !== 'state-dict') return null
  const asked = request(file, form)
  if (last.asked?.body === asked.body && String(address(last.asked)) === String(address(asked))) return last.section
  const place = h('div', { id: 'sweep-result' })
  const section = h('section', { 'aria-labelledby': 'sweep-title' }, h('h2', { id: 'sweep-title' }, 'How few bits would do?'),
    h('p', { class: 'buttons' }, h('button', { type: 'button', onclick: (event) => run(event.target, asked, place) }, 'Sweep')), place)
  last = { asked, section }
  return section
}
