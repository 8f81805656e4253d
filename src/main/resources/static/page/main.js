// Ties the page together: a file and options in, an answer on the screen.

import { normal } from './answer.js'
import { getJson, hasKey, ProblemError, send, setKey } from './api.js'
import { byId, fill, h } from './dom.js'
import { EXAMPLES } from './examples.js'
import { describe } from './file.js'
import { bytes } from './format.js'
import { clearProblem, showProblem } from './problem.js'
import { brief, discretize, isFor } from './request.js'
import { sentence, summary } from './summary.js'
import { forget, table } from './table.js'

/** Milliseconds without a further change after which the answer is renewed. */
const QUIET = 200

const form = byId('request')
const result = byId('result')

let file = null
let timer
let running

function say(text) {
  byId('status').textContent = text
}

function show(answer) {
  fill(byId('summary'), summary(answer))
  fill(byId('layers'), table(answer.layers))
  say(sentence(answer))
}

/** Asks for the key if that is what is missing; else shows the problem. */
function refused(problem) {
  const keyed = problem.status === 401 || problem.status === 403
  if (keyed) {
    byId('key-section').hidden = false
    byId('key-error').textContent = hasKey() ? problem.detail : 'This service needs a key.'
    byId('key').focus()
  } else {
    showProblem(problem, form)
    if (problem.title) say(`${problem.title}: ${problem.detail}`)
  }
}

/** Does something that newer work of its kind aborts. */
async function guarded(work) {
  running?.abort()
  const mine = running = new AbortController()
  result.setAttribute('aria-busy', 'true')
  try {
    await work(mine.signal)
    if (mine !== running) return
    clearProblem(form)
    byId('key-error').textContent = ''
  } catch (failure) {
    if (failure.name === 'AbortError') return
    if (!(failure instanceof ProblemError)) throw failure
    refused(failure.problem)
  } finally {
    if (mine === running) result.setAttribute('aria-busy', 'false')
  }
}

function renew() {
  clearTimeout(timer)
  if (file) guarded(async (signal) => show(normal(await getJson(brief(discretize(file, form)), { signal }), file)))
}

function soon() {
  clearTimeout(timer)
  timer = setTimeout(renew, QUIET)
}

function fieldsFor(kind) {
  for (const element of form.querySelectorAll('[data-for]')) element.hidden = !isFor(element, kind)
}

async function take(blob) {
  const found = await describe(blob)
  if (!found || found.kind === 'recording') {
    showProblem({ title: 'Not a network', detail: `${blob.name}: a NIR file, safetensors, npz or npy is expected` }, form)
    return
  }
  file = found
  forget()
  fieldsFor(file.kind)
  byId('chosen').textContent = `${file.name}: ${file.words}, ${bytes(blob.size)}`
  renew()
}

function takeExample(example) {
  return guarded(async (signal) => {
    const answer = await send({ path: `examples/${example.file}` }, { accept: '*/*', signal })
    form.reset()
    byId('device').value = byId('device').dataset.usual
    for (const [name, value] of Object.entries(example.options)) form.elements[name].value = value
    await take(new File([await answer.blob()], example.file))
  })
}

function listenToDrops() {
  const over = (shown) => document.body.classList.toggle('dropping', shown)
  addEventListener('dragover', (event) => {
    event.preventDefault()
    over(true)
  })
  addEventListener('dragleave', (event) => event.relatedTarget === null && over(false))
  addEventListener('drop', (event) => {
    event.preventDefault()
    over(false)
    if (event.dataTransfer.files.length) take(event.dataTransfer.files[0])
  })
}

/** Fills in the chips; the first that sinabs supports as a module is the usual one. */
async function chips() {
  const { devices } = await getJson({ path: 'devices' })
  const select = byId('device')
  const before = select.value
  fill(select, h('option', { value: '' }, 'none'), devices.map((device) => h('option', { value: device.name }, device.name)))
  select.dataset.usual = devices.find((device) => device.name === 'speck2fmodule')?.name ?? devices[0].name
  select.value = before || select.dataset.usual
}

function start() {
  fieldsFor('nir')
  fill(byId('examples'), EXAMPLES.map((example) => h('button', { type: 'button', onclick: () => takeExample(example) }, example.title)))
  byId('file').addEventListener('change', (event) => event.target.files.length && take(event.target.files[0]))
  form.addEventListener('input', (event) => event.target.name && soon())
  form.addEventListener('submit', (event) => event.preventDefault())
  byId('key').addEventListener('change', (event) => {
    setKey(event.target.value)
    guarded(chips).then(renew)
  })
  listenToDrops()
  guarded(chips)
}

start()
