// Opens Swagger UI as a user would, executes every operation with every named example of every request media type, and
// reads a 200 and an answer from the page. What there is to execute comes from the served document.
//
//     node swagger-ui-test.cjs <base URL> <chromium> <directory for screenshots> [all | first] [credentials]
//
// "first" executes one example of each operation; credentials are typed into the dialog Authorize, once a request
// without them was answered with 401.
const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { chromium } = require('playwright-core')
const { longestTask } = require('./page/browser.cjs')

const [base, executablePath, screenshots, extent = 'all', credentials] = process.argv.slice(2)

/** A network of 300,000 weights, shared with the project. */
const LARGE = '../shared/data/mnist.nir'

/** Milliseconds and elements that the answer to it may take of the tab. */
const LONGEST_TASK = 1000
const MOST_ELEMENTS = 20_000

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

const patience = 30_000

/** The service takes some seconds to start. */
async function ready() {
  for (const end = Date.now() + 2 * patience; ; await new Promise((done) => setTimeout(done, 250))) {
    try {
      const answer = await fetch(`${base}/v3/api-docs`)
      assert.equal(answer.status, 200)
      return await answer.json()
    } catch (failure) {
      if (Date.now() > end) throw failure
    }
  }
}

function operations(document) {
  return Object.entries(document.paths).flatMap(([url, methods]) =>
    Object.values(methods).map((operation) => ({ url, ...operation })))
}

async function open(page, operation) {
  const block = page.locator(`[id="operations-${operation.tags[0]}-${operation.operationId}"]`)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.btn.execute').waitFor()
  return block
}

/** Chooses the example, or for bytes its file; and the values of that name among the parameters' examples. */
async function fill(block, operation, mediaType, name, example) {
  const body = block.locator('.opblock-section-request-body')
  await body.locator('select.content-type').selectOption(mediaType)
  if (example.externalValue) {
    await body.locator('input[type=file]').setInputFiles(await offered(example.externalValue, mediaType))
  } else if (example.parts) {
    await fillForm(body, example.parts)
  } else {
    await body.locator('select.examples-select-element').selectOption(name)
    const shown = await body.locator('textarea').inputValue()
    assert.deepEqual(JSON.parse(shown), example.value, 'the text is the example')
  }
  for (const parameter of operation.parameters.filter((candidate) => candidate.examples)) {
    await block.locator(`tr[data-param-name="${parameter.name}"] select.examples-select-element`)
      .selectOption(name in parameter.examples ? name : Object.keys(parameter.examples)[0])
  }
}

/** What setInputFiles takes for a file that the service offers. */
async function offered(url, mimeType) {
  const file = await fetch(base + url)
  assert.equal(file.status, 200, url)
  return { name: path.basename(url), mimeType, buffer: Buffer.from(await file.arrayBuffer()) }
}

/** Chooses the files of a form, adding a row for each of an array. */
async function fillForm(block, parts) {
  for (const [part, urls] of Object.entries(parts)) {
    const row = block.locator(`tr[data-property-name="${part}"]`)
    while (await row.locator('input[type=file]').count() < urls.length) await row.locator('.json-schema-form-item-add').click()
    for (const [index, url] of urls.entries()) {
      await row.locator('input[type=file]').nth(index).setInputFiles(await offered(url, 'application/octet-stream'))
    }
  }
}

/** Removes the last answer, so that none is read twice. */
async function clear(block) {
  if (await block.locator('.btn-clear').count() > 0) await block.locator('.btn-clear').click()
  await block.locator('.live-responses-table').waitFor({ state: 'detached' })
}

/** Says who we are, as a user does. */
async function authorize(page) {
  await page.locator('.auth-wrapper .btn.authorize').click()
  const scheme = page.locator('.dialog-ux .auth-container').filter({ hasText: 'bearer' }).first()
  await scheme.locator('input').fill(credentials)
  await scheme.locator('.auth-btn-wrapper button.authorize').click()
  await scheme.locator('.auth-btn-wrapper button', { hasText: 'Logout' }).waitFor()
  await page.screenshot({ path: path.join(screenshots, 'authorize.png') })
  await scheme.locator('.btn-done').click()
}

/** Executes an operation as a stranger. */
async function refused(page, operation) {
  const block = await open(page, operation)
  const [[mediaType, { examples }]] = Object.entries(operation.requestBody.content)
  const [[name, example]] = Object.entries(examples)
  await fill(block, operation, mediaType, name, example)
  await block.locator('.btn.execute').click()
  const live = block.locator('.live-responses-table')
  await live.waitFor()
  assert.match((await live.locator('tr.response .response-col_status').innerText()).trim(), /^401\b/)
  assert.match(await live.locator('tr.response .response-col_description').innerText(), /"code": "unauthorized"/)
  await block.locator('.opblock-summary-control').click()
}

