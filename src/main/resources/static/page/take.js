// Take it away: the answer as files, and the same request as curl and as Python.

import { address, ProblemError, send } from './api.js'
import { h } from './dom.js'
import { MEDIA } from './file.js'
import { asCurl, asPython } from './commands.js'

const JSON_TYPE = 'application/json'

/** The formats that a kind of file can be answered in: title, media type, extension. */
const FORMATS = {
  nir: [['NIR', MEDIA.nir, 'nir'], ['safetensors', MEDIA.safetensors, 'safetensors'], ['npz', MEDIA.npz, 'npz'], ['JSON', JSON_TYPE, 'json']],
  'state-dict': [['safetensors', MEDIA.safetensors, 'safetensors'], ['npz', MEDIA.npz, 'npz'], ['JSON', JSON_TYPE, 'json']],
  layer: [['safetensors', MEDIA.safetensors, 'safetensors'], ['npz', MEDIA.npz, 'npz'], ['JSON', JSON_TYPE, 'json']],
  tensor: [['npy', MEDIA.npy, 'npy'], ['npz', MEDIA.npz, 'npz'], ['safetensors', MEDIA.safetensors, 'safetensors'], ['JSON', JSON_TYPE, 'json']],
}

function save(blob, name) {
  const url = URL.createObjectURL(blob)
  h('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

async function download(request, accept, name, say) {
  try {
    save(await (await send(request, { accept })).blob(), name)
    say(`${name} is saved.`)
  } catch (failure) {
    if (!(failure instanceof ProblemError)) throw failure
    say(failure.message)
  }
}

/** Titles of the commands that are open, kept when an answer is renewed. */
const open = new Set()

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text)
    done.textContent = 'Copied.'
  } catch {
    done.textContent = 'The browser does not let this page copy: select the text instead.'
  }
}

/** A command with a button that copies it. */
function command(title, text) {
  const done = h('span', { role: 'status', class: 'help' })
  return h('details', { class: 'command', open: open.has(title), ontoggle: (event) => {
    if (event.target.open) open.add(title)
    else open.delete(title)
  } }, h('summary', null, title),
  h('button', { type: 'button', 'aria-label': `Copy: ${title}`, onclick: () => copy(text, done) }, 'Copy'), ' ', done,
  h('pre', { tabindex: '0', role: 'region', 'aria-label': title }, h('code', null, text)))
}

/** Both commands of a request. */
export function commands(request, words) {
  const url = address(request)
  return h('div', { class: 'commands' },
    command(`${words} as curl`, asCurl(request, url)), command(`${words} as Python`, asPython(request, url)))
}

/**
 * The section that offers all of it.
 * @param whole the request with tensors in its answer
 * @param shown the request whose answer is on the screen
 */
export function take(file, whole, shown) {
  const said = h('span', { role: 'status', class: 'help' })
  const stem = file.name.replace(/\.[^.]*$/, '')
  return h('section', { class: 'take', 'aria-labelledby': 'take-title' }, h('h2', { id: 'take-title' }, 'Take it away'),
    h('p', { class: 'buttons' }, FORMATS[file.kind].map(([title, type, extension]) => h('button', { type: 'button',
      onclick: () => download(whole, type, `${stem}.discretized.${extension}`, (text) => { said.textContent = text }) },
      title)), said),
    commands(shown, 'The same'))
}
