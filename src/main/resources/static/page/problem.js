// Shows a problem: its detail in one place, and at the option it is about.

import { byId, fill, h } from './dom.js'

/** Most errors that are listed: a network of a hundred layers may have one in each. */
const MOST = 6

/** The last name in a pointer, such as `min_v_mem` in `/spike1.min_v_mem`. */
function lastName(pointer) {
  return pointer.split(/[/.]/).at(-1)
}

/** The fields that a problem is about, by its pointers or else by its words: a map to what is said of each. */
function named(problem, fields) {
  const said = new Map()
  for (const field of fields) {
    const errors = (problem.errors ?? []).filter((error) => lastName(error.pointer) === field.name)
    if (errors.length) said.set(field, errors.length === 1 ? errors[0].detail : `${errors[0].detail}; and ${errors.length - 1} more`)
  }
  if (said.size) return said
  const words = problem.detail ?? ''
  const [first] = fields.filter((field) => new RegExp(`(^|[^\\w.])${field.name}([^\\w]|$)`).test(words))
    .sort((a, b) => words.indexOf(a.name) - words.indexOf(b.name))
  return new Map(first ? [[first, words]] : [])
}

/** The field of single layers, if the problem names a parameter in one of its lines. */
function ofLine(problem, field) {
  const names = field.value.split('\n').map((line) => line.split('=')[0].trim()).filter(Boolean)
  return names.some((name) => problem.detail?.includes(name)) ? [[field, problem.detail]] : null
}

function mark(field, detail) {
  field.setAttribute('aria-invalid', 'true')
  const id = `${field.id}-error`
  field.dataset.described ??= field.getAttribute('aria-describedby') ?? ''
  field.setAttribute('aria-describedby', `${id} ${field.dataset.described}`.trim())
  const place = field.closest('.pair') ?? field
  place.after(h('span', { class: 'error', id }, detail))
}

export function clearProblem(form) {
  fill(byId('problem'))
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid')
    if (field.dataset.described) field.setAttribute('aria-describedby', field.dataset.described)
    else field.removeAttribute('aria-describedby')
    byId(`${field.id}-error`)?.remove()
  }
}

function title(problem) {
  return h('strong', null, `${problem.title ?? 'Problem'}:`)
}

/** A problem in one line, for places of its own. */
export function line(problem) {
  return h('p', { class: 'problem', role: 'alert' }, title(problem), ' ', problem.detail)
}

/** Where the problem is; or each of several, which the detail has in one line. */
function whole(problem) {
  const errors = problem.errors ?? []
  if (errors.length < 2) {
    return [h('p', null, title(problem), ' ', problem.detail), errors.length > 0 && h('p', { class: 'help' }, 'at ', h('code', null, errors[0].pointer))]
  }
  return [h('p', null, title(problem)), h('ul', null, errors.slice(0, MOST).map((error) => h('li', null, h('code', null, error.pointer), ' ', error.detail)),
    errors.length > MOST && h('li', null, `and ${errors.length - MOST} more`))]
}

export function showProblem(problem, form) {
  clearProblem(form)
  const fields = [...form.querySelectorAll('[name]')].filter((field) => !field.closest('[hidden]'))
  for (const [field, words] of ofLine(problem, form.elements.by_node) ?? named(problem, fields)) mark(field, words)
  fill(byId('problem'), h('div', { class: 'problem' }, whole(problem), problem.request_id && h('p', { class: 'help' }, `request ${problem.request_id}`),
    h('p', { class: 'help last' }, 'What follows is the last answer, not one to this.')))
}
