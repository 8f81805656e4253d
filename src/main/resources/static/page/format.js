// Numbers as text. What is undefined is a dash.

export const DASH = '–'

/** A number with so many significant digits, without an exponent where that is readable. */
export function number(value, digits = 4) {
  if (value === null || value === undefined) return DASH
  if (value === 0) return '0'
  const magnitude = Math.abs(value)
  if (magnitude < 1e-4 || magnitude >= 1e7) return value.toExponential(digits - 1)
  return magnitude >= 10 ** (digits - 1) ? String(Math.round(value)) : value.toPrecision(digits)
}

/** A formatter for a column: so many decimals that the smallest has `digits` significant ones and all points align. */
export function column(values, digits = 4) {
  const smallest = Math.min(...values.filter((value) => value > 0))
  const decimals = digits - 1 - Math.floor(Math.log10(smallest))
  return (value) => (decimals >= 0 && decimals <= 7 ? fixed(value, decimals) : number(value, digits))
}

export function fixed(value, decimals) {
  return value === null || value === undefined ? DASH : value.toFixed(decimals)
}

/** A share of 1 in percent. */
export function percent(value, decimals = 1) {
  return value === null || value === undefined ? DASH : `${(100 * value).toFixed(decimals)} %`
}

export function count(value) {
  return value === null || value === undefined ? DASH : value.toLocaleString('en')
}

export function bytes(value) {
  if (value < 1024) return `${value} bytes`
  return value < 1024 * 1024 ? `${(value / 1024).toFixed(0)} KiB` : `${(value / 1024 / 1024).toFixed(1)} MiB`
}

export function shape(dims) {
  return dims ? dims.join(' × ') || 'scalar' : DASH
}

export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`
}
