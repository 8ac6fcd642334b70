import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { close, expectAccessible, launch, open, type Opened } from './browser'
import { type Identity, startIdentity } from './identity'
import { type Running, startConsole, startInventory } from './processes'

/** How long a token holds, in seconds. */
const life = 6

let browser: Browser
let inventory: Running
let identity: Identity
let server: Running
let page: Page
let opened: Opened

beforeAll(async () => {
  inventory = await startInventory()
  identity = await startIdentity(life)
  server = await startConsole({ inventory: inventory.url, identity: identity.url })
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await identity?.stop()
  await inventory?.stop()
})

beforeEach(async () => {
  opened = await open(browser)
  page = opened.page
})

afterEach((context) => close(opened, context))

async function signIn(password: string): Promise<void> {
  await page.getByLabel('Domain').fill('acme')
  await page.getByLabel('User ID').fill('admin')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

test('people sign in by name and password, stay so, and sign out', async () => {
  await page.goto(`${server.url}/inventory/region`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await expectAccessible(page)
  await signIn('wrong')
  await page.getByText('wrong user or password').waitFor()
  await expectAccessible(page)
  await signIn('secret')
  await page.getByRole('heading', { name: 'Regions' }).waitFor()
  await page.getByText('admin · DOMAIN_ADMIN').waitFor()
  await expectAccessible(page)
  await page.getByLabel('Workspace', { exact: true }).selectOption('First')
  await page.getByText('admin · WORKSPACE_OWNER').waitFor()
  await page.getByRole('heading', { name: 'Regions' }).waitFor()
  const granted = identity.refreshed()
  await expect.poll(identity.refreshed, { timeout: life * 2000 }).toBeGreaterThan(granted)
  await page.reload()
  await page.getByRole('heading', { name: 'Regions' }).waitFor()
  expect(await page.evaluate(() => localStorage.getItem('session') ?? document.cookie)).toBe('')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
})

test('people stay signed in while identity is out of order, and the page is loaded anew meanwhile', async () => {
  await page.goto(`${server.url}/inventory/region`)
  await signIn('secret')
  await page.getByText('admin · DOMAIN_ADMIN').waitFor()
  identity.fail(true)
  try {
    await page.waitForTimeout(life * 1000)
    await page.reload()
    await page.getByText('admin · DOMAIN_ADMIN').waitFor()
  } finally {
    identity.fail(false)
  }
  const before = identity.refreshed()
  await expect.poll(identity.refreshed, { timeout: 20_000 }).toBeGreaterThan(before)
  await page.getByText('admin · DOMAIN_ADMIN').waitFor()
})

test('people sign in with a token, which is read before it is used', async () => {
  await page.goto(server.url)
  await page.getByLabel('Token').check()
  await page.getByLabel('Access token').fill('not a token')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This is no token').waitFor()
  const claims = (exp: number) => Buffer.from(JSON.stringify({ aud: 'someone', exp })).toString('base64url')
  await page.getByLabel('Access token').fill(`x.${claims(1)}.x`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This token has expired.').waitFor()
  await page.getByLabel('Access token').fill(`x.${claims(Date.now() / 1000 + 4)}.x`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('someone').waitFor()
  await page.getByText('Your session has ended. Sign in again.').waitFor()
})
