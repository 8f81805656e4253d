// The only module that knows the charting library, uPlot: another would be exchanged here.

import { fill, h } from './dom.js'

/** The ticks of an axis of counts. */
const DECADES = [0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]

/** Those where no count reaches the second decade. */
const UNITS = [0, 1, 2, 5, 10, 20]

const LIBRARY = new URL('../webjars/uplot/dist/', import.meta.url)

let loading

/** Loads the library when the first chart is drawn; its module build is three times the size. */
function library() {
  loading ??= new Promise((resolve, reject) => {
    document.head.append(h('link', { rel: 'stylesheet', href: new URL('uPlot.min.css', LIBRARY) }),
      h('script', { src: new URL('uPlot.iife.min.js', LIBRARY), onload: () => resolve(window.uPlot), onerror: reject }))
  })
  return loading
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

function axis(label, more = {}) {
  return { label, labelSize: 18, labelGap: 0, labelFont: '12px system-ui', font: '11px system-ui', size: 26, stroke: color('muted'),
    grid: { stroke: color('line'), width: 1 }, ticks: { stroke: color('line'), size: 4 }, ...more }
}

/** Draws into an element and follows its width and the colour scheme until the element leaves the page. */
async function draw(element, height, make) {
  const uPlot = await library()
  let plot
  const render = () => {
    plot?.destroy()
    const { data, ...options } = make(uPlot)
    plot = new uPlot({ width: Math.max(240, element.clientWidth), height, legend: { show: false },
      cursor: { show: false }, ...options }, data, element)
  }
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  const sizes = new ResizeObserver(() => {
    if (!element.isConnected) {
      sizes.disconnect()
      scheme.removeEventListener('change', render)
      plot.destroy()
    } else if (Math.max(240, element.clientWidth) !== plot.width) {
      plot.setSize({ width: Math.max(240, element.clientWidth), height })
    }
  })
  render()
  scheme.addEventListener('change', render)
  sizes.observe(element)
}

/** The place of a chart: its words for those who do not see it, and its legend. */
export function figure(words, legend, start) {
  const canvas = h('div', { class: 'canvas', 'aria-hidden': 'true' })
  const place = h('figure', { role: 'group', 'aria-label': words }, canvas,
    h('figcaption', null, legend.map(([mark, text]) => h('span', null, h('i', { class: `key ${mark}` }), text))))
  // Once it has its width.
  requestAnimationFrame(() => start(canvas).catch(() => fill(canvas, h('p', { class: 'help' }, 'The chart could not be drawn.'))))
  return place
}

/** A vertical line at x, in canvas pixels. */
function line(u, x, stroke, dash) {
  const at = Math.round(u.valToPos(x, 'x', true))
  if (at < u.bbox.left - 1 || at > u.bbox.left + u.bbox.width + 1) return
  u.ctx.save()
  u.ctx.strokeStyle = stroke
  u.ctx.lineWidth = 2 * devicePixelRatio
  u.ctx.setLineDash(dash)
  u.ctx.beginPath()
  u.ctx.moveTo(at, u.bbox.top)
  u.ctx.lineTo(at, u.bbox.top + u.bbox.height)
  u.ctx.stroke()
  u.ctx.restore()
}

/**
 * How often each value occurs.
 * @param x the values, ascending
 * @param counts how often each occurs; shown by the inverse hyperbolic sine, so that one and a thousand are both seen
 * @param range the first and the last x to show
 * @param marks lines, `{x, color, dash}`
 */
export function histogram(element, { x, counts, range, label, marks }) {
  return draw(element, 220, (uPlot) => ({
    data: [x, counts],
    scales: { x: { time: false, range: () => range }, y: { distr: 4, asinh: 1, range: (u, low, high) => [0, high * 1.3 + 1] } },
    axes: [axis(label), axis('elements', { size: 52, splits: (u, at, low, high) => (high < 30 ? UNITS : DECADES).filter((tick) => tick <= high), values: (u, at) => at })],
    series: [{}, { fill: color('bar'), stroke: color('bar'), width: 0, points: { show: false },
      paths: uPlot.paths.bars({ size: [1, 100] }) }],
    hooks: { draw: [(u) => marks.forEach((mark) => line(u, mark.x, color(mark.color), mark.dash ?? []))] },
  }))
}

/** Lines over few whole values of x; a series is null where it has no value. */
export function lines(element, { x, label, unit, series }) {
  const stroke = ['first', 'second', 'third']
  return draw(element, 190, () => ({
    data: [x, ...series],
    scales: { x: { time: false } },
    axes: [axis(label, { splits: () => x, values: (u, at) => at }), axis(unit, { size: 40 })],
    series: [{}, ...series.map((values, index) => ({ stroke: color(stroke[index]), width: 2,
      points: { show: true, size: 6, fill: color(stroke[index]) } }))],
  }))
}

/** Bars beside one another in groups, a group for each name. */
export function groups(element, { names, unit, series }) {
  const shades = ['first', 'second', 'third']
  const x = names.map((_, index) => index)
  const width = 0.8 / series.length
  const paint = (u) => series.forEach((values, index) => values.forEach((value, at) => {
    const left = u.valToPos(at - 0.4 + index * width, 'x', true)
    const top = u.valToPos(value ?? 0, 'y', true)
    u.ctx.fillStyle = color(shades[index])
    u.ctx.fillRect(left, top, u.valToPos(at - 0.4 + (index + 1) * width, 'x', true) - left - 1, u.bbox.top + u.bbox.height - top)
  }))
  return draw(element, 220, () => ({
    data: [x, ...series],
    scales: { x: { time: false, range: () => [-0.6, names.length - 0.4] }, y: { range: (u, low, high) => [0, high * 1.05 || 1] } },
    axes: [axis(null, { splits: () => x, values: () => names }), axis(unit, { size: 64 })],
    series: [{}, ...series.map(() => ({ paths: () => null, points: { show: false } }))],
    hooks: { drawAxes: [paint] },
  }))
}
