// Ties the page together: a file and options in, an answer on the screen.

import { normal } from './answer.js'
import { getJson, send, setKey } from './api.js'
import { behaviour } from './behaviour.js'
import { chip } from './chip.js'
import { byId, fill, h } from './dom.js'
import { listenToDrops } from './drops.js'
import { EXAMPLES, RECORDINGS } from './examples.js'
import { describe } from './file.js'
import { bytes } from './format.js'
import { showProblem } from './problem.js'
import { brief, discretize, isFor } from './request.js'
import { sentence, summary } from './summary.js'
import { sweep } from './sweep.js'
import { forget, table } from './table.js'
import { take } from './take.js'
import { guarded, say } from './work.js'

/** Milliseconds without a further change after which the answer is renewed. */
const QUIET = 200

const form = byId('request')

/** The chips by name. */
let devices = new Map()

let file = null
let recordings = []
let timer

/** Shows what recordings there are. */
const recorded = behaviour(form, { file: () => file, get recordings() { return recordings } }, useBounds)

function show(answer, request) {
  fill(byId('summary'), summary(answer))
  fill(byId('layers'), table(answer.layers))
  fill(byId('chip'), answer.fit && chip(answer, devices.get(answer.fit.device)))
  fill(byId('sweep'), sweep(file, form))
  fill(byId('take'), take(file, request, brief(request)))
  say(sentence(answer))
}

function renew() {
  clearTimeout(timer)
  if (!file) return
  const request = discretize(file, form)
  guarded(form, async (signal) => show(normal(await getJson(brief(request), { signal }), file), request))
}

function soon() {
  clearTimeout(timer)
  timer = setTimeout(renew, QUIET)
}

function fieldsFor(kind) {
  for (const element of form.querySelectorAll('[data-for]')) element.hidden = !isFor(element, kind)
}

/** Puts a query such as `min_v_mem.0=-1.0&min_v_mem.2=-2.0` into the options. */
function useBounds(query) {
  byId('min_v_mem').value = ''
  byId('by_node').value = query.replaceAll('&', '\n')
  renew()
}

/** Beside a network, a tensor of counts is a recording. */
function isRecording(found, blob) {
  return found?.kind === 'recording' || (file?.kind === 'nir' && found?.kind === 'tensor' && /\.np[yz]$/.test(blob.name))
}

async function acceptRecordings(blobs, example = false) {
  const found = await Promise.all(blobs.map((blob) => describe(blob, example)))
  recordings = found.filter(Boolean)
  recorded()
}

async function acceptAll(blobs) {
  const found = await Promise.all(blobs.map((blob) => describe(blob)))
  const dropped = blobs.filter((blob, index) => isRecording(found[index], blob))
  const rest = blobs.filter((blob) => !dropped.includes(blob))
  if (rest.length) await accept(rest[0])
  if (dropped.length) await acceptRecordings(dropped)
}

async function accept(blob, example) {
  const found = await describe(blob, example)
  if (!found || found.kind === 'recording') {
    showProblem({ title: 'Not a network', detail: `${blob.name}: a NIR file, safetensors, npz or npy is expected` }, form)
    return
  }
  file = found
  forget()
  fieldsFor(file.kind)
  recorded()
  byId('chosen').textContent = `${file.name}: ${file.words}, ${bytes(blob.size)}`
  renew()
}

function takeExample(example) {
  return guarded(form, async (signal) => {
    const answer = await send({ path: `examples/${example.file}` }, { accept: '*/*', signal })
    form.reset()
    byId('device').value = byId('device').dataset.usual
    for (const [name, value] of Object.entries(example.options)) form.elements[name].value = value
    await accept(new File([await answer.blob()], example.file), true)
  })
}

/** The recordings that come with the service are of the sound network. */
function takeRecordings() {
  return guarded(form, async (signal) => {
    const blobs = await Promise.all(RECORDINGS.map(async (name) =>
      new File([await (await send({ path: `examples/${name}` }, { accept: '*/*', signal })).blob()], name)))
    byId('dt').value ||= '5000'
    await acceptRecordings(blobs, true)
  })
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
  fill(byId('examples'), EXAMPLES.map((example) => h('button', { type: 'button', onclick: () => takeExample(example) }, example.title)))
  byId('file').addEventListener('change', (event) => event.target.files.length && accept(event.target.files[0]))
  form.addEventListener('input', (event) => event.target.name && soon())
  form.addEventListener('submit', (event) => event.preventDefault())
  byId('key').addEventListener('change', (event) => {
    setKey(event.target.value)
    guarded(form, chips).then(renew)
  })
  byId('recordings').addEventListener('change', (event) => acceptRecordings([...event.target.files]))
  byId('record-example').addEventListener('click', takeRecordings)
  listenToDrops(acceptAll)
  guarded(form, chips)
}

start()
