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

const token = (name: string, seconds = 1200, claims: object = {}) => `${name}.${btoa(JSON.stringify({ aud: 'admin', exp: Date.now() / 1000 + seconds, ...claims }))}.x`
const method = (name: string) => ({ post: { parameters: [{ in: 'body', name: 'body', schema: { properties: { [name]: {} } } }] } })
const document = { paths: { '/v1/token/issue': method('user_id'), '/v1/token/refresh': method('refresh_token'), '/v1/token/revoke': method('refresh_token') } }
const credentials = { domain: 'acme', user: 'admin', password: 'secret' }

let calls: string[]
let valid: string
let refreshable: boolean
/** What becomes of a renewal, if not what should. */
let trouble: (() => Promise<Response>) | undefined

beforeEach(() => {
  calls = []
  valid = token('first')
  refreshable = true
  trouble = undefined
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
        if (trouble !== undefined) {
          return trouble()
        }
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

const refreshes = () => calls.filter((call) => call.includes('refresh'))

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
  expect(refreshes()).toEqual(['/api/identity/v1/token/refresh {"refresh_token":"r1"}'])
})

it('renews a token before it ends', async () => {
  vi.useFakeTimers()
  await signedIn()
  await vi.advanceTimersByTimeAsync(900_000)
  expect(refreshes()).toEqual([])
  await vi.advanceTimersByTimeAsync(100_000)
  expect(refreshes()).toHaveLength(1)
})

it('goes on after its access token has ended, when the page is loaded anew', async () => {
  const kept = storage()
  kept.setItem('session', JSON.stringify({ access: token('old', -3600), refresh: 'r1' }))
  const session = new Session('/api/identity', kept)
  expect(session.snapshot()).toMatchObject({ status: 'in', claims: { audience: 'admin' } })
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
  expect(JSON.parse(kept.getItem('session') ?? '')).toMatchObject({ access: valid, refresh: 'r2' })
})

const unreachable = () => Promise.reject(new TypeError('Failed to fetch'))

it.each([
  ['no network', unreachable, 'cannot be reached'],
  ['a gateway without identity', () => Promise.resolve(new Response('Bad gateway', { status: 502 })), 'status 502'],
  ['too many calls', () => Promise.resolve(new Response('{}', { status: 429 })), 'status 429'],
])('outlives a renewal that nobody answers: %s', async (_, failing, problem) => {
  const session = await signedIn()
  valid = 'another'
  trouble = failing
  await expect(session.call('/api/inventory/x', {})).rejects.toThrow(problem)
  expect(session.snapshot()).toMatchObject({ status: 'in' })
  trouble = undefined
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
})

it('tries to renew a token until it is answered, less and less often', async () => {
  vi.useFakeTimers()
  trouble = unreachable
  const session = await signedIn()
  await vi.advanceTimersByTimeAsync(1_200_000)
  const tried = refreshes().length
  expect(tried).toBeGreaterThan(5)
  expect(tried).toBeLessThan(12)
  expect(session.snapshot()).toMatchObject({ status: 'in' })
  trouble = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  expect(refreshes()).toHaveLength(tried + 1)
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
})

it('is not ended, or taken over, by what an earlier one asked for', async () => {
  const session = await signedIn()
  valid = 'another'
  let answer: (response: Response) => void = () => undefined
  trouble = () => new Promise((resolve) => (answer = resolve))
  const asked = session.call('/api/inventory/x', { of: 'the first' })
  await vi.waitFor(() => expect(refreshes()).toHaveLength(1))
  session.signOut()
  valid = token('other')
  await session.signIn(credentials)
  answer(new Response(JSON.stringify({ access_token: token('late'), refresh_token: 'late' })))
  await expect(asked).rejects.toThrow('expired')
  expect(calls.filter((call) => call.includes('the first'))).toHaveLength(1)
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
})

it('holds as long as its token, however wrong this clock is', async () => {
  vi.useFakeTimers()
  const day = 86_400
  valid = token('early', day, { iat: Date.now() / 1000 + day - 1200 })
  await signedIn()
  await vi.advanceTimersByTimeAsync(1_000_000)
  expect(refreshes()).toHaveLength(1)
  valid = token('late', -day, { iat: Date.now() / 1000 - day - 1200 })
  const session = await signedIn()
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
  expect(refreshes()).toHaveLength(1)
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
