// Arrows between elements that are marked with data-end, drawn again when their places change.

import { svg } from './dom.js'

/** The middle of each side of an element, and its size, within the place of all. */
function sides(element, origin) {
  const { left, top, width, height } = element.getBoundingClientRect()
  const x = left - origin.left
  const y = top - origin.top
  return { left: [x, y + height / 2], right: [x + width, y + height / 2], top: [x + width / 2, y], bottom: [x + width / 2, y + height], y, height }
}

/** A straight line to the neighbour, an arc over a row, else a curve from below to above. */
function curve(from, to) {
  const [sameRow, toTheRight] = [Math.abs(from.y - to.y) < 4, to.left[0] > from.right[0]]
  if (sameRow && toTheRight && to.left[0] - from.right[0] < 60) return `M${from.right}L${to.left}`
  if (sameRow) {
    const [[x1, y1], [x2, y2]] = [from.top, to.top]
    return `M${x1},${y1}C${x1},${y1 - 26} ${x2},${y2 - 26} ${x2},${y2}`
  }
  const down = to.y > from.y
  const [[x1, y1], [x2, y2]] = down ? [from.bottom, to.top] : [from.top, to.bottom]
  const bend = (down ? 1 : -1) * Math.max(10, Math.abs(y2 - y1) / 2)
  return `M${x1},${y1}C${x1},${y1 + bend} ${x2},${y2 - bend} ${x2},${y2}`
}

/**
 * Draws an arrow for each pair of names, over the place that holds the elements.
 * @param ways pairs `{from, to}` of values of data-end
 */
export function arrows(place, ways) {
  const lines = svg('g')
  const overlay = svg('svg', { class: 'arrows', 'aria-hidden': 'true' },
    svg('defs', null, svg('marker', { id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8,
      orient: 'auto-start-reverse', markerUnits: 'userSpaceOnUse' }, svg('path', { d: 'M0,0L8,4L0,8z' }))), lines)
  place.append(overlay)
  const draw = () => {
    const origin = place.getBoundingClientRect()
    const found = new Map([...place.querySelectorAll('[data-end]')].map((element) => [element.dataset.end, sides(element, origin)]))
    lines.replaceChildren(...ways.filter(({ from, to }) => found.has(from) && found.has(to))
      .map(({ from, to }) => svg('path', { class: 'way', d: curve(found.get(from), found.get(to)), 'marker-end': 'url(#head)' })))
  }
  const sizes = new ResizeObserver(() => (place.isConnected ? draw() : sizes.disconnect()))
  sizes.observe(place)
}
