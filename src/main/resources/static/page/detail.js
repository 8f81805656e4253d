// An opened layer: its integers over the float axis, its report, where events come from and go to, its findings.

import { mainReport } from './answer.js'
import { outputWords } from './chip.js'
import { bars, domain, TERMS } from './candidates.js'
import { figure, histogram } from './chart.js'
import { h } from './dom.js'
import { findingList } from './findings.js'
import { count, DASH, number, fixed, percent, plural } from './format.js'

/** The marks of a histogram: the range's ends, and the thresholds where they are within it. */
function marks(layer, low, high) {
  const at = (integer) => integer / layer.scale
  return [
    { x: at(low), color: 'clip', dash: [6, 4] }, { x: at(high), color: 'clip', dash: [6, 4] },
    ...(layer.threshold === undefined ? [] : [{ x: at(layer.threshold), color: 'threshold' },
      { x: at(layer.minVMem), color: 'bound' }]),
  ]
}

function chart(layer, report) {
  const { histogram: found } = report
  if (!found) return h('p', { class: 'help' }, 'No histogram above 10 bits.')
  const half = report.levels_available / 2
  const x = found.counts.map((_, index) => (found.low + index) / layer.scale)
  const range = [(-half * 1.06 - 1) / layer.scale, (half * 1.06 + 1) / layer.scale]
  const outside = (integer) => integer !== undefined && (integer < -half || integer > half - 1)
  const words = `Histogram of ${count(report.elements)} integers, ${report.levels_used} of ${report.levels_available} levels used, `
    + `${report.zeros} zeros, ${report.saturated} clipped`
  return figure(words, [
    ['bar', 'integers'],
    ['clip', `ends of the range, ${plural(report.saturated, 'value')} clipped`],
    ...(layer.threshold === undefined ? [] : [
      ['threshold', `spike_threshold ${layer.threshold}${outside(layer.threshold) ? ' (outside)' : ''}`],
      ['bound', `min_v_mem ${layer.minVMem}${outside(layer.minVMem) ? ' (outside)' : ''}`]]),
  ], (element) => histogram(element, { x, counts: found.counts, range, label: 'float value',
    marks: marks(layer, -half, half - 1) }))
}

function reports(layer) {
  const given = Object.entries(layer.reports).filter(([, report]) => report)
  const rows = [
    ['Elements', (report) => count(report.elements)],
    ['Zeros', (report) => `${count(report.zeros)} (${percent(report.zeros / report.elements)})`],
    ['Levels used', (report) => `${report.levels_used ?? DASH} of ${count(report.levels_available)}`],
    ['Clipped', (report) => count(report.saturated)],
    ['Largest error', (report) => number(report.max_abs_error, 3)],
    ['RMS error', (report) => number(report.rms_error, 3)],
    ['SQNR, dB', (report) => fixed(report.sqnr_db, 2)],
  ]
  return h('table', { class: 'report' }, h('caption', null, 'Report'),
    h('thead', null, h('tr', null, h('td'), given.map(([name]) => h('th', { scope: 'col' }, name)))),
    h('tbody', null, rows.map(([title, text]) => h('tr', null, h('th', { scope: 'row' }, title),
      given.map(([, report]) => h('td', { class: 'number' }, text(report)))))))
}

function scales(layer) {
  if (!layer.candidates) return null
  return h('div', { class: 'scales' }, h('h3', null, 'Scale each term allows (logarithmic)'),
    h('div', null, bars(layer, domain([layer])),
      h('dl', null, TERMS.map((term) => h('div', { class: layer.limitedBy === term ? 'limits' : null },
        h('dt', null, term), h('dd', null, number(layer.candidates[term], 7)))))))
}

function pool(path) {
  const [height, width] = path.pool
  return height * width === 1 ? '' : `, pooled ${height} × ${width}${path.factor < 1 ? ' (average)' : ''}`
}

function paths(layer) {
  if (!layer.sources) return null
  const from = layer.sources.map((source) => h('li', null, source.layer ?? 'input', pool(source)))
  const to = layer.destinations.map((path) => h('li', null, path.layer ?? outputWords(path.output), pool(path)))
  return h('div', { class: 'paths' }, h('h3', null, 'Events from'), h('ul', null, from),
    h('h3', null, 'Events to'), h('ul', null, to))
}

function facts(layer) {
  const list = [
    layer.spikeName && `neurons: ${layer.spikeName}`,
    layer.rescale !== undefined && layer.rescale !== 1 && `weights multiplied by ${number(layer.rescale)} for average pools`,
    layer.minVMemError ? `min_v_mem off by ${percent(layer.minVMemError, 2)}` : null,
    layer.dead?.length ? `output channels whose weights all became zero: ${layer.dead.slice(0, 20).join(', ')}${layer.dead.length > 20 ? ', …' : ''}` : null,
  ].filter(Boolean)
  return list.length ? h('p', { class: 'help' }, list.join('; ')) : null
}

export function detail(layer) {
  return h('div', { class: 'detail' },
    h('div', { class: 'chart' }, chart(layer, mainReport(layer)), facts(layer)),
    h('div', { class: 'columns' }, reports(layer), scales(layer), paths(layer)),
    layer.violations?.length ? h('ul', { class: 'violations' }, layer.violations.map((violation) => h('li', null, violation.message))) : null,
    layer.findings.length ? findingList(layer.findings) : h('p', { class: 'help' }, 'No findings.'))
}
