// Takes in files: those that are dropped or chosen, and the examples.

import { send } from './api.js'
import { byId, fill, h } from './dom.js'
import { listenToDrops } from './drops.js'
import { EXAMPLES, RECORDINGS } from './examples.js'
import { describe } from './file.js'
import { line, showProblem } from './problem.js'
import { attempt, guarded } from './work.js'

/** A file that comes with the service. */
async function fetched(name, signal) {
  const answer = await send({ path: `examples/${name}` }, { accept: '*/*', signal })
  return new File([await answer.blob()], name)
}

/** A problem of files that the service is not asked about. */
function told(title, files, words) {
  return { title, detail: `${files.map((file) => file.name).join(', ')}: ${words}` }
}

/** Lets the same file be chosen again, which has other contents after another training. */
function listenToChoices(input, accept) {
  input.addEventListener('click', () => { input.value = '' })
  input.addEventListener('change', () => input.files.length && accept([...input.files]))
}

/**
 * Listens to drops, choices and the buttons of the examples.
 * @param state `network()`, the network there is, or null
 * @param take `network(file)` and `recordings(files)` are called with described files
 */
export function intake(form, state, take) {

  function refuse(title, files, words) {
    showProblem(told(title, files, words), form)
  }

  function takeRecordings(files) {
    take.recordings(files)
    if (state.network()?.kind === 'nir') return
    refuse('Recordings need a network', files, 'kept until the NIR file that they are for is dropped as well')
  }

  /** Beside a network, arrays are counts that were recorded for it. */
  function isRecording(found, beside) {
    return found?.kind === 'recording' || (beside && found?.kind === 'tensor' && found.format.startsWith('np'))
  }

  async function accept(blobs, beside = false) {
    const found = await Promise.all(blobs.map((blob) => describe(blob)))
    const recordings = found.filter((file) => isRecording(file, beside || found.some((other) => other?.kind === 'nir')))
    const networks = found.filter((file) => file && !recordings.includes(file))
    const unread = blobs.filter((blob, index) => !found[index])
    if (networks.length) take.network(networks[0])
    if (recordings.length) takeRecordings(recordings)
    if (networks.length > 1) refuse('One network at a time', networks.slice(1), `left out, ${networks[0].name} is shown`)
    if (unread.length) refuse('The browser cannot read it', unread, 'a file is expected, no folder')
  }

  async function acceptRecordings(blobs) {
    const found = await Promise.all(blobs.map((blob) => describe(blob)))
    const unfit = blobs.filter((blob, index) => !found[index]?.format.startsWith('np'))
    if (unfit.length) fill(byId('behaviour-result'), line(told('Not a recording', unfit, 'an npz or npy of events or counts is expected')))
    else take.recordings(found)
  }

  function takeExample(example) {
    return guarded(form, async (signal) => {
      const found = await describe(await fetched(example.file, signal), true)
      form.reset()
      byId('device').value = byId('device').dataset.usual
      for (const [name, value] of Object.entries(example.options)) form.elements[name].value = value
      take.network(found)
    })
  }

  /** The recordings that come with the service are of the sound network. */
  function takeExampleRecordings() {
    return attempt(form, async () => {
      const files = await Promise.all(RECORDINGS.map((name) => fetched(name)))
      byId('dt').value ||= '5000'
      take.recordings(await Promise.all(files.map((file) => describe(file, true))))
    })
  }

  fill(byId('examples'), EXAMPLES.map((example) => h('button', { type: 'button', onclick: () => takeExample(example) }, example.title)))
  byId('record-example').addEventListener('click', takeExampleRecordings)
  listenToChoices(byId('file'), (blobs) => accept(blobs))
  listenToChoices(byId('recordings'), acceptRecordings)
  listenToDrops((blobs) => accept(blobs, state.network()?.kind === 'nir'))
}
