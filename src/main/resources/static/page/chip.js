// The chip: its cores as boxes, how full their memories are, and the ways of events between them.

import { h, svg } from './dom.js'
import { count, percent } from './format.js'
import { arrows } from './arrows.js'

const MEMORIES = ['kernel', 'neuron', 'bias']

/** A bar as long as the memory is full; red where more is needed than there is. */
function memory(name, needs, has) {
  const over = needs > has
  return h('div', { class: over ? 'memory bad' : 'memory', title: `${name} memory: ${count(needs)} of ${count(has)}` },
    h('span', null, name),
    svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: 'all', width: 100, height: 8 }),
      svg('rect', { class: over ? 'over' : 'used', width: Math.min(100, 100 * needs / has), height: 8 })),
    h('span', { class: 'amount' }, over ? `${count(needs)} of ${count(has)}` : percent(needs / has, needs / has < 0.1 ? 1 : 0)))
}

function box(title, layer, memories, bad) {
  return h('li', { class: `core${layer ? '' : ' free'}${bad ? ' unfit' : ''}`, 'data-layer': layer?.name },
    h('p', null, h('strong', null, layer ? layer.name : 'free'), h('span', null, title)), memories)
}

function used(layer, unfit) {
  const title = layer.core === null ? 'on no core' : `core ${layer.core}`
  return box(title, layer, MEMORIES.map((name) => memory(name, layer[name].needs, layer[name].has)), unfit)
}

function free(core) {
  return box(`core ${core.core}`, null, MEMORIES.map((name) => memory(name, 0, core[name])), false)
}

/** The ways of events: `[from, to, words]`, by names of layers; `input` and `output …` are ends. */
function ways(layers) {
  return layers.flatMap((layer) => [
    ...(layer.sources ?? []).filter((source) => source.layer === null).map(() => ['input', layer.name]),
    ...(layer.destinations ?? []).map((path) => [layer.name, path.layer ?? `output ${path.output}`]),
  ])
}

/** The layers in the order that data flows, then the cores that are free. */
export function chip(answer, device) {
  const { fit } = answer
  const over = new Map(answer.layers.map((layer) => [layer.name, layer.violations.length > 0]))
  const taken = new Set(fit.layers.map((layer) => layer.core))
  const rest = device.cores.filter((core) => !taken.has(core.core))
  const all = ways(answer.layers)
  const outputs = [...new Set(all.map(([, to]) => to).filter((to) => to.startsWith('output ')))]
  const place = h('div', { class: 'chip' },
    h('p', { class: 'end', 'data-layer': 'input' }, 'input'),
    h('ul', { class: 'cores', 'aria-label': `Cores of ${fit.device} in use` },
      fit.layers.map((layer) => used(layer, layer.core === null || over.get(layer.name)))),
    h('p', { class: 'ends' }, outputs.map((output) => h('span', { class: 'end', 'data-layer': output }, output))),
    rest.length > 0 && h('ul', { class: 'cores', 'aria-label': 'Free cores' }, rest.map(free)))
  arrows(place, all)
  return h('section', { class: 'chip-section', 'aria-labelledby': 'chip-title' },
    h('h2', { id: 'chip-title' }, `The chip: ${fit.device}`),
    h('p', { class: 'sr' }, all.map(([from, to]) => `${from} to ${to}`).join('; ')), place)
}
