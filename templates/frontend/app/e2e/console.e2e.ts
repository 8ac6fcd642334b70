import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { close, expectAccessible, launch, open, type Opened } from './browser'
import { type Running, startConsole, startInventory } from './processes'

let browser: Browser
let inventory: Running
let server: Running
let page: Page
let opened: Opened

/** Calls the service, past the console. */
async function ask(method: string, request: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${inventory.url}/inventory/v1/${method}`, { method: 'POST', body: JSON.stringify(request) })
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Record<string, unknown>
}

const rows = () => page.locator('tbody tr')
const row = (name: string) => page.getByRole('row', { name })
const summary = () => page.locator('.summary')
const dialog = () => page.getByRole('dialog')
const regions = () => page.goto(`${server.url}/inventory/region`)

beforeAll(async () => {
  inventory = await startInventory()
  server = await startConsole({ inventory: inventory.url, gone: 'http://127.0.0.1:9' })
  browser = await launch()
  for (let n = 1; n <= 25; n++) {
    const number = String(n).padStart(2, '0')
    await ask('region/create', { name: `Region no${number}`, region_code: `code-${number}`, provider: ['aws', 'google_cloud', 'azure'][n % 3], tags: { team: n % 2 === 0 ? 'even' : 'odd' } })
  }
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await inventory?.stop()
})

beforeEach(async () => {
  opened = await open(browser)
  page = opened.page
})

afterEach((context) => close(opened, context))

test('a service that is not there is told, and hinders no other', async () => {
  await page.goto(server.url)
  await page.getByText('The service gone cannot be reached.').waitFor()
  await expectAccessible(page)
  await page.getByRole('navigation', { name: 'Services' }).getByRole('link', { name: 'Regions' }).click()
  await rows().first().waitFor()
  expect(await page.title()).toBe('Regions – Console under test')
  await page.goto(`${server.url}/gone/thing`)
  await page.getByText('This service does not answer at the moment.').waitFor()
  await page.goto(`${server.url}/inventory/nothing`)
  await page.getByRole('heading', { name: 'Not found' }).waitFor()
})

test('a list has pages, and is sorted', async () => {
  await regions()
  await summary().getByText('1 to 20 of 25').waitFor()
  await page.getByRole('button', { name: 'Next' }).click()
  await summary().getByText('21 to 25 of 25').waitFor()
  expect(await rows().count()).toBe(5)
  await page.getByLabel('Rows a page').selectOption('10')
  await summary().getByText('1 to 10 of 25').waitFor()
  const head = page.getByRole('columnheader', { name: 'Name' })
  await head.getByRole('button').click()
  await page.locator('th[aria-sort=ascending]').waitFor()
  await expect.poll(() => rows().first().innerText()).toContain('Region no01')
  await head.getByRole('button').click()
  expect(await head.getAttribute('aria-sort')).toBe('descending')
  await expect.poll(() => rows().first().innerText()).toContain('Region no25')
  await page.reload()
  await expect.poll(() => rows().first().innerText()).toContain('Region no25')
  await page.goBack()
  await expect.poll(() => rows().first().innerText()).toContain('Region no01')
})

test('a list is filtered and searched', async () => {
  await regions()
  const filters = page.getByRole('region', { name: 'Filters' })
  await filters.getByLabel('Field').selectOption({ label: 'Provider' })
  await filters.getByLabel('Condition').selectOption({ label: 'is' })
  await filters.getByRole('button', { name: 'Add filter' }).click()
  await filters.getByText('Give a value.').waitFor()
  await filters.getByLabel('Value').fill('aws')
  await filters.getByRole('button', { name: 'Add filter' }).click()
  await summary().getByText('1 to 8 of 8').waitFor()
  await filters.getByLabel('Field').selectOption({ label: 'Tags' })
  await filters.getByLabel('Path').fill('team')
  await filters.getByLabel('Value').fill('odd')
  await filters.getByRole('button', { name: 'Add filter' }).click()
  await summary().getByText('1 to 4 of 4').waitFor()
  await expectAccessible(page)
  await filters.getByRole('button', { name: 'Remove the filter: Provider is aws' }).click()
  await summary().getByText('1 to 13 of 13').waitFor()
  await regions()
  await page.getByRole('searchbox').fill('no07')
  await page.getByRole('button', { name: 'Search' }).click()
  await summary().getByText('1 to 1 of 1').waitFor()
  await page.getByRole('searchbox').fill('nowhere')
  await page.keyboard.press('Enter')
  await summary().getByText('There are no regions of which all of this holds.').waitFor()
})

test('one is created, changed and deleted; what is wrong is told where it is wrong', async () => {
  await regions()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await dialog().getByText('Name is required.', { exact: true }).waitFor()
  expect(await dialog().getByLabel('Name').evaluate((element) => element === document.activeElement)).toBe(true)
  await dialog().getByLabel('Name').fill('Seoul')
  await dialog().getByLabel('Region code').fill('code-01')
  await dialog().getByLabel('Tags').fill('{"team": ')
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await dialog().getByText('This is no JSON').first().waitFor()
  await expectAccessible(page)
  await dialog().getByLabel('Tags').fill('{"team": "asia"}')
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  const code = dialog().getByLabel('Region code')
  await expect.poll(() => code.getAttribute('aria-invalid')).toBe('true')
  await dialog().getByText('duplicate unique values').first().waitFor()
  await code.fill('ap-northeast-2')
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByText('Seoul was created.').waitFor()
  await page.getByRole('searchbox').fill('Seoul')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Seoul' }).click()
  await page.getByRole('heading', { name: 'Seoul' }).waitFor()
  expect(await page.getByRole('heading', { name: 'Seoul' }).evaluate((element) => element === document.activeElement)).toBe(true)
  await page.getByText('"team": "asia"').waitFor()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Edit' }).click()
  expect(await dialog().getByLabel('Region code').inputValue()).toBe('ap-northeast-2')
  await dialog().getByLabel('Name').fill('Seoul 2')
  await dialog().getByLabel('Provider').fill('aws')
  await dialog().getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Seoul 2' }).waitFor()
  const { results } = (await ask('region/list', { query: { filter: [{ k: 'region_code', v: 'ap-northeast-2' }] } })) as { results: Record<string, unknown>[] }
  expect(results).toMatchObject([{ name: 'Seoul 2', provider: 'aws', tags: { team: 'asia' } }])

  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog().getByRole('button', { name: 'Cancel' }).click()
  expect(await page.getByRole('button', { name: 'Delete' }).evaluate((element) => element === document.activeElement)).toBe(true)
  await page.getByRole('button', { name: 'Delete' }).click()
  await expectAccessible(page)
  await dialog().getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Seoul 2 was deleted.').waitFor()
  await summary().getByText('1 to 20 of 25').waitFor()
})

test('every kind of field is sent and shown', async () => {
  await page.goto(`${server.url}/inventory/cloud-service`)
  await summary().getByText('There are no cloud services yet.').waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await dialog().getByLabel('Name').fill('vm-1')
  await dialog().getByLabel('Provider').fill('aws')
  await dialog().getByLabel('State').selectOption('ACTIVE')
  await dialog().getByLabel('Size').fill('9007199254740993')
  await dialog().getByLabel('Cost').fill('1.5')
  await dialog().getByLabel('Is managed').check()
  for (const label of ['blue', 'green']) {
    await dialog().getByRole('button', { name: 'Add a value' }).click()
    await page.keyboard.type(label)
  }
  await dialog().getByLabel('Started at').fill('2026-01-31T12:30:00')
  await dialog().getByLabel('Data').fill('{"cpu": {"cores": 4}}')
  await expectAccessible(page)
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('link', { name: 'vm-1' }).click()
  await page.getByText('"cores": 4').waitFor()
  const { results } = (await ask('cloud-service/list', {})) as { results: Record<string, unknown>[] }
  expect(results).toMatchObject([
    { name: 'vm-1', state: 'ACTIVE', size: '9007199254740993', cost: 1.5, is_managed: true, labels: ['blue', 'green'], data: { cpu: { cores: 4 } } },
  ])
  expect(Date.parse(String(results[0]?.['started_at']))).toBe(Date.parse('2026-01-31T12:30:00Z'))
})

test('a form keeps to what is said of its fields', async () => {
  const choices = (label: string) => dialog().getByLabel(label).locator('option').allInnerTexts()
  await page.goto(`${server.url}/inventory/order`)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  expect(await dialog().getByLabel('Priority').inputValue()).toBe('5')
  expect(await dialog().getByLabel('Share').inputValue()).toBe('0.5')
  expect(await dialog().getByText('Total').count()).toBe(0)
  expect(await choices('State')).toEqual(['–', 'PENDING'])
  await dialog().getByText('At most 10 characters.').waitFor()
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  for (const label of ['Region ID', 'Email', 'Items']) {
    await dialog().getByText(`${label} is required.`, { exact: true }).waitFor()
  }
  await expectAccessible(page)

  await dialog().getByLabel('Search regions').fill('no07')
  await expect.poll(() => choices('Region ID')).toEqual(['Choose…', expect.stringMatching(/^Region no07 \(region-\w+\)$/)])
  await dialog().getByLabel('Region ID').selectOption({ index: 1 })
  await dialog().getByLabel('Email').fill('nobody')
  await dialog().getByLabel('Note').fill('longer than ten')
  await dialog().getByLabel('Priority').fill('11')
  await dialog().getByLabel('Due').fill('2019-12-31')
  await dialog().getByRole('button', { name: 'Add to items' }).click()
  await page.keyboard.type('nothing') // the first input of the item has the focus
  await dialog().getByLabel('Quantity').fill('0')
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  for (const problem of ['Give an email address.', 'Give at most 10 characters; these are 15.', 'Give at most 10.', 'Give at least 2020-01-01.', 'Give something of the form ^[A-Z]{2}-[0-9]{4}$.', 'Give at least 1.']) {
    await dialog().getByText(problem, { exact: true }).waitFor()
  }
  await expectAccessible(page)

  await dialog().getByLabel('Email').fill('ann@example.com')
  await dialog().getByLabel('Note').fill('soon')
  await dialog().getByLabel('Priority').fill('7')
  await dialog().getByLabel('Due').fill('2026-01-31')
  await dialog().getByLabel('Sku').fill('AB-0001')
  await dialog().getByLabel('Quantity').fill('2')
  await dialog().getByLabel('Host').fill('1.2.3') // it is the service that knows better
  await dialog().getByLabel('Amount').fill('12.30')
  await dialog().getByLabel('Currency').fill('EUR')
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await dialog().getByText('Must be a valid IP address.', { exact: true }).waitFor()
  expect(await dialog().getByLabel('Host').evaluate((element) => element === document.activeElement)).toBe(true)
  await dialog().getByLabel('Host').fill('192.0.2.1')
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByText(/^order-\w+ was created\.$/).waitFor()
  const [order] = ((await ask('order/list', {})) as { results: Record<string, unknown>[] }).results
  expect(order).toMatchObject({
    email: 'ann@example.com', priority: 7, due: '2026-01-31', share: '0.5', note: 'soon', state: 'PENDING', items: [{ sku: 'AB-0001', quantity: 2, host: '192.0.2.1', price: { amount: '12.30', currency: 'EUR' } }],
  })

  await page.goto(`${server.url}/inventory/order/${order?.['order_id']}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  expect(await dialog().getByLabel('Region ID').count()).toBe(0)
  expect(await choices('State')).toEqual(['–', 'PENDING', 'PAID', 'CANCELLED'])
  await dialog().getByLabel('State').selectOption('PAID')
  await dialog().getByRole('button', { name: 'Add to items' }).click()
  await page.keyboard.type('CD-0002')
  await dialog().getByRole('button', { name: 'Remove Items 1' }).click()
  await dialog().getByRole('button', { name: 'Save' }).click()
  await page.getByText('was saved.').waitFor()
  expect(await ask('order/get', { order_id: order?.['order_id'] })).toMatchObject({ state: 'PAID', items: [{ sku: 'CD-0002' }] })
  await page.getByText('PAID', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Edit' }).click()
  expect(await choices('State')).toEqual(['–', 'PAID', 'CANCELLED'])
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: /^region-/ }).click()
  await page.getByRole('heading', { name: 'Region no07' }).waitFor()
  await ask('order/delete', { order_id: order?.['order_id'] })
})

