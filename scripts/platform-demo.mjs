// platform-demo.mjs CONSOLE_URL INVENTORY_URL RUN_FOLDER SCREENSHOT: a person at the
// console of a running platform, in a real browser, while somebody kills the plugin.
// It is run where playwright-core is.
import { generateKeyPairSync, sign } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const [url, inventory, run, screenshot] = process.argv.slice(2)
const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core')
const { domain, domain_id: domainID, user_id: user, password } = JSON.parse(readFileSync(join(run, 'admin.json'), 'utf8'))

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
const brief = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 90)
const visit = async (heading) => {
  await page.getByRole('navigation', { name: 'Services' }).getByRole('link', { name: heading, exact: true }).click()
  await page.getByRole('heading', { name: heading, exact: true }).waitFor()
}

// Calls inventory as any program does, and says how that is answered.
const refused = async (who, headers) => {
  const answer = await fetch(`${inventory}/inventory/v1/region/list`, { method: 'POST', headers, body: '{}' })
  const { detail } = await answer.json()
  if (answer.status !== 401) {
    throw new Error(`inventory answers ${answer.status} to a caller with ${who}`)
  }
  say(`inventory refuses a caller with ${who}: ${answer.status} ${detail.code}: ${detail.message}`)
}

// A token that says all that a good one does, signed by a key that nobody knows.
const madeUp = () => {
  const claims = {
    typ: 'ACCESS_TOKEN', rol: 'DOMAIN_ADMIN', own: 'USER', did: domainID, aud: user, jti: 'made-up', ver: '2.0',
    iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 3600,
  }
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey).toString('base64url')}`
}

// The program of a process; none of one that has ended.
const programOf = (pid) => {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return undefined
  }
}
const parentOf = (pid) => Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])

// Waits until the supervisor, and nobody else, runs the plugin, by another process
// than before.
const plugin = async (before) => {
  const path = join(run, 'bin', 'asset')
  for (const until = Date.now() + 30_000; Date.now() < until; await pause(100)) {
    const [pid, ...more] = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && programOf(name) === path)
    if (pid !== undefined && pid !== before && more.length === 0 && programOf(parentOf(pid)) === join(run, 'bin', 'supervisor')) {
      return pid
    }
  }
  throw new Error('the supervisor does not run the plugin')
}

// Has the collector collect, and waits until one job more has ended well.
const collected = []
const collect = async () => {
  await visit('Collectors')
  await row('this machine').getByRole('link').first().click()
  await page.getByRole('button', { name: 'Collect', exact: true }).click()
  await page.getByRole('heading', { name: 'Collect: the answer' }).waitFor()
  await page.keyboard.press('Escape')
  say('asked the collector to collect: a worker asks the plugin service where the plugin is')
  await visit('Jobs')
  await page.getByLabel('Refresh every 2 s').check()
  await row('SUCCESS').nth(collected.length).waitFor({ timeout: 60_000 }) // the supervisor may have to start the plugin
  const jobs = (await row('SUCCESS').allInnerTexts()).map(brief)
  collected.push(jobs.find((job) => !collected.includes(job)))
  say(`the job: ${collected.at(-1)}`)
}

const create = async (fields) => {
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const dialog = page.getByRole('dialog')
  for (const [label, value] of Object.entries(fields)) {
    await dialog.getByLabel(label).fill(value)
  }
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

const is = (role) => page.getByText(`${user} · ${role}`).waitFor()
const signIn = async (secret) => {
  await page.getByLabel('Domain').fill(domain)
  await page.getByLabel('User ID').fill(user)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.keyboard.press('Enter')
}
const signOut = async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}

// Chooses a workspace, or the domain as a whole.
const domainAsAWhole = { value: '' }
const go = async (where, role) => {
  await page.getByLabel('Workspace', { exact: true }).selectOption(where)
  await is(role)
}

try {
  await refused('no token', {})
  await refused('a token of his own making', { Authorization: `Bearer ${madeUp()}` })

  await page.goto(url)
  await signIn('not the password')
  await page.getByRole('alert').waitFor()
  say(`refused with a wrong password: ${(await page.getByRole('alert').innerText()).replaceAll('\n', ' ')}`)
  await signIn(password)
  await is('DOMAIN_ADMIN')
  say(`signed in as ${user} of the domain ${domain}`)

  await visit('Workspaces')
  await create({ Name: 'First' })
  await row('First').waitFor()
  await signOut()
  await signIn(password)
  await go('First', 'WORKSPACE_OWNER')
  say('made a workspace, signed in again and chose it')

  await visit('Regions')
  await page.locator('.summary').getByText(/regions/).waitFor()
  say(`regions at first: ${await page.locator('.summary').innerText()}`)
  await create({ Name: 'Seoul', 'Region code': 'ap-northeast-2', Provider: 'aws' })
  await row('Seoul').waitFor()
  say(`created a region: ${brief(await row('Seoul').innerText())}`)
  await go(domainAsAWhole, 'DOMAIN_ADMIN')
  await visit('Regions')
  await row('Seoul').waitFor()
  say('the domain as a whole has it, too')

  await visit('Collectors')
  await create({ Name: 'this machine', 'Plugin info': '{"plugin_id": "asset"}' })
  await row('this machine').waitFor()
  await collect()
  const first = await plugin()
  say(`the plugin is process ${first}, a child of the supervisor`)
  process.kill(Number(first), 'SIGKILL')
  const second = await plugin(first)
  say(`it was killed, and came back as process ${second}`)
  await collect()

  await visit('Cloud services')
  await page.locator('tbody tr').first().waitFor()
  for (const text of await page.locator('tbody tr').allInnerTexts()) {
    say(`collected: ${brief(text)}`)
  }
  await page.getByRole('button', { name: 'Chart' }).click()
  await page.getByRole('region', { name: 'Chart' }).getByLabel('by', { exact: true }).selectOption({ label: 'Cloud service group' })
  await page.getByRole('img', { name: 'Number of cloud services by cloud service group' }).waitFor()
  await page.screenshot({ path: screenshot, fullPage: true })

  await signOut()
  if (broken.length > 0) {
    throw new Error(`the page broke:\n${broken.join('\n')}`)
  }
} catch (error) {
  await page.screenshot({ path: `${screenshot}.failed.png` })
  throw error
} finally {
  await browser.close()
}