/** Presses Execute and reads the answer from the page. */
async function execute(block) {
  await block.locator('.btn.execute').click()
  const live = block.locator('.live-responses-table')
  await live.waitFor()
  const status = (await live.locator('tr.response .response-col_status').innerText()).trim()
  const answer = await live.locator('tr.response .response-col_description').innerText()
  assert.match(status, /^200\b/, answer)
  return answer
}

/** What has no body has at most a name in its path to choose. */
async function checkWithoutBody(block, operation) {
  for (const parameter of (operation.parameters ?? []).filter((candidate) => candidate.in === 'path')) {
    await block.locator(`tr[data-param-name="${parameter.name}"] select`).selectOption(parameter.schema.enum[0])
  }
  assert.match(await execute(block), /"cores":/, 'the page shows the answer')
  await block.screenshot({ path: path.join(screenshots, `${operation.operationId}.png`) })
  await block.locator('.opblock-summary-control').click()
  console.log(`${operation.operationId}: executed, answered 200`)
}

function some(entries) {
  return extent === 'all' ? entries : entries.slice(0, 1)
}

async function check(page, operation) {
  const block = await open(page, operation)
  if (!operation.requestBody) return checkWithoutBody(block, operation)
  let count = 0
  for (const [mediaType, content] of some(Object.entries(operation.requestBody.content))) {
    const examples = content.examples ?? { parts: { parts: content['x-example-files'] } }
    for (const [name, example] of some(Object.entries(examples))) {
      try {
        await clear(block)
        await fill(block, operation, mediaType, name, example)
        const answer = await execute(block)
        assert.match(answer, /"(scale|value)":/, 'the page shows the answer')
      } catch (failure) {
        await page.screenshot({ path: path.join(screenshots, 'failure.png'), fullPage: true })
        throw new Error(`${operation.operationId}, ${mediaType}, ${name}: ${failure.message}`, { cause: failure })
      }
      count++
    }
    await block.screenshot({ path: path.join(screenshots, `${operation.operationId}-${path.basename(mediaType)}.png`) })
  }
  await block.locator('.opblock-summary-control').click()
  console.log(`${operation.operationId}: ${count} examples executed, each answered 200`)
}

/** The body stands before the parameters and is marked as required; no answer to a large network holds the tab up. */
async function checkLarge(page, operation) {
  const block = await open(page, operation)
  const body = block.locator('.opblock-section-request-body')
  const parameters = await block.locator('.parameters-container').first().boundingBox()
  assert.ok((await body.boundingBox()).y < parameters.y, 'the body precedes the parameters')
  assert.match(await body.locator('.opblock-title').evaluate((title) => getComputedStyle(title, '::after').content), /required/)
  const choice = block.locator('tr[data-param-name="tensors"] select')
  assert.equal(await choice.inputValue(), 'none', 'what is executed first has no tensors')
  if (!fs.existsSync(LARGE)) return console.log(`${LARGE}: not there, skipped`)
  await body.locator('input[type=file]').setInputFiles(LARGE)
  await block.locator('.responses-wrapper select.content-type').first().selectOption('application/json')
  for (const style of ['none', 'flat', 'nested', 'base64']) {
    await clear(block)
    await choice.selectOption(style)
    let answer
    const longest = await longestTask(page, async () => { answer = await execute(block) })
    assert.ok(answer.indexOf('"limited_by"') < 20_000 && answer.includes('"fit"') && answer.includes('"findings"'), 'what matters is seen first')
    const elements = await page.locator('*').count()
    console.log(`mnist.nir, tensors=${style}: longest task ${Math.round(longest)} ms, ${elements} elements on the page`)
    assert.ok(longest <= LONGEST_TASK && elements <= MOST_ELEMENTS)
  }
  await block.screenshot({ path: path.join(screenshots, 'large.png') })
  await block.locator('.opblock-summary-control').click()
}

async function main() {
  fs.mkdirSync(screenshots, { recursive: true })
  const document = await ready()
  const browser = await chromium.launch({ executablePath, args: flags })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
    page.setDefaultTimeout(patience)
    const failures = []
    page.on('pageerror', (failure) => failures.push(failure.message))
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()))
    await page.goto(`${base}/swagger-ui/index.html`)
    await page.locator('.opblock').first().waitFor()
    await page.screenshot({ path: path.join(screenshots, 'overview.png'), fullPage: true })
    const all = operations(document)
    assert.equal(await page.locator('.opblock').count(), all.length, 'the page shows every operation')
    if (credentials) {
      await refused(page, all.find((operation) => operation.url.endsWith('/scale')))
      assert.ok(failures.length === 1 && failures[0].includes('401'), `the browser logs the refusal alone: ${failures}`)
      failures.length = 0
      await authorize(page)
    }
    for (const operation of all) await check(page, operation)
    if (extent === 'all') await checkLarge(page, all.find((operation) => operation.url.endsWith('/discretize/network')))
    assert.equal(await page.locator('.errors-wrapper').count(), 0, 'the page shows no error')
    assert.deepEqual(failures, [], 'the browser logs no error')
  } finally {
    await browser.close()
  }
}

main().catch((failure) => {
  console.error(failure)
  process.exitCode = 1
})
