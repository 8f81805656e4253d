// Ties the page together: a file and options in, an answer on the screen.

import { normal } from './answer.js'
import { getJson, setKey } from './api.js'
import { behaviour } from './behaviour.js'
import { chip } from './chip.js'
import { byId, fill, h } from './dom.js'
import { bytes } from './format.js'
import { intake } from './intake.js'
import { brief, discretize, isFor } from './request.js'
import { sentence, summary } from './summary.js'
import { sweep } from './sweep.js'
import { forget, table } from './table.js'
import { take } from './take.js'
import { attempt, guarded, say } from './work.js'

/** Milliseconds without a further change after which the answer is renewed. */
const QUIET = 200

/** The places of an answer. */
const PLACES = ['summary', 'layers', 'chip', 'sweep', 'take']

const form = byId('request')

/** The chips by name. */
let devices = new Map()

let file = null
let recordings = []
let timer

/** The file whose answer is on the screen. */
let shown = null

/** The section of recordings. */
const section = behaviour(form, { file: () => file, get recordings() { return recordings } }, useBounds)

/** Lets the browser answer to people in the middle of a large answer. */
const pause = () => new Promise((done) => setTimeout(done))

async function show(answer, request, signal) {
  fill(byId('summary'), summary(answer))
  fill(byId('layers'), table(answer.layers))
  await pause()
  if (signal.aborted) return
  fill(byId('chip'), answer.fit && chip(answer, devices.get(answer.fit.device)))
  fill(byId('sweep'), sweep(file, form))
  fill(byId('take'), take(file, request, brief(request)))
  if (shown !== file) reveal()
  shown = file
  say(sentence(answer))
}

/** Where the answer stands below the options, it would not be seen. */
function reveal() {
  if (matchMedia('(max-width: 900px)').matches) byId('result').scrollIntoView()
}

async function renew() {
  clearTimeout(timer)
  if (!file) return
  const asked = file
  const request = discretize(file, form)
  const problem = await guarded(form, async (signal) => {
    const answer = await getJson(brief(request), { signal })
    await show(normal(answer, asked), request, signal)
  })
  // The answer to another file would be taken for one to this.
  if (problem && shown !== asked) PLACES.forEach((place) => fill(byId(place)))
}

function soon() {
  clearTimeout(timer)
  timer = setTimeout(renew, QUIET)
  section.outdate()
}

function fieldsFor(kind) {
  for (const element of form.querySelectorAll('[data-for]')) element.hidden = !isFor(element, kind)
}

/** Puts a query such as `min_v_mem.0=-1.0&min_v_mem.2=-2.0` into the options, in place of other bounds. */
function useBounds(query) {
  byId('min_v_mem').value = ''
  const others = byId('by_node').value.split('\n').filter((line) => line.trim() && !line.trim().startsWith('min_v_mem.'))
  byId('by_node').value = [...new URLSearchParams(query)].map((pair) => pair.join('=')).concat(others).join('\n')
  renew()
}

function takeNetwork(found) {
  file = found
  forget()
  fieldsFor(file.kind === 'unknown' ? 'nir' : file.kind)
  section.clear()
  section.refresh()
  byId('chosen').textContent = `${file.name}: ${file.words}, ${bytes(file.size)}`
  renew()
}

function takeRecordings(found) {
  recordings = found
  section.clear()
  section.refresh()
}

/** Fills in the chips. */
async function chips() {
  const answer = await getJson({ path: 'devices' })
  devices = new Map(answer.devices.map((device) => [device.name, device]))
  const select = byId('device')
  const before = select.value
  fill(select, h('option', { value: '' }, 'none'), [...devices.keys()].map((name) => h('option', { value: name }, name)))
  select.dataset.usual = devices.has('speck2fmodule') ? 'speck2fmodule' : answer.devices[0].name
  select.value = before || select.dataset.usual
}

function start() {
  fieldsFor('nir')
  form.addEventListener('input', (event) => event.target.name && soon())
  form.addEventListener('submit', (event) => event.preventDefault())
  byId('key').addEventListener('change', (event) => {
    setKey(event.target.value)
    attempt(form, chips).then(renew)
  })
  intake(form, { network: () => file }, { network: takeNetwork, recordings: takeRecordings })
  attempt(form, chips).then(renew)
}

start()
