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
const methods = ['domain/get-auth-info', 'token/issue', 'token/grant', 'token/revoke', 'user-profile/get-workspaces']
const document = { paths: Object.fromEntries(methods.map((name) => [`/v2/${name}`, {}])) }
const credentials = { domain: 'acme', user: 'admin', password: 'secret' }

let calls: string[]
let valid: string
/** Whether one has signed in; what is granted then renews. */
let granted: boolean
let refreshable: boolean
/** What is granted, and the workspaces that there are. */
let scopes: string[]
let workspaces: object[]
/** What becomes of a renewal, if not what should. */
let trouble: (() => Promise<Response>) | undefined

beforeEach(() => {
  calls = []
  valid = token('first')
  granted = false
  refreshable = true
  scopes = ['DOMAIN', 'WORKSPACE', 'USER']
  workspaces = [{ workspace_id: 'workspace-1', name: 'First' }]
  trouble = undefined
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const sent = new Headers(init.headers).get('token')
    const body = typeof init.body === 'string' ? init.body : ''
    calls.push(`${url} ${body}`.trim())
    const answer = (status: number, content: object) => new Response(JSON.stringify(content), { status })
    switch (url) {
      case '/api/identity/openapi.json':
        return answer(200, document)
      case '/api/identity/v2/domain/get-auth-info':
        return answer(200, { domain_id: 'domain-1' })
      case '/api/identity/v2/token/issue':
        return answer(200, { access_token: 'issued.e30.x', refresh_token: 'r1' })
      case '/api/identity/v2/user-profile/get-workspaces':
        return answer(sent === 'issued.e30.x' ? 200 : 401, { results: workspaces })
      case '/api/identity/v2/token/grant': {
        const { scope } = JSON.parse(body) as { scope: string }
        if (!granted) {
          granted = scopes.includes(scope)
          return granted ? answer(200, { access_token: valid }) : answer(403, { detail: { code: 'ERROR_PERMISSION_DENIED', message: 'denied' } })
        }
        if (trouble !== undefined) {
          return trouble()
        }
        valid = token('second')
        return refreshable ? answer(200, { access_token: valid }) : answer(401, {})
      }
      case '/api/identity/v2/token/revoke':
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

/** What was granted after signing in. */
const refreshes = () => calls.filter((call) => call.includes('token/grant')).slice(1)

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
  expect(refreshes()).toEqual(['/api/identity/v2/token/grant {"grant_type":"REFRESH_TOKEN","token":"r1","scope":"DOMAIN"}'])
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
  granted = true
  kept.setItem('session', JSON.stringify({ access: token('old', -3600), refresh: 'r1', places: { domain: true, workspaces: [], current: { scope: 'DOMAIN' } } }))
  const session = new Session('/api/identity', kept)
  expect(session.snapshot()).toMatchObject({ status: 'in', claims: { audience: 'admin' } })
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
  expect(JSON.parse(kept.getItem('session') ?? '')).toMatchObject({ access: valid, refresh: 'r1' })
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
  granted = false
  await session.signIn(credentials)
  answer(new Response(JSON.stringify({ access_token: token('late') })))
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
  granted = false
  calls = []
  const session = await signedIn()
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
  expect(refreshes()).toHaveLength(0)
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
  await vi.waitFor(() => expect(calls.at(-1)).toBe('/api/identity/v2/token/revoke {"refresh_token":"r1"}'))
})

it('goes to the domain if one may, or else to a workspace', async () => {
  const session = await signedIn()
  const first = { id: 'workspace-1', name: 'First' }
  expect(session.snapshot().places).toEqual({ domain: true, workspaces: [first], current: { scope: 'DOMAIN' } })
  expect(calls).toContain('/api/identity/v2/domain/get-auth-info {"name":"acme"}')

  granted = false
  scopes = ['WORKSPACE', 'USER']
  const member = await signedIn()
  expect(member.snapshot().places).toEqual({ domain: false, workspaces: [first], current: { scope: 'WORKSPACE', workspace: 'workspace-1' } })

  granted = false
  workspaces = []
  const stranger = await signedIn()
  expect(stranger.snapshot().places).toEqual({ domain: false, workspaces: [], current: { scope: 'USER' } })
})

it('knows the ID of a domain', async () => {
  await new Session('/api/identity', storage()).signIn({ ...credentials, domain: 'domain-12ab' })
  expect(calls.some((call) => call.includes('get-auth-info'))).toBe(false)
  expect(calls.some((call) => call.includes('"domain_id":"domain-12ab"'))).toBe(true)
})

it('goes to another place, and stays there when it is renewed', async () => {
  const session = await signedIn()
  await session.go({ scope: 'WORKSPACE', workspace: 'workspace-1' })
  expect(session.snapshot().places?.current).toEqual({ scope: 'WORKSPACE', workspace: 'workspace-1' })
  expect(await session.call('/api/inventory/x', {})).toEqual({ sent: valid })
  valid = 'another'
  await session.call('/api/inventory/x', {})
  expect(refreshes().at(-1)).toContain('"scope":"WORKSPACE","workspace_id":"workspace-1"')

  refreshable = false
  await expect(session.go({ scope: 'DOMAIN' })).rejects.toThrow('status 401')
  expect(session.snapshot().places?.current.scope).toBe('WORKSPACE')
})
