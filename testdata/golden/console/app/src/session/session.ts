import { ApiError } from '../api/error'
import { call, read } from '../api/call'
import { type Document, readDocument } from '../api/openapi'
import { type Credentials, domainCall, grantCall, issueCall, type Place, type Prepared, revokeCall, type Workspace, workspacesCall, workspacesOf } from './identity'
import { type Claims, endOf, readClaims, readToken, renewAfter } from './token'

/** Who is signed in, if anybody is. */
export interface State {
  status: 'open' | 'out' | 'in'
  claims?: Claims
  /** Where one may go, and where one is; without a choice there are none. */
  places?: Places
  /** Why the last session ended, if not by its owner's wish. */
  notice?: string
}

/** Where the tokens of a session may be for. */
export interface Places {
  /** Whether the domain as a whole is one. */
  domain: boolean
  workspaces: Workspace[]
  current: Place
}

interface Tokens {
  access: string
  refresh?: string | undefined
  /** When the access token ends by this machine's clock, in milliseconds. */
  ends?: number | undefined
  /** What they are for, of who signed in by password. */
  places?: Places | undefined
}

const key = 'session'
const ended = 'Your session has ended. Sign in again.'

/** How long to wait before a renewal that got no answer is tried again: at first, and at most. */
const [retryFirst, retryLast] = [2_000, 60_000]

/**
 * The session: the tokens, who they are for, and their renewal. It is kept in
 * the tab's own storage, which ends with the tab and is shared with no other.
 */
export class Session {
  private tokens: Tokens | undefined
  private state: State
  private timer: ReturnType<typeof setTimeout> | undefined
  private renewal: Promise<boolean> | undefined
  private document: Document | undefined
  /** How manieth session this is: what was asked for in one is no other's business. */
  private count = 0
  private readonly listeners = new Set<() => void>()

  /** identity is the path of its API; without one nobody needs to sign in. */
  constructor(
    private readonly identity: string | undefined,
    private readonly storage: Storage = sessionStorage,
  ) {
    this.state = { status: identity === undefined ? 'open' : 'out' }
    const kept = this.storage.getItem(key)
    if (kept !== null) {
      try {
        this.resume(JSON.parse(kept) as Tokens)
      } catch {
        this.storage.removeItem(key) // nothing that can be gone on with
      }
    }
  }

  /** Whether one can sign in by name and password. */
  get byPassword(): boolean {
    return this.identity !== undefined
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly snapshot = (): State => this.state

  /** Signs in by name and password, and goes where one may: to the domain, or else to a workspace. */
  async signIn(credentials: Credentials): Promise<void> {
    const domain = credentials.domain.startsWith('domain-') ? credentials.domain : await this.domainOf(credentials.domain)
    const issued = tokensOf(await this.ask((document) => issueCall(document, domain, credentials)), Date.now())
    if (issued.refresh === undefined) {
      throw new Error('The identity service gave no refresh token.')
    }
    const workspaces = workspacesOf(await this.ask(workspacesCall, issued.access))
    const domainWide = await this.grant(issued.refresh, { scope: 'DOMAIN' })
    const first = workspaces[0]
    const current: Place = domainWide !== undefined ? { scope: 'DOMAIN' } : first !== undefined ? { scope: 'WORKSPACE', workspace: first.id } : { scope: 'USER' }
    const granted = domainWide ?? (await this.grant(issued.refresh, current))
    this.begin({ ...(granted ?? issued), refresh: issued.refresh, places: { domain: domainWide !== undefined, workspaces, current } })
  }

  /** Goes to another place: what is shown from then on is what can be seen from there. */
  async go(place: Place): Promise<void> {
    const { refresh, places } = this.tokens ?? {}
    if (refresh === undefined || places === undefined) {
      return
    }
    const session = this.count
    const granted = tokensOf(await this.ask((document) => grantCall(document, refresh, place)), Date.now())
    if (session === this.count) {
      this.begin({ ...granted, refresh, places: { ...places, current: place } })
    }
  }

  /** The ID of the domain of a name. */
  private async domainOf(name: string): Promise<string> {
    const { domain_id: id } = (await this.ask((document) => domainCall(document, name))) as { domain_id?: unknown }
    if (typeof id !== 'string' || id === '') {
      throw new Error('The identity service gave no domain.')
    }
    return id
  }

  /** Tokens for a place; none if that is refused. */
  private async grant(refresh: string, place: Place): Promise<Tokens | undefined> {
    try {
      return tokensOf(await this.ask((document) => grantCall(document, refresh, place)), Date.now())
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) {
        return undefined
      }
      throw error
    }
  }

  /** Signs in with a token that was issued elsewhere. */
  signInWith(token: string): void {
    const access = token.trim()
    const { expires } = readToken(access, Date.now())
    this.begin({ access, ends: expires })
  }

