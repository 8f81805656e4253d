// Recordings: the section that simulates a network on them, or calibrates it by them.

import { getJson, ProblemError } from './api.js'
import { calibrated } from './calibrated.js'
import { byId, fill, h } from './dom.js'
import { MEDIA } from './file.js'
import { plural } from './format.js'
import { line } from './problem.js'
import { options } from './request.js'
import { simulated } from './simulated.js'
import { say } from './work.js'

/** The multipart request for a network and recordings. */
function request(path, file, recordings, form) {
  const parts = [{ name: 'network', file: file.name, type: MEDIA.nir, blob: file.blob, example: file.example },
    ...recordings.map((recording) => ({ ...recording, name: 'recording', file: recording.name }))]
  const body = new FormData()
  for (const part of parts) body.append(part.name, new Blob([part.blob], { type: part.type }), part.file)
  const given = [['dt', byId('dt').value.trim()], ['labels', byId('labels').value.trim()],
    ['merge_polarity', byId('merge').checked ? 'true' : '']].filter(([, value]) => value)
  return { path, body, parts, query: [...options(form, 'nir').filter(([name]) => name !== 'device'), ...given] }
}

let running

async function run(path, make, show) {
  running?.abort()
  const mine = running = new AbortController()
  const place = byId('behaviour-result')
  place.setAttribute('aria-busy', 'true')
  try {
    const asked = make(path)
    fill(place, show(await getJson(asked, { signal: mine.signal }), asked))
    say(`${path === 'simulate' ? 'Simulated' : 'Calibrated'}: the result is below the button.`)
  } catch (failure) {
    if (failure.name === 'AbortError') return
    if (!(failure instanceof ProblemError)) throw failure
    fill(place, line(failure.problem))
  } finally {
    if (mine === running) place.setAttribute('aria-busy', 'false')
  }
}

function refresh(file, recordings) {
  byId('behaviour').hidden = file?.kind !== 'nir'
  const none = !recordings.length
  byId('recorded').textContent = none ? 'No recordings yet: drop some, choose some, or take those of the sound network.'
    : `${plural(recordings.length, 'recording')}: ${recordings.map((one) => one.name).join(', ')}`
  byId('simulate').disabled = byId('calibrate').disabled = none
}

/** Says that a result is no longer that of the options. */
function outdate() {
  const place = byId('behaviour-result')
  if (place.firstChild && !place.querySelector('.outdated')) {
    place.prepend(h('p', { class: 'help outdated' }, 'The options have changed since; what follows is by those before.'))
  }
}

function clear() {
  running?.abort()
  fill(byId('behaviour-result'))
}

/**
 * Sets the section up.
 * @param state what there is: `file()`, and `recordings`
 * @param apply puts bounds, as a query, into the options
 */
export function behaviour(form, state, apply) {
  const make = (path) => request(path, state.file(), state.recordings, form)
  byId('simulate').addEventListener('click', () => run('simulate', make, simulated))
  byId('calibrate').addEventListener('click', () => run('calibrate', make, (answer, asked) => calibrated(answer, asked, apply)))
  return { refresh: () => refresh(state.file(), state.recordings), outdate, clear }
}
