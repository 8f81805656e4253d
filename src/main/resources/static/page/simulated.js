// The answer of a simulation: each layer as trained, as integers by steps, and as the chip does it, event by event.

import { figure, groups } from './chart.js'
import { findingList } from './findings.js'
import { count, DASH, fixed, percent } from './format.js'
import { scrolled } from './scrolled.js'
import { commands } from './take.js'

const MODES = [['float_step', 'as trained'], ['integer_step', 'integers, by steps'], ['integer_event', 'integers, by events']]

const COMPARED = MODES.slice(1)

/**
 * Grouped bars of the spikes of each layer.
 * @param series what the bars of a group are, each `{words, spikes}` with one number for each layer
 */
export function spikes(names, series) {
  const keys = ['first', 'second', 'third']
  const all = names.map((name, at) => `${name}: ${series.map(({ words, spikes: of }) => `${count(of[at])} ${words}`).join(', ')}`)
  return figure(`Spikes of each layer; ${all.join('; ')}`, series.map(({ words }, index) => [keys[index], words]),
    (element) => groups(element, { names, unit: 'spikes', series: series.map(({ spikes: of }) => of) }))
}

function overall(summary) {
  return scrolled('Over all recordings', ['Mode', 'agreement with as trained', 'accuracy', 'divergence'],
    MODES.filter(([mode]) => summary[mode]).map(([mode, words]) => [words, percent(summary[mode].agreement),
      percent(summary[mode].accuracy), fixed(summary[mode].divergence, 3)]))
}

function byLayer(layers) {
  const of = (layer, what, modes, text) => modes.map(([mode]) => text(layer[mode]?.[what]))
  const compared = (what) => COMPARED.map(([, words]) => `${what}, ${words.split(', ')[1]}`)
  return scrolled('Layers', ['Layer', 'spikes as trained', 'spikes, by steps', 'spikes, by events',
    ...compared('rate ratio'), ...compared('divergence')], layers.map((layer) => [layer.name, ...of(layer, 'spikes', MODES, count),
    ...of(layer, 'rate_ratio', COMPARED, (value) => fixed(value, 3)), ...of(layer, 'divergence', COMPARED, (value) => fixed(value, 3))]))
}

/** The neuron with most spikes; the first of those that have as many. */
function strongest(counts) {
  if (!counts?.length) return DASH
  const most = Math.max(...counts)
  return most === 0 ? 'none (no spikes)' : `${counts.indexOf(most)} (${count(most)} spikes)`
}

function outputs(recordings) {
  return scrolled('Strongest output neuron', ['Recording', ['Layer'], 'label', ...MODES.map(([, words]) => words)],
    recordings.flatMap((recording) => Object.entries(recording.outputs ?? {}).map(([layer, modes]) =>
      [recording.name, layer, recording.label ?? DASH, ...MODES.map(([mode]) => strongest(modes?.[mode]))])))
}

export function simulated(answer, asked) {
  const { layers } = answer
  return [overall(answer.summary),
    spikes(layers.map((layer) => layer.name), MODES.map(([mode, words]) => ({ words, spikes: layers.map((layer) => layer[mode]?.spikes ?? null) }))),
    byLayer(layers), outputs(answer.recordings),
    answer.findings.length ? findingList(answer.findings) : null, commands(asked, 'The simulation')]
}
