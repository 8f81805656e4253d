// A browser with the page in it, and what is asserted about it: nothing is asked elsewhere, nothing takes long, all is accessible.
const assert = require('node:assert/strict')
const fs = require('node:fs')
const zlib = require('node:zlib')
const { chromium } = require('playwright-core')

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

/** Milliseconds. */
const LONGEST_TASK = 200
const FIRST_PAINT = 500
const SMALLEST_PAINT = 40

/** Bytes, compressed. */
const HEAVIEST = 200 * 1024

function launch(executablePath) {
  return chromium.launch({ executablePath, args: FLAGS })
}

/**
 * Opens the page in a profile of its own. `page.failures` are errors and requests elsewhere, `page.files` the addresses of what is
 * no answer of the API.
 */
async function open(browser, base, { width = 1400, height = 900, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.failures = []
  page.files = new Set()
  page.on('pageerror', (failure) => page.failures.push(failure.message))
  page.on('console', (message) => message.type() === 'error' && !/status of (400|401|422)|ERR_INTERNET_DISCONNECTED/.test(message.text())
    && page.failures.push(message.text()))
  page.on('request', (request) => {
    if (/^(blob|data):/.test(request.url())) return
    if (!request.url().startsWith(base)) page.failures.push(`asked elsewhere: ${request.url()}`)
    else if (!request.url().includes('/api/')) page.files.add(request.url())
  })
  await page.goto(base)
  return page
}

/** Traces the main thread of a page while it acts; null if its process was told to trace too late. */
async function trace(page, act) {
  const browser = page.context().browser()
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] })
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)))
  await page.evaluate(() => performance.mark('traced'))
  await act()
  // A task is written down when it has ended.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 20)))
  const { traceEvents } = JSON.parse(await browser.stopTracing())
  const mark = traceEvents.find((event) => event.name === 'traced')
  return mark ? traceEvents.filter((event) => event.pid === mark.pid && event.tid === mark.tid) : null
}

/**
 * The longest task of a page's main thread while it acts, in milliseconds of the thread's own time: what a task takes by the clock
 * tells, on a busy machine, more of the machine.
 */
async function longestTask(page, act) {
  for (let tries = 0; tries < 3; tries++) {
    const events = await trace(page, act)
    if (events) return Math.max(...events.filter((event) => event.name.endsWith('RunTask')).map((event) => event.tdur ?? 0)) / 1000
  }
  throw new Error('the browser traces nothing')
}

async function isFluent(page, where, act) {
  const longest = await longestTask(page, act)
  console.log(`${where}: longest task ${Math.round(longest)} ms`)
  assert.ok(longest <= LONGEST_TASK, `${where}: a task took ${longest} ms`)
}

/** A check that cannot fail would be none. */
async function seesLongTasks(page) {
  const longest = await longestTask(page, () => page.evaluate(() => new Promise((done) => setTimeout(() => {
    let state = 1
    for (let at = 0; at < 2e8; at++) state = Math.imul(state, 48_271) ^ at
    done(state)
  }))))
  assert.ok(longest > 50, `a long task is seen, but one of ${longest} ms`)
}

/** When something is painted, in a new profile. */
async function firstPaint(browser, url) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  const painted = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
  const time = await painted.jsonValue()
  await context.close()
  return time
}

/**
 * The best of five, since the machine may do other work meanwhile. Where even a page of ten lines, the one for mistyped paths, takes a
 * multiple of what it should, the page may take as many times longer.
 */
async function paintsSoon(browser, base) {
  let [best, smallest] = [Infinity, Infinity]
  for (let tries = 0; tries < 5 && best > FIRST_PAINT; tries++) {
    best = Math.min(best, await firstPaint(browser, base))
    smallest = Math.min(smallest, await firstPaint(browser, `${base}mistyped`))
  }
  console.log(`first paint after ${Math.round(best)} ms, of the smallest page after ${Math.round(smallest)} ms`)
  assert.ok(best <= FIRST_PAINT * Math.max(1, smallest / SMALLEST_PAINT), `first paint after ${best} ms`)
}

async function isLight(page) {
  const sizes = await Promise.all([...page.files].map(async (url) =>
    zlib.gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length))
  const weight = sizes.reduce((sum, size) => sum + size, 0)
  console.log(`weight: ${weight} bytes compressed, in ${sizes.length} files`)
  assert.ok([...page.files].some((url) => url.includes('uPlot')), 'the charts are counted')
  assert.ok(weight <= HEAVIEST)
}

async function isAccessible(page, where) {
  await page.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'))
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }))
  assert.deepEqual(violations.map((found) => `${found.id}: ${found.nodes[0].html}`), [], where)
}

/** Nothing that the browser keeps or shows holds the key. */
async function keepsNo(page, key) {
  const kept = await page.evaluate(async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href,
    history.state, window.name, (await indexedDB.databases()).map((database) => database.name), await caches.keys()]))
  assert.ok(!kept.includes(key) && !kept.includes(encodeURIComponent(key)), kept)
  assert.deepEqual(JSON.parse(kept).slice(0, 3), [{}, {}, ''], 'nothing at all is kept')
  assert.deepEqual(await page.context().cookies(), [])
  await page.reload()
  assert.equal(await page.getByLabel('API key or token').inputValue(), '', 'a reload forgets the key')
}

module.exports = { isAccessible, isFluent, isLight, keepsNo, launch, longestTask, open, paintsSoon, seesLongTasks }
