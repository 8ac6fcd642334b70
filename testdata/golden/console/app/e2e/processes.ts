import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** A server under test. */
export interface Running {
  url: string
  stop: () => Promise<void>
}

/** Starts a command and waits until it answers at a path. */
export async function start(command: string, args: string[], env: Record<string, string>, url: string, ready: string): Promise<Running> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stdout.on('data', (data: Buffer) => (log += data.toString()))
  child.stderr.on('data', (data: Buffer) => (log += data.toString()))
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url + ready).catch(() => undefined)
    if (answer?.ok) {
      return { url, stop: () => end(child) }
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await end(child)
  throw new Error(`${command} does not answer at ${url}${ready}:\n${log}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return
  }
  await new Promise((resolve) => {
    child.on('exit', resolve)
    child.kill('SIGTERM')
  })
}

/** Starts the service that the tests work on, on a database of its own. */
export async function startInventory(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'))
  const [grpc, rest, admin] = [await freePort(), await freePort(), await freePort()]
  const file = join(folder, 'inventory.yaml')
  writeFileSync(file, JSON.stringify({ PORT: grpc, REST_PORT: rest, ADMIN_PORT: admin, DATABASES: { default: { path: join(folder, 'inventory.db') } } }))
  return start(required('INVENTORY_BIN'), ['run', 'all'], { SPACEONE_CONFIG_FILE: file }, `http://127.0.0.1:${rest}`, '/check')
}

/** Starts the console before services. */
export async function startConsole(services: Record<string, string>): Promise<Running> {
  const port = await freePort()
  const named = Object.entries(services).map(([name, url]) => `${name}=${url}`)
  return start(required('CONSOLE_BIN'), ['run', '--port', String(port), '--title', 'Console under test', '--services', named.join(',')], {}, `http://127.0.0.1:${port}`, '/healthz')
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run these tests by make e2e`)
  }
  return value
}
