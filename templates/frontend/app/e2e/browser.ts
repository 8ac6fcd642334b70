import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page, type Request } from 'playwright-core'
import { expect, type TestContext } from 'vitest'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** A page in a browser profile of its own. */
export interface Opened {
  page: Page
  /** What the page breaks: its policy, its own code. */
  broken: string[]
  /** What it asked for, and what came of it. */
  asked: Map<Request, string>
}

/** Opens a page for a test. */
export async function open(browser: Browser): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const broken: string[] = []
  const asked = new Map<Request, string>()
  page.on('pageerror', (error) => broken.push(error.message))
  page.on('console', (message) => {
    // That a call was refused is no mistake of the page's.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) {
      broken.push(message.text())
    }
  })
  page.on('request', (request) => {
    asked.set(request, 'no answer')
    if (!request.url().startsWith('http://127.0.0.1:')) {
      broken.push(`the page asked for ${request.url()}`)
    }
  })
  page.on('response', (response) => asked.set(response.request(), String(response.status())))
  page.on('requestfailed', (request) => asked.set(request, request.failure()?.errorText ?? 'failed'))
  page.setDefaultTimeout(10_000)
  return { page, broken, asked }
}

/** Closes a test's page. If the test failed, it tells what was to be seen then. */
export async function close({ page, broken, asked }: Opened, { task }: TestContext): Promise<void> {
  if (task.result?.state === 'fail') {
    const requests = [...asked].slice(-12).map(([request, answer]) => `${request.method()} ${request.url()} ${request.postData() ?? ''}: ${answer}`)
    process.stderr.write(`${page.url()} showed:\n${await page.locator('body').innerText()}\nand had asked for:\n${requests.join('\n')}\n`)
  }
  await page.context().close()
  expect(broken).toEqual([])
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Holds a page against the rules of WCAG that a program can check. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (context: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run
    const { violations: found } = await run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    return found.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }))
  })
  expect(violations).toEqual([])
}
