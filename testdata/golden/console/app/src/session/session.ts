import { ApiError } from '../api/error'
import { call, read } from '../api/call'
import { type Document, readDocument } from '../api/openapi'
import { type Credentials, issueCall, type Prepared, refreshCall, revokeCall } from './identity'
import { type Claims, readToken, renewAfter } from './token'

/** Who is signed in, if anybody is. */
export interface State {
  status: 'open' | 'out' | 'in'
  claims?: Claims
  /** Why the last session ended, if not by its owner's wish. */
  notice?: string
}

interface Tokens {
  access: string
  refresh?: string | undefined
}

const key = 'session'

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
        this.begin(JSON.parse(kept) as Tokens)
      } catch {
        this.storage.removeItem(key) // it has expired meanwhile
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

  /** Signs in by name and password. */
  async signIn(credentials: Credentials): Promise<void> {
    this.begin(tokensOf(await this.ask((document) => issueCall(document, credentials))))
  }

  /** Signs in with a token that was issued elsewhere. */
  signInWith(token: string): void {
    this.begin({ access: token.trim() })
  }

  /** Forgets the tokens, here and at the service. */
  signOut(notice?: string): void {
    clearTimeout(this.timer)
    const refresh = this.tokens?.refresh
    if (refresh !== undefined && notice === undefined) {
      // Whoever signs out has done so, whether the service hears of it or not.
      void this.ask((document) => revokeCall(document, refresh), this.tokens?.access).catch(() => undefined)
    }
    this.tokens = undefined
    this.storage.removeItem(key)
    const status = this.identity === undefined && notice === undefined ? 'open' : 'out'
    this.change(notice === undefined ? { status } : { status, notice })
  }

  /** Calls a method of a service on behalf of whoever is signed in. */
  async call(url: string, request: unknown, signal?: AbortSignal): Promise<unknown> {
    const token = this.tokens?.access
    try {
      return await call(url, request, { token, signal })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) {
        throw error
      }
      if (await this.renew(token)) {
        return call(url, request, { token: this.tokens?.access, signal })
      }
      this.signOut(token === undefined ? 'This service asks who you are.' : 'Your session has ended. Sign in again.')
      throw error
    }
  }

  private begin(tokens: Tokens): void {
    const claims = readToken(tokens.access, Date.now())
    this.tokens = tokens
    this.storage.setItem(key, JSON.stringify(tokens))
    clearTimeout(this.timer)
    if (claims.expires !== undefined) {
      this.timer = setTimeout(() => void this.atItsEnd(), renewAfter(claims.expires, Date.now()))
    }
    this.change({ status: 'in', claims })
  }

  /** Renews a token that is about to end, or says that the session is over. */
  private async atItsEnd(): Promise<void> {
    const token = this.tokens?.access
    if (token === undefined || (await this.renew(token)) || this.tokens?.access !== token) {
      return
    }
    const left = (this.state.claims?.expires ?? 0) - Date.now()
    this.timer = setTimeout(() => this.signOut('Your session has ended. Sign in again.'), Math.max(left, 0))
  }

  /** Renews the tokens, once for all calls that ask for it at the same time. */
  private async renew(stale: string | undefined): Promise<boolean> {
    if (this.tokens !== undefined && this.tokens.access !== stale) {
      return true // somebody has just done it
    }
    const refresh = this.tokens?.refresh
    if (refresh === undefined || this.identity === undefined) {
      return false
    }
    this.renewal ??= this.ask((document) => refreshCall(document, refresh))
      .then((answer) => {
        if (this.tokens?.refresh !== refresh) {
          return false // signed out, or in as somebody else, meanwhile
        }
        this.begin({ refresh, ...tokensOf(answer) })
        return true
      })
      .catch(() => false)
      .finally(() => (this.renewal = undefined))
    return this.renewal
  }

  private async ask(prepare: (document: Document) => (Prepared & { token?: string }) | undefined, token?: string): Promise<unknown> {
    this.document ??= readDocument(await read(`${this.identity}/openapi.json`))
    const prepared = prepare(this.document)
    return prepared && call(`${this.identity}${prepared.path}`, prepared.request, { token: prepared.token ?? token })
  }

  private change(state: State): void {
    this.state = state
    for (const listener of this.listeners) {
      listener()
    }
  }
}

function tokensOf(answer: unknown): Tokens {
  const { access_token: access, refresh_token: refresh } = answer as { access_token?: unknown; refresh_token?: unknown }
  if (typeof access !== 'string' || access === '') {
    throw new Error('The identity service gave no token.')
  }
  return typeof refresh === 'string' && refresh !== '' ? { access, refresh } : { access }
}
