// platform-demo.mjs CONSOLE_URL ADMIN_JSON SCREENSHOT: a person at the console of
// a running platform, in a real browser. It is run where playwright-core is.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [url, admin, screenshot] = process.argv.slice(2)
const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core')
const { domain, user_id: user, password } = JSON.parse(readFileSync(admin, 'utf8'))

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' })
page.setDefaultTimeout(20_000)
const broken = []
page.on('pageerror', (error) => broken.push(error.message))
page.on('console', (message) => {
  if (message.text().includes('Content Security Policy')) {
    broken.push(message.text())
  }
})

const say = (what) => console.log(`  ${what}`)
const row = (name) => page.getByRole('row', { name })
const visit = async (resource, heading) => {
  await page.getByRole('navigation', { name: 'Services' }).getByRole('link', { name: heading, exact: true }).click()
  await page.getByRole('heading', { name: heading, exact: true }).waitFor()
}

try {
  await page.goto(url)
  await page.getByLabel('Domain').fill(domain)
  await page.getByLabel('User ID').fill(user)
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  say(`refused with a wrong password: ${(await page.getByRole('alert').innerText()).replaceAll('\n', ' ')}`)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByText(`${user} · DOMAIN_ADMIN`).waitFor()
  say(`signed in as ${user} of the domain ${domain}`)

  await visit('region', 'Regions')
  await page.screenshot({ path: '/tmp/shot1.png' })
  await page.getByRole('button', { name: 'Create' }).first().click()
  await page.getByRole('dialog').waitFor()
  await page.screenshot({ path: '/tmp/shot2.png' })
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await visit('collector', 'Collectors')
  await page.getByRole('button', { name: 'Create' }).first().click()
  await page.getByRole('dialog').waitFor()
  await page.screenshot({ path: '/tmp/shot3.png' })
} catch (e) { await page.screenshot({ path: '/tmp/shotx.png' }); throw e } finally {
  await browser.close()
}
