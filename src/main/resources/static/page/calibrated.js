// The answer of a calibration: what the chip does before and after, and the bounds that make the difference.

import { h } from './dom.js'
import { findingList } from './findings.js'
import { count, fixed, number, percent } from './format.js'
import { scrolled } from './scrolled.js'
import { spikes } from './simulated.js'
import { commands } from './take.js'

function overall({ before, after }) {
  return scrolled('Over all recordings, event by event', ['', 'agreement with as trained', 'accuracy', 'divergence'],
    [['before', before.summary], ['after', after.summary]].map(([name, summary]) => [name, percent(summary.agreement),
      percent(summary.accuracy), fixed(summary.divergence, 3)]))
}

function byLayer({ layers, before, after }) {
  return scrolled('Layers', ['Layer', 'spikes as trained', 'before', 'after', 'rate ratio before', 'after', 'divergence before', 'after'],
    layers.map((layer, at) => {
      const both = [before.layers[at], after.layers[at]]
      return [layer.name, count(layer.float_step.spikes), ...both.map((one) => count(one.spikes)),
        ...both.map((one) => fixed(one.rate_ratio, 3)), ...both.map((one) => fixed(one.divergence, 3))]
    }))
}

function bounds(layers) {
  return scrolled('Bounds chosen', ['Layer', 'integer before', 'integer after', 'in thresholds', 'min_v_mem'], layers.map((layer) =>
    [layer.name, layer.reference, layer.chosen, layer.factor === null ? 'unchanged' : number(-layer.factor, 2), layer.min_v_mem]))
}

/** @param apply puts bounds, as a query, into the options */
export function calibrated(answer, asked, apply) {
  const { layers, before, after } = answer
  return [overall(answer),
    spikes(layers.map((layer) => layer.name), [
      { words: 'as trained', spikes: layers.map((layer) => layer.float_step.spikes) },
      { words: 'before', spikes: before.layers.map((layer) => layer.spikes) },
      { words: 'after', spikes: after.layers.map((layer) => layer.spikes) }]),
    byLayer(answer), bounds(layers),
    h('p', { class: 'buttons' }, h('button', { type: 'button', onclick: () => apply(answer.query) }, 'Use these bounds')),
    answer.findings.length ? findingList(answer.findings) : null, commands(asked, 'The calibration')]
}
