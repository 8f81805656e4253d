// Recordings: what each layer does with them, as trained, as integers by steps, and as the chip does, event by event.

import { options } from './request.js'
import { getJson, ProblemError } from './api.js'
import { figure, groups } from './chart.js'
import { byId, fill, h } from './dom.js'
import { MEDIA } from './file.js'
import { findingList } from './findings.js'
import { count, DASH, fixed, number, percent, plural } from './format.js'
import { commands } from './take.js'

const MODES = [['float_step', 'as trained'], ['integer_step', 'integers, by steps'], ['integer_event', 'integers, by events']]

const KEYS = ['first', 'second', 'third']

/** The multipart request for a network and recordings, each `{name, blob, type}`. */
export function request(path, file, recordings, form) {
  const parts = [{ name: 'network', file: file.name, type: MEDIA.nir, blob: file.blob, example: file.example },
    ...recordings.map((recording) => ({ ...recording, name: 'recording', file: recording.name }))]
  const body = new FormData()
  for (const part of parts) body.append(part.name, new Blob([part.blob], { type: part.type }), part.file)
  const given = [['dt', byId('dt').value.trim()], ['labels', byId('labels').value.trim()],
    ['merge_polarity', byId('merge').checked ? 'true' : '']].filter(([, value]) => value)
  return { path, body, parts, query: [...options(form, 'nir').filter(([name]) => name !== 'device'), ...given] }
}

function head(titles) {
  return h('thead', null, h('tr', null, titles.map((title, index) => h('th', { scope: 'col', class: index ? 'number' : null }, title))))
}

function scrolled(caption, titles, rows) {
  return h('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' }, h('table', null,
    h('caption', null, caption), head(titles), h('tbody', null, rows.map(([name, ...values]) => h('tr', null,
      h('th', { scope: 'row' }, name), values.map((value) => h('td', { class: 'number' }, value)))))))
}

function spikes(layers) {
  const series = MODES.map(([mode]) => layers.map((layer) => layer[mode]?.spikes ?? null))
  const all = layers.map((layer) => `${layer.name}: ${MODES.map(([mode, words]) => `${count(layer[mode]?.spikes)} ${words}`).join(', ')}`)
  return figure(`Spikes of each layer; ${all.join('; ')}`, MODES.map(([, words], index) => [KEYS[index], words]),
    (element) => groups(element, { names: layers.map((layer) => layer.name), unit: 'spikes', series }))
}

function layerTable(layers) {
  return scrolled('Layers', ['Layer', ...MODES.map(([, words]) => `spikes ${words}`), 'rate ratio, steps', 'rate ratio, events',
    'divergence, steps', 'divergence, events'], layers.map((layer) => [layer.name,
    ...MODES.map(([mode]) => count(layer[mode]?.spikes)), ...['rate_ratio', 'divergence'].flatMap((what) =>
      ['integer_step', 'integer_event'].map((mode) => fixed(layer[mode]?.[what], 3)))]))
}

export function summaryTable(summary) {
  return scrolled('Over all recordings', ['Mode', 'agreement', 'accuracy', 'divergence'], MODES.filter(([mode]) => summary[mode])
    .map(([mode, words]) => [words, percent(summary[mode].agreement), percent(summary[mode].accuracy), fixed(summary[mode].divergence, 3)]))
}

/** The strongest neuron of each output, by mode. */
function outputs(recordings) {
  const strongest = (counts) => (counts?.length ? `${counts.indexOf(Math.max(...counts))} (${Math.max(...counts)} spikes)` : DASH)
  return scrolled('Strongest output neuron', ['Recording', 'Layer', 'label', ...MODES.map(([, words]) => words)],
    recordings.flatMap((recording) => Object.entries(recording.outputs ?? {}).map(([layer, modes]) =>
      [recording.name, layer, recording.label ?? DASH, ...MODES.map(([mode]) => strongest(modes?.[mode]))])))
}

function simulated(answer, asked) {
  return [summaryTable(answer.summary), spikes(answer.layers), layerTable(answer.layers), outputs(answer.recordings),
    answer.findings.length ? findingList(answer.findings) : null, commands(asked, 'The simulation')]
}

function calibrated(answer, asked, apply) {
  const side = (title, found) => h('div', null, h('h3', null, title), summaryTable(found.summary))
  return [h('div', { class: 'panels' }, side('Before', answer.before), side('After', answer.after)),
    scrolled('Bounds chosen', ['Layer', 'reference', 'chosen', 'thresholds', 'min_v_mem to give'], answer.layers.map((layer) =>
      [layer.name, layer.reference, layer.chosen, layer.factor === null ? 'as it was' : number(layer.factor, 2), layer.min_v_mem])),
    h('p', { class: 'buttons' }, h('button', { type: 'button', onclick: () => apply(answer.query) }, 'Use these bounds')),
    answer.findings.length ? findingList(answer.findings) : null, commands(asked, 'The calibration')]
}

let running

async function run(make, show) {
  running?.abort()
  const mine = running = new AbortController()
  const place = byId('behaviour-result')
  place.setAttribute('aria-busy', 'true')
  try {
    const asked = make()
    fill(place, show(await getJson(asked, { signal: mine.signal }), asked))
    byId('status').textContent = 'Simulated.'
  } catch (failure) {
    if (failure.name === 'AbortError') return
    if (!(failure instanceof ProblemError)) throw failure
    fill(place, h('p', { class: 'error', role: 'alert' }, failure.message))
  } finally {
    if (mine === running) place.setAttribute('aria-busy', 'false')
  }
}

/**
 * Sets the section up.
 * @param state what there is: `file()`, and `recordings`
 * @param apply puts bounds, as a query, into the options
 */
export function behaviour(form, state, apply) {
  const simulate = () => run(() => request('simulate', state.file(), state.recordings, form), simulated)
  byId('simulate').addEventListener('click', simulate)
  byId('calibrate').addEventListener('click', () => run(() => request('calibrate', state.file(), state.recordings, form),
    (answer, asked) => calibrated(answer, asked, apply)))
  return () => {
    byId('behaviour').hidden = state.file()?.kind !== 'nir'
    const none = !state.recordings.length
    byId('recorded').textContent = none ? 'No recordings yet.' : `${plural(state.recordings.length, 'recording')}: ${state.recordings.map((one) => one.name).join(', ')}`
    byId('simulate').disabled = byId('calibrate').disabled = none
  }
}
