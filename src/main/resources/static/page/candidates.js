// The scale that each term of a layer allows, as bars on a logarithmic axis; the shortest is the layer's scale.

import { svg } from './dom.js'
import { number } from './format.js'

export const TERMS = ['weight', 'bias', 'threshold', 'state']

/** The decades that hold all candidates of all layers, so that bars of different rows compare. */
export function domain(layers) {
  const all = layers.flatMap((layer) => Object.values(layer.candidates ?? {})).filter((value) => value > 0)
  if (!all.length) return [0, 1]
  const low = Math.floor(Math.log10(Math.min(...all)))
  return [low - 1, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))))]
}

/** All candidates in words. */
export function words(layer) {
  return TERMS.filter((term) => layer.candidates[term] !== null)
    .map((term) => `${term} ${number(layer.candidates[term], 5)}`).join(', ')
}

/** The bars of a layer, each with its length in a hundredth of the width. */
export function bars(layer, [low, high]) {
  const rows = TERMS.map((term, row) => {
    const value = layer.candidates[term]
    const length = value === null ? 0 : 100 * (Math.log10(value) - low) / (high - low)
    return svg('rect', { x: 0, y: 1 + 6 * row, width: Math.max(0, Math.min(100, length)), height: 4,
      class: layer.limitedBy === term ? 'limits' : 'other' })
  })
  return svg('svg', { class: 'candidates', viewBox: '0 0 100 25', preserveAspectRatio: 'none', role: 'img',
    'aria-label': `scales allowed: ${words(layer)}` }, rows)
}
