// Uses the page as people do: drops networks and recordings, changes options, opens layers, takes answers away. Fails where axe-core
// finds a fault, a task takes over 200 ms, anything is asked elsewhere, or the page grows too heavy.
//
//     node page-test.cjs <base URL> <chromium> <directory for screenshots> <shared directory> all | core [key]
//
// "core" is what depends on the way to the service: keys and prefixes.
const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const zlib = require('node:zlib')
const { isAccessible, isFluent, isLight, keepsNo, launch, open, paintsSoon, seesLongTasks } = require('./page/browser.cjs')
const steps = require('./page/steps.cjs')

const [base, executablePath, screenshots, shared, extent, key] = process.argv.slice(2)

async function start(browser, options) {
  const page = await open(browser, base, options)
  await steps.ready(page, key)
  return page
}

const shot = (page, name) => page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true })

/** The answer on the screen, asked for again as a command would. */
const discretized = (page) => page.waitForResponse((response) => response.url().includes('/discretize/') && response.ok())
  .then((response) => response.json())

/** Everything that can be done with the sound network, and the commands for it. */
async function soundNetwork(page, folder) {
  await isFluent(page, 'simulation', async () => {
    await steps.exampleRecordings(page)
    await steps.simulate(page)
  })
  await steps.commands(page, '#behaviour-result', await steps.simulate(page), folder, key)
  const calibrated = await steps.calibrate(page)
  await steps.commands(page, '#behaviour-result', calibrated, folder, key)
  const answer = discretized(page)
  await steps.useBounds(page, calibrated)
  await steps.commands(page, '#take', await answer, folder, key)
  await isFluent(page, 'sweep', () => steps.sweep(page, 3))
  await steps.commands(page, '#sweep-result', await steps.sweep(page, 3), folder, key)
  await steps.downloads(page, ['NIR', 'safetensors', 'npz', 'JSON'])
}

/** The networks of the shared folder. */
async function trainedNetworks(page) {
  for (const [name, ...dims] of [['mnist.nir', 12, 1, 28, 28], ['scnn_mnist.nir', 12, 2, 34, 34]]) {
    const file = steps.shared(shared, name)
    if (!file) continue
    const data = await steps.transfer(page, [file])
    await isFluent(page, name, () => steps.network(page, data, 5))
    await steps.drop(page, await steps.transfer(page, [{ name: 'counts.npy', bytes: steps.recording(...dims) }]))
    await page.getByText('1 recording: counts.npy').waitFor()
    await isFluent(page, `${name}, behaviour and sweep`, async () => {
      await steps.simulate(page)
      await steps.calibrate(page)
      await steps.sweep(page, 5)
    })
    await steps.downloads(page, ['NIR', 'safetensors', 'npz', 'JSON'])
  }
  for (const name of ['mnist.safetensors', 'scnn_mnist.safetensors']) {
    const file = steps.shared(shared, name)
    if (!file) continue
    await steps.stateDict(page, await steps.transfer(page, [file]), 5)
    await steps.sweep(page, 5)
    await steps.downloads(page, ['safetensors', 'npz', 'JSON'])
  }
}

/** A network of that many layers, of make_page_networks.py. */
function chain(layers) {
  const packed = fs.readFileSync(path.join(__dirname, 'page', `chain-${layers}.nir.gz`))
  return { name: `chain-${layers}.nir`, bytes: zlib.gunzipSync(packed) }
}

/** Nine layers are seen at once, a hundred are as quick as three. */
async function manyLayers(page) {
  await steps.network(page, await steps.transfer(page, [chain(9)]), 9)
  await page.locator('tbody th button').first().click()
  const [fits, bottom] = await page.evaluate(() => {
    const table = document.querySelector('#layers .scroll')
    return [table.scrollWidth <= table.clientWidth, table.getBoundingClientRect().bottom + scrollY]
  })
  assert.ok(fits && bottom <= 900, 'no scroll bar for nine layers')
  await shot(page, 'nine-layers')
  const hundred = await steps.transfer(page, [chain(100)])
  await isFluent(page, '100 layers', async () => {
    await steps.network(page, hundred, 100)
    await page.locator('tbody th button').nth(99).click()
    await page.locator('.detail canvas').nth(1).waitFor()
  })
  assert.match(await page.locator('.verdict').innerText(), /the network has 100 layers, speck2fmodule allows at most 9/)
}

/** What looks different is looked at: by axe-core here, by people in the screenshots. */
async function sizesAndSchemes(browser) {
  for (const width of [360, 800, 1400]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await start(browser, { width, colorScheme })
      await shot(page, `start-${width}-${colorScheme}`)
      await steps.example(page, 'With branches')
      await steps.openLayer(page)
      await page.getByLabel('Weight bits').fill('99')
      await page.locator('#weight_bits[aria-invalid]').waitFor()
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}: no sideways scrolling`)
      await isAccessible(page, `${width} ${colorScheme}`)
      await shot(page, `branches-${width}-${colorScheme}`)
      assert.deepEqual(page.failures, [])
      await page.context().close()
    }
  }
}

async function all(browser, page, folder) {
  await seesLongTasks(page)
  await isFluent(page, 'examples', () => steps.examples(page))
  await steps.problems(page)
  await steps.mishaps(page)
  await trainedNetworks(page)
  await manyLayers(page)
  await soundNetwork(page, folder)
  await isLight(page)
  await steps.openLayer(page)
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme })
    await isAccessible(page, `everything shown, ${colorScheme}`)
    await shot(page, `all-1400-${colorScheme}`)
  }
}

/** The page's links lead to the service's pages, also behind a prefix. */
async function links(page) {
  for (const link of await page.locator('header a').all()) {
    const answer = await page.request.get(await link.evaluate((element) => element.href))
    assert.equal(answer.status(), 200, answer.url())
    assert.ok(answer.url().startsWith(base))
  }
}

/** One example and what is asked for in each way: JSON, forms, files, charts. */
async function core(page, folder) {
  await links(page)
  const answer = discretized(page)
  await steps.exampleRecordings(page)
  await steps.commands(page, '#take', await answer, folder, key)
  await steps.commands(page, '#behaviour-result', await steps.simulate(page), folder, key)
  await steps.sweep(page, 3)
  await steps.downloads(page, ['NIR', 'safetensors', 'npz', 'JSON'])
}

async function main() {
  fs.mkdirSync(screenshots, { recursive: true })
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'))
  const browser = await launch(executablePath)
  try {
    const page = await start(browser)
    if (extent === 'all') await all(browser, page, folder)
    else await core(page, folder)
    if (key) await keepsNo(page, key)
    assert.deepEqual(page.failures, [])
    if (extent === 'all' && !key) {
      await sizesAndSchemes(browser)
      await paintsSoon(browser, base)
    }
  } finally {
    await browser.close()
    fs.rmSync(folder, { recursive: true })
  }
}

main().catch((failure) => {
  console.error(failure)
  process.exitCode = 1
})
