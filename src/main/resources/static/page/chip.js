// The chip: its cores as boxes, how full their memories are, and the ways of events between them.

import { h, svg } from './dom.js'
import { count, percent } from './format.js'
import { arrows } from './arrows.js'

const MEMORIES = ['kernel', 'neuron', 'bias']

/** What a bar says: the number where it is too long, the share that is used, or the size of what is free. */
function amount(needs, has) {
  if (needs === null) return count(has)
  return needs > has ? `${count(needs)} of ${count(has)}` : percent(needs / has, needs / has < 0.1 ? 1 : 0)
}

/** A bar as long as the memory is full; red where more is needed than there is. */
function memory(name, needs, has) {
  const over = needs > has
  return h('div', { class: over ? 'memory bad' : 'memory', title: `${name} memory: ${count(needs ?? 0)} of ${count(has)}` },
    h('span', null, name),
    svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: 'all', width: 100, height: 8 }),
      svg('rect', { class: over ? 'over' : 'used', width: Math.min(100, 100 * needs / has), height: 8 })),
    h('span', { class: 'amount' }, amount(needs, has)))
}

function box(title, layer, memories, bad) {
  return h('li', { class: `core${layer ? '' : ' free'}${bad ? ' unfit' : ''}`, 'data-end': layer && key('layer', layer.name) },
    h('p', null, h('strong', null, layer ? layer.name : 'free'), h('span', null, title)), memories)
}

/** A limit that no bar shows, such as `stride_height 3, allowed 1, 2, 4, 8`. */
function excess(violation) {
  return h('div', { class: 'excess' }, `${violation.limit} ${[violation.found].flat().join(' × ')}, allowed ${[violation.allowed].flat().join(', ')}`)
}

function used(layer, violations) {
  const title = layer.core === null ? 'on no core' : `core ${layer.core}`
  const others = violations.filter((violation) => !MEMORIES.some((name) => violation.limit === `${name}_memory`))
  return box(title, layer, [MEMORIES.map((name) => memory(name, layer[name].needs, layer[name].has)), others.map(excess)],
    layer.core === null || violations.length > 0)
}

function free(core) {
  return box(`core ${core.core}`, null, MEMORIES.map((name) => memory(name, null, core[name])), false)
}

/** What an end is called; most networks call theirs input and output. */
export function outputWords(name) {
  return name === 'output' ? name : `output ${name}`
}

/** An end or a layer, as what it is told by: a layer may have the name of an end. */
const key = (kind, name) => `${kind} ${name}`

/** The ways of events: `{from, to, words}`. */
function ways(layers) {
  return layers.flatMap((layer) => [
    ...(layer.sources ?? []).filter((source) => source.layer === null)
      .map(() => ({ from: key('end', 'input'), to: key('layer', layer.name), words: `input to ${layer.name}` })),
    ...(layer.destinations ?? []).map((path) => (path.layer
      ? { from: key('layer', layer.name), to: key('layer', path.layer), words: `${layer.name} to ${path.layer}` }
      : { from: key('layer', layer.name), to: key('output', path.output), words: `${layer.name} to ${outputWords(path.output)}` })),
  ])
}

/** The layers in the order that data flows, then the cores that are free. */
export function chip(answer, device) {
  const { fit } = answer
  const over = new Map(answer.layers.map((layer) => [layer.name, layer.violations]))
  const taken = new Set(fit.layers.map((layer) => layer.core))
  const rest = device.cores.filter((core) => !taken.has(core.core))
  const all = ways(answer.layers)
  const outputs = [...new Set(answer.layers.flatMap((layer) => layer.destinations ?? [])
    .filter((path) => path.output !== null).map((path) => path.output))]
  const place = h('div', { class: 'chip' },
    h('p', { class: 'end', 'data-end': key('end', 'input') }, 'input'),
    h('ul', { class: 'cores', 'aria-label': `Cores of ${fit.device} in use` },
      fit.layers.map((layer) => used(layer, over.get(layer.name)))),
    h('p', { class: 'ends' }, outputs.map((name) => h('span', { class: 'end', 'data-end': key('output', name) }, outputWords(name)))),
    rest.length > 0 && h('ul', { class: 'cores', 'aria-label': 'Free cores' }, rest.map(free)))
  arrows(place, all)
  return h('section', { class: 'chip-section', 'aria-labelledby': 'chip-title' },
    h('h2', { id: 'chip-title' }, `The chip: ${fit.device}, ${taken.has(null) ? `${device.cores.length} cores` : `${taken.size} of ${device.cores.length} cores in use`}`),
    h('p', { class: 'sr' }, all.map(({ words }) => words).join('; ')), place)
}