  /** Forgets the tokens, here and at the service. */
  signOut(notice?: string): void {
    const refresh = this.tokens?.refresh
    if (refresh !== undefined && notice === undefined) {
      // Whoever signs out has done so, whether the service hears of it or not.
      void this.ask((document) => revokeCall(document, refresh), this.tokens?.access).catch(() => undefined)
    }
    this.next()
    this.tokens = undefined
    this.storage.removeItem(key)
    const status = this.identity === undefined && notice === undefined ? 'open' : 'out'
    this.change(notice === undefined ? { status } : { status, notice })
  }

  /**
   * Calls a method of a service on behalf of whoever is signed in. A session
   * ends when identity refuses to renew it, not when identity cannot be reached.
   */
  async call(url: string, request: unknown, signal?: AbortSignal): Promise<unknown> {
    const session = this.count
    const token = this.tokens?.access
    try {
      return await call(url, request, { token, signal })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || session !== this.count) {
        throw error
      }
      const renewed = await this.renew(token)
      if (session !== this.count) {
        throw error // signed out, or in as somebody else, meanwhile
      }
      if (renewed) {
        return call(url, request, { token: this.tokens?.access, signal })
      }
      this.signOut(token === undefined ? 'This service asks who you are.' : ended)
      throw error
    }
  }

  /** Begins another session. */
  private begin(tokens: Tokens): void {
    this.next()
    this.keep(tokens)
  }

  /** Goes on with a session whose page was loaded anew. */
  private resume(tokens: Tokens): void {
    if (tokens.refresh === undefined) {
      readToken(tokens.access, Date.now()) // only a refresh token takes it beyond its end
    }
    this.keep(tokens)
  }

  private next(): void {
    this.count++
    clearTimeout(this.timer)
    this.renewal = undefined
  }

  private keep(tokens: Tokens): void {
    const claims = readClaims(tokens.access)
    this.tokens = tokens
    this.storage.setItem(key, JSON.stringify(tokens))
    clearTimeout(this.timer)
    if (tokens.ends !== undefined) {
      this.timer = setTimeout(() => void this.atItsEnd(retryFirst), renewAfter(tokens.ends, Date.now()))
    }
    this.change({ status: 'in', claims, ...(tokens.places && { places: tokens.places }) })
  }

  /** Renews a token that is about to end, or says that the session is over. */
  private async atItsEnd(retry: number): Promise<void> {
    const session = this.count
    const stale = this.tokens
    try {
      if ((await this.renew(stale?.access)) || session !== this.count) {
        return
      }
      const left = (stale?.ends ?? 0) - Date.now()
      this.timer = setTimeout(() => this.signOut(ended), Math.max(left, 0))
    } catch {
      if (session === this.count && this.tokens === stale) {
        this.timer = setTimeout(() => void this.atItsEnd(Math.min(retry * 2, retryLast)), retry)
      }
    }
  }

  /**
   * Renews the tokens, once for all that ask for it at the same time, and says
   * whether there are others now. It throws if identity said neither.
   */
  private async renew(stale: string | undefined): Promise<boolean> {
    if (this.tokens !== undefined && this.tokens.access !== stale) {
      return true // somebody has just done it
    }
    const { refresh, places } = this.tokens ?? {}
    if (refresh === undefined || places === undefined || this.identity === undefined) {
      return false
    }
    this.renewal ??= this.exchange(refresh, places)
    return this.renewal
  }

  private async exchange(refresh: string, places: Places): Promise<boolean> {
    const session = this.count
    try {
      const answer = await this.ask((document) => grantCall(document, refresh, places.current))
      if (session !== this.count) {
        return false
      }
      this.keep({ ...tokensOf(answer, Date.now()), refresh, places })
      return true
    } catch (error) {
      if (isUndecided(error)) {
        throw error
      }
      return false
    } finally {
      if (session === this.count) {
        this.renewal = undefined
      }
    }
  }

  private async ask(prepare: (document: Document) => Prepared | undefined, token?: string): Promise<unknown> {
    this.document ??= readDocument(await read(`${this.identity}/openapi.json`))
    const prepared = prepare(this.document)
    return prepared && call(`${this.identity}${prepared.path}`, prepared.request, { token })
  }

  private change(state: State): void {
    this.state = state
    for (const listener of this.listeners) {
      listener()
    }
  }
}

/** Whether an error says nothing of the request: no answer, or one of a server in trouble. */
function isUndecided(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 408 || error.status === 429)
}

function tokensOf(answer: unknown, now: number): Tokens {
  const { access_token: access, refresh_token: refresh } = answer as { access_token?: unknown; refresh_token?: unknown }
  if (typeof access !== 'string' || access === '') {
    throw new Error('The identity service gave no token.')
  }
  const tokens: Tokens = { access, ends: endOf(readClaims(access), now) }
  return typeof refresh === 'string' && refresh !== '' ? { ...tokens, refresh } : tokens
}
