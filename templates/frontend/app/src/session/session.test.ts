import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Session } from './session'

/** A storage as a tab has it. */
function storage(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: () => null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  }
}

const token = (name: string, seconds = 1200) => `${name}.${btoa(JSON.stringify({ aud: 'admin', exp: Date.now() / 1000 + seconds }))}.x`
const method = (name: string) => ({ post: { parameters: [{ in: 'body', name: 'body', schema: { properties: { [name]: {} } } }] } })
const document = { paths: { '/v1/token/issue': method('user_id'), '/v1/token/refresh': method('refresh_token'), '/v1/token/revoke': method('refresh_token') } }
const credentials = { domain: 'acme', user: 'admin', password: 'secret' }

let calls: string[]
let valid: string
let refreshable: boolean

beforeEach(() => {
  calls = []
  valid = token('first')
  refreshable = true
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const sent = new Headers(init.headers).get('token')
    const body = typeof init.body === 'string' ? init.body : ''
    calls.push(`${url} ${body}`.trim())
    const answer = (status: number, content: object) => new Response(JSON.stringify(content), { status })
    switch (url) {
      case '/api/identity/openapi.json':
        return answer(200, document)
      case '/api/identity/v1/token/issue':
        return answer(200, { access_token: valid, refresh_token: 'r1' })
      case '/api/identity/v1/token/refresh':
        valid = token('second')
        return refreshable ? answer(200, { access_token: valid, refresh_token: 'r2' }) : answer(401, {})
      case '/api/identity/v1/token/revoke':
        return answer(200, {})
      default:
        return sent === valid ? answer(200, { sent }) : answer(401, { detail: { code: 'ERROR_AUTHENTICATE_FAILURE', message: 'expired' } })
    }
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function signedIn(kept = storage()): Promise<Session> {
  const session = new Session('/api/identity', kept)
  await session.signIn(credentials)
  return session
}

it('is open where there is nobody to sign in with', () => {
  expect(new Session(undefined, storage()).snapshot()).toEqual({ status: 'open' })
  expect(new Session('/api/identity', storage()).snapshot()).toEqual({ status: 'out' })
})

it('survives that the page is loaded anew, but not its end', async () => {
  const kept = storage()
  await signedIn(kept)
  expect(new Session('/api/identity', kept).snapshot()).toMatchObject({ status: 'in', claims: { audience: 'admin' } })
  kept.setItem('session', JSON.stringify({ access: token('old', -1) }))
  expect(new Session('/api/identity', kept).snapshot()).toEqual({ status: 'out' })
  expect(kept.length).toBe(0)
})

it('renews a token once, for all that were refused with it', async () => {
  const session = await signedIn()
  valid = 'another'
  const answers = await Promise.all([1, 2, 3].map((n) => session.call('/api/inventory/x', { n })))
  expect(answers).toEqual([{ sent: valid }, { sent: valid }, { sent: valid }])
  expect(calls.filter((call) => call.includes('refresh'))).toEqual(['/api/identity/v1/token/refresh {"refresh_token":"r1"}'])
})

it('renews a token before it ends', async () => {
  vi.useFakeTimers()
  await signedIn()
  await vi.advanceTimersByTimeAsync(900_000)
  expect(calls.filter((call) => call.includes('refresh'))).toEqual([])
  await vi.advanceTimersByTimeAsync(100_000)
  expect(calls.filter((call) => call.includes('refresh'))).toHaveLength(1)
})

it('ends when it cannot be renewed, and says so', async () => {
  const session = await signedIn()
  valid = 'another'
  refreshable = false
  await expect(session.call('/api/inventory/x', {})).rejects.toThrow('expired')
  expect(session.snapshot()).toEqual({ status: 'out', notice: 'Your session has ended. Sign in again.' })
})

it('asks who calls where a service wants to know', async () => {
  const session = new Session(undefined, storage())
  await expect(session.call('/api/inventory/x', {})).rejects.toThrow('expired')
  expect(session.snapshot()).toEqual({ status: 'out', notice: 'This service asks who you are.' })
  session.signInWith(`  ${valid}\n`)
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
})

it('is revoked when its owner signs out', async () => {
  const kept = storage()
  const session = await signedIn(kept)
  let told = 0
  session.subscribe(() => told++)
  session.signOut()
  expect([session.snapshot(), kept.length, told]).toEqual([{ status: 'out' }, 0, 1])
  await vi.waitFor(() => expect(calls.at(-1)).toBe('/api/identity/v1/token/revoke {"refresh_token":"r1"}'))
})
