// Shows a problem: its detail in one place, and at the option it is about.

import { byId, fill, h } from './dom.js'

/** The fields that a problem names, in a pointer's last step or in its words. */
function named(problem, fields) {
  const steps = (problem.errors ?? []).map((error) => error.pointer.split('/').at(-1))
  const said = fields.filter((field) => steps.includes(field.name))
  if (said.length) return said
  const words = problem.detail ?? ''
  const first = fields.filter((field) => new RegExp(`(^|[^\\w.])${field.name}([^\\w]|$)`).test(words))
    .sort((a, b) => words.indexOf(a.name) - words.indexOf(b.name))
  return first.slice(0, 1)
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

function errors(problem) {
  const list = (problem.errors ?? []).filter((error) => problem.errors.length > 1 || error.detail !== problem.detail)
  if (list.length) return h('ul', null, list.map((error) => h('li', null, h('code', null, error.pointer), ' ', error.detail)))
  return problem.errors?.length ? h('p', { class: 'help' }, 'at ', h('code', null, problem.errors[0].pointer)) : null
}

export function showProblem(problem, form) {
  clearProblem(form)
  const fields = [...form.querySelectorAll('[name]')].filter((field) => !field.closest('[hidden]'))
  const ofNode = fields.filter((field) => field.name === 'by_node' && /\b(min_v_mem|rescale)\.[^\s]/.test(problem.detail ?? ''))
  for (const field of ofNode.length ? ofNode : named(problem, fields)) mark(field, problem.detail)
  fill(byId('problem'), h('div', { class: 'problem' }, h('p', null, h('strong', null, problem.title ?? 'Problem'), ' ', problem.detail),
    errors(problem), problem.request_id && h('p', { class: 'help' }, `request ${problem.request_id}`),
    h('p', { class: 'help last' }, 'What follows is the last answer, not one to this.')))
}