test('a chart is drawn, with the same as a table', async () => {
  await regions()
  await page.getByRole('button', { name: 'Chart' }).click()
  const chart = page.getByRole('region', { name: 'Chart' })
  await chart.getByRole('img', { name: 'Number of regions by provider: google_cloud 9, ' }).waitFor()
  expect(await chart.locator('rect').count()).toBe(3)
  await chart.getByText('The same as a table').click()
  await chart.getByRole('row', { name: 'google_cloud 9' }).waitFor()
  await chart.getByLabel('by', { exact: true }).selectOption({ label: 'Name' })
  await expect.poll(() => chart.locator('rect').count()).toBe(12)
  await expectAccessible(page)
  await page.screenshot({ path: 'node_modules/.cache/chart.png' })
})

test('a list that is refreshed shows what arrives', async () => {
  await page.goto(`${server.url}/inventory/region?size=50`)
  await summary().getByText('1 to 25 of 25').waitFor()
  await page.getByLabel('Refresh every 2 s').check()
  const { region_id: id } = await ask('region/create', { name: 'Collected', region_code: 'collected' })
  await row('Collected').waitFor({ timeout: 20_000 })
  await ask('region/delete', { region_id: id })
  await row('Collected').waitFor({ state: 'detached', timeout: 20_000 })
})

