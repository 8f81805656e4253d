// What people do on the page, each with what they should then see.
const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { promisify } = require('node:util')

const run = promisify(execFile)

const rows = '#layers tbody tr:not(.more)'

/** Does something that renews the answer. */
async function answered(page, act) {
  const answer = page.waitForResponse((response) => response.url().includes('/discretize/') && response.ok())
  await act()
  await answer
  await page.locator('#result[aria-busy=false]').waitFor()
  await page.locator('#layers table').first().waitFor()
}

const example = (page, title) => answered(page, () => page.getByRole('button', { name: title }).click())

async function giveKey(page, key) {
  const field = page.getByLabel('API key or token')
  await field.fill('wrong')
  await field.press('Enter')
  await page.locator('#key-error').filter({ hasText: /\S/ }).waitFor()
  await field.fill(key)
  await field.press('Enter')
}

/** Waits for the chips, which only those with a key are told. */
async function ready(page, key) {
  if (key) await giveKey(page, key)
  await page.locator('#device option[value=speck2fmodule]').waitFor({ state: 'attached' })
}

/** Files as a desktop would hand them over, each `{name, bytes}`. */
function transfer(page, files) {
  return page.evaluateHandle((given) => {
    const data = new DataTransfer()
    for (const { name, base64 } of given) data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
    return data
  }, files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })))
}

async function drop(page, dataTransfer) {
  await page.dispatchEvent('#drop', 'dragover', { dataTransfer })
  assert.ok(await page.locator('body.dropping').count(), 'the page shows where to drop')
  await page.dispatchEvent('#drop', 'drop', { dataTransfer })
  assert.equal(await page.locator('body.dropping').count(), 0)
}

async function openLayer(page, index = 0) {
  await page.locator('tbody th button').nth(index).click()
  await page.locator('.detail canvas').first().waitFor()
}

