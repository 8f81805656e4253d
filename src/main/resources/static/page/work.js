// Work on requests: newer work of its kind aborts older, the result says that it is busy, problems are shown.

import { hasKey, ProblemError } from './api.js'
import { byId } from './dom.js'
import { clearProblem, showProblem } from './problem.js'

let running

export function say(text) {
  byId('status').textContent = text
}

/** Asks for the key if that is what is missing; else shows the problem. */
function refused(problem, form) {
  if (problem.status === 401 || problem.status === 403) {
    byId('key-section').hidden = false
    byId('key-error').textContent = hasKey() ? problem.detail : 'This service needs a key.'
    byId('key').focus()
    return
  }
  showProblem(problem, form)
  say(`${problem.title}: ${problem.detail}`)
}

/** Does some work beside other work; returns the problem that was shown, if any. */
export async function attempt(form, work, isCurrent = () => true) {
  try {
    await work()
    if (isCurrent()) byId('key-error').textContent = ''
  } catch (failure) {
    if (failure.name === 'AbortError') return
    if (!(failure instanceof ProblemError)) throw failure
    if (!isCurrent()) return
    refused(failure.problem, form)
    return failure.problem
  }
}

/**
 * Does the work of an answer, in place of older such work.
 * @param work is called with the signal that aborts it
 * @return the problem that was shown, if any
 */
export async function guarded(form, work) {
  running?.abort()
  const mine = running = new AbortController()
  const isCurrent = () => mine === running
  byId('result').setAttribute('aria-busy', 'true')
  const problem = await attempt(form, () => work(mine.signal), isCurrent)
  if (!isCurrent()) return
  byId('result').setAttribute('aria-busy', 'false')
  if (!problem) clearProblem(form)
  return problem
}