test('all can be done by keyboard', async () => {
  await regions()
  await rows().first().waitFor()
  const press = (key: string) => page.keyboard.press(key)
  const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label') || document.activeElement?.getAttribute('name') || '')
  const tabTo = async (text: string) => {
    for (let n = 0; n < 60; n++) {
      await press('Tab')
      if ((await focused()) === text) {
        return
      }
    }
    throw new Error(`the focus does not come to ${text}`)
  }
  await press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await press('Enter')
  await tabTo('Create')
  await press('Enter')
  await dialog().waitFor()
  await tabTo('name')
  await page.keyboard.type('By keyboard')
  await tabTo('region_code')
  await page.keyboard.type('by-keyboard')
  await press('Enter')
  await page.getByText('By keyboard was created.').waitFor()
  expect(await focused()).toBe('Create')
  await tabTo('Search regions')
  await page.keyboard.type('By keyboard')
  await press('Enter')
  await summary().getByText('1 to 1 of 1').waitFor()
  await tabTo('By keyboard')
  await press('Enter')
  await page.getByRole('heading', { name: 'By keyboard' }).waitFor()
  await tabTo('Edit')
  await press('Space')
  await dialog().waitFor()
  await press('Escape')
  await dialog().waitFor({ state: 'detached' })
  expect(await focused()).toBe('Edit')
  await tabTo('Delete')
  await press('Enter')
  await dialog().waitFor()
  await tabTo('Delete')
  await press('Enter')
  await page.getByText('By keyboard was deleted.').waitFor()
})

test.each([
  { colorScheme: 'dark' as const, width: 1280 },
  { colorScheme: 'light' as const, width: 380 },
])('pages are accessible: %o', async ({ colorScheme, width }) => {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height: 860 })
  await regions()
  await rows().first().waitFor()
  await page.getByRole('button', { name: 'Chart' }).click()
  await page.locator('rect').first().waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await dialog().getByRole('button', { name: 'Create', exact: true }).click()
  await expectAccessible(page)
})