async function examples(page) {
  await example(page, 'A sound network')
  await page.locator('.verdict').getByText('Fits on speck2fmodule').waitFor()
  await page.locator('.verdict').getByText('No warnings').waitFor()
  await example(page, 'With branches')
  await page.getByRole('button', { name: 'stem', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.locator('.detail canvas').waitFor()
  assert.deepEqual(await page.locator('.detail .paths li').allInnerTexts(), ['input', 'left, pooled 2 × 2', 'right, pooled 2 × 2'])
  assert.equal(await page.locator('.core:not(.free)').count(), 6)
  assert.equal(await page.locator('.core').count(), 9)
  assert.equal(await page.locator('.arrows .way').count(), 9, 'an arrow from the input, six between layers, two to the outputs')
  await stays(page)
  await example(page, 'Trap: min_v_mem unset')
  await page.locator('.verdict .warned').waitFor()
  assert.equal(await page.locator('tbody .limit').first().innerText(), 'threshold')
  await answered(page, () => page.getByLabel('Unset min_v_mem means').selectOption('chip_minimum'))
  await page.locator('.verdict').getByText('No warnings').waitFor()
}

/** An answer that is renewed moves nothing. */
async function stays(page) {
  const places = () => page.evaluate(() => ['layers', 'chip', 'take'].map((id) => document.getElementById(id).getBoundingClientRect().top))
  const before = await places()
  await answered(page, () => page.getByLabel('State bits').fill('15'))
  assert.deepEqual(await places(), before)
  assert.equal(await page.locator('.detail canvas').count(), 1, 'a layer stays open')
}

async function problems(page) {
  await page.getByLabel('min_v_mem', { exact: true }).fill('2')
  await page.locator('#min_v_mem[aria-invalid]').waitFor()
  assert.match(await page.locator('#problem').innerText(), /below spike_threshold[^]*\/node\/nodes\//)
  await answered(page, () => page.getByLabel('min_v_mem', { exact: true }).fill('-1'))
  assert.equal(await page.locator('[aria-invalid]').count(), 0)
}

/** A file of torch.save as it was before zip archives: the pickled magic number and version. */
const LEGACY = Buffer.concat([Buffer.from('80028a0a6cfc9c46f9206aa850192e8002', 'hex'), Buffer.from('M\xe9\x03.', 'latin1'), Buffer.alloc(600)])

/** What goes wrong is said with what to do, and leaves no answer to something else on the screen. */
async function mishaps(page) {
  await drop(page, await transfer(page, [{ name: 'weights.pt', bytes: LEGACY }]))
  await page.locator('#problem').getByText('save it with safetensors.torch.save_file').waitFor()
  assert.equal(await page.locator('#layers, #chip, #take').filter({ has: page.locator('*') }).count(), 0)
  await example(page, 'A sound network')
  await drop(page, await transfer(page, [{ name: 'wrong.npy', bytes: recording(4, 1, 28, 28) }]))
  await page.getByRole('button', { name: 'Simulate' }).click()
  await page.locator('#behaviour-result').getByText('[T, 2, 8, 8] is expected').waitFor()
  await page.getByLabel('Parameters of single layers').fill('min_v_mem.none=-1')
  await page.locator('#by_node[aria-invalid]').waitFor()
  await answered(page, () => page.getByLabel('Parameters of single layers').fill(''))
  await page.context().setOffline(true)
  await page.getByLabel('Weight bits').fill('6')
  await page.locator('#problem').getByText('is the service running?').waitFor()
  await page.context().setOffline(false)
  await answered(page, () => page.getByLabel('Weight bits').fill(''))
  assert.equal(await page.locator('#problem').innerText(), '')
}

/** Drops a state dict, which has no thresholds, and gives one. */
async function stateDict(page, data, layers) {
  await page.locator('#spike_threshold').evaluate((field) => { field.value = '' })
  await drop(page, data)
  await page.locator('#spike_threshold[aria-invalid]').waitFor()
  assert.match(await page.locator('#problem').innerText(), /0\.spike_threshold: is missing/)
  await answered(page, () => page.getByLabel('spike_threshold').fill('1'))
  assert.equal(await page.locator(rows).count(), layers)
  await openLayer(page)
}

/** Drops a network, opens a layer, changes an option. */
async function network(page, data, layers) {
  await answered(page, () => drop(page, data))
  assert.equal(await page.locator(rows).count(), layers)
  await openLayer(page)
  await answered(page, () => page.getByLabel('min_v_mem', { exact: true }).fill('-1'))
  await answered(page, () => page.getByLabel('min_v_mem', { exact: true }).fill(''))
}

async function exampleRecordings(page) {
  await example(page, 'A sound network')
  await page.getByRole('button', { name: 'Example recordings' }).click()
  await page.getByText('2 recordings:').waitFor()
}

async function simulate(page) {
  const answer = page.waitForResponse((response) => response.url().includes('/simulate'))
  await page.getByRole('button', { name: 'Simulate' }).click()
  const told = await (await answer).json()
  await page.locator('#behaviour-result canvas').waitFor()
  await page.getByText('Strongest output neuron').waitFor()
  const shown = await page.locator('#behaviour-result table').nth(1).locator('tbody tr').first().locator('td').allInnerTexts()
  const [layer] = told.layers
  assert.deepEqual(shown.slice(0, 3).map((text) => Number(text.replaceAll(',', ''))),
    [layer.float_step.spikes, layer.integer_step.spikes, layer.integer_event.spikes])
  return told
}

/** Shows before and after, and puts the bounds into the options. */
async function calibrate(page) {
  const answer = page.waitForResponse((response) => response.url().includes('/calibrate'))
  await page.getByRole('button', { name: 'Calibrate' }).click()
  const told = await (await answer).json()
  await page.getByText('Bounds chosen').waitFor()
  const shown = await page.locator('#behaviour-result table').first().locator('tbody tr').allInnerTexts()
  assert.deepEqual(shown.map((text) => text.split(/\s+/).at(-1)), [told.before, told.after].map((one) => one.summary.divergence.toFixed(3)))
  return told
}

async function useBounds(page, told) {
  await answered(page, () => page.getByRole('button', { name: 'Use these bounds' }).click())
  assert.equal(await page.locator('#by_node').inputValue(), decodeURIComponent(told.query).replaceAll('&', '\n'))
  assert.deepEqual(await page.locator(`${rows} td:nth-child(7)`).allInnerTexts(), told.layers.map((layer) => String(layer.chosen)))
}

async function sweep(page, layers) {
  const answer = page.waitForResponse((response) => response.url().includes('/sweep'))
  await page.getByRole('button', { name: 'Sweep' }).click()
  const told = await (await answer).json()
  await page.locator('#sweep-result canvas').nth(layers - 1).waitFor()
  assert.equal(await page.locator('#sweep-result figure').count(), layers)
  return told
}

/** What is offered as a command gives what is on the screen. */
async function commands(page, section, told, folder, key) {
  const env = { ...process.env, DISCRETIZER_KEY: key }
  const answers = []
  for (const details of await page.locator(`${section} details.command`).all()) {
    await details.locator('summary').click()
    await details.getByRole('button', { name: 'Copy' }).click()
    await details.getByText('Copied.').waitFor()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    assert.equal(text, await details.locator('pre').textContent())
    assert.ok(!key || !text.includes(key), 'no command tells the key')
    const [program, ...options] = text.startsWith('curl') ? ['bash', '-ec', text] : ['python3', '-c', text]
    answers.push(run(program, options, { cwd: folder, env, maxBuffer: 1 << 26 }))
  }
  assert.equal(answers.length, 2)
  for (const { stdout } of await Promise.all(answers)) assert.deepEqual(JSON.parse(stdout), told)
}

/** The starts of files by the titles of their buttons. */
const STARTS = { NIR: '\x89HDF', safetensors: /^[^]{8}\{/, npz: 'PK\x03\x04', npy: '\x93NUMPY', JSON: '{' }

async function downloads(page, titles) {
  const buttons = page.locator('#take > section > .buttons button')
  assert.deepEqual(await buttons.allInnerTexts(), titles)
  for (const title of titles) {
    const [download] = await Promise.all([page.waitForEvent('download'), buttons.getByText(title, { exact: true }).click()])
    const file = fs.readFileSync(await download.path()).toString('latin1')
    assert.ok(typeof STARTS[title] === 'string' ? file.startsWith(STARTS[title]) : STARTS[title].test(file), title)
    assert.match(download.suggestedFilename(), /\.discretized\.\w+$/)
  }
}

/** Counts of events, uint8 `[steps, channels, height, width]`, in npy; drawn by a fixed rule. */
function recording(...dims) {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${dims.join(', ')}), }`
  const text = `${header.padEnd(128 - 11 - Math.max(0, header.length - 117) % 64)}\n`
  const counts = Buffer.alloc(dims.reduce((product, dim) => product * dim, 1))
  for (let at = 0, state = 1; at < counts.length; at++) {
    state = (state * 48_271) % 2_147_483_647
    counts[at] = state % 5 === 0 ? 1 : 0
  }
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([text.length & 255, text.length >> 8]), Buffer.from(text), counts])
}

/** A file of the folder that is shared with the project; null where that is not. */
function shared(folder, name) {
  const from = path.join(folder, 'data', name)
  if (fs.existsSync(from)) return { name, bytes: fs.readFileSync(from) }
  console.log(`${name}: not there, skipped`)
  return null
}

module.exports = { answered, calibrate, commands, downloads, drop, example, exampleRecordings, examples, mishaps, network, openLayer, problems,
  ready, recording, rows, shared, simulate, stateDict, sweep, transfer, useBounds }
