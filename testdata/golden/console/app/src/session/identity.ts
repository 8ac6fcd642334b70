import { type Document, requestOf } from '../api/openapi'

/** What people sign in with. */
export interface Credentials {
  domain: string
  user: string
  password: string
}

const issuePath = '/token/issue'
const refreshPath = '/token/refresh'
const revokePath = '/token/revoke'

/** A call to make: the path below the service's, and the request. */
export interface Prepared {
  path: string
  request: Record<string, unknown>
}

/** The call that issues a token, in the form that this identity service asks for. */
export function issueCall(document: Document, credentials: Credentials): Prepared {
  const path = pathOf(document, issuePath)
  const asked = requestOf(document, document.paths[path]?.['post']).properties ?? {}
  const { domain, user, password } = credentials
  const request: Record<string, unknown> = {}
  const byName = ['domain', 'domain_name'].find((name) => name in asked)
  if (domain !== '') {
    request[byName === undefined || domain.startsWith('domain-') ? 'domain_id' : byName] = domain
  }
  if ('user_id' in asked) {
    request['user_id'] = user
  }
  if ('password' in asked) {
    request['password'] = password
  } else {
    request['credentials'] = { user_id: user, password }
  }
  if ('auth_type' in asked) {
    request['auth_type'] = 'LOCAL'
  }
  return { path, request }
}

/** The call that renews a token, and the token that it is made with. */
export function refreshCall(document: Document, refreshToken: string): Prepared & { token?: string } {
  const path = pathOf(document, refreshPath)
  const asked = requestOf(document, document.paths[path]?.['post']).properties ?? {}
  return 'refresh_token' in asked ? { path, request: { refresh_token: refreshToken } } : { path, request: {}, token: refreshToken }
}

/** The call that ends a session at the service, if it has one. */
export function revokeCall(document: Document, refreshToken: string): Prepared | undefined {
  const path = findPath(document, revokePath)
  return path === undefined ? undefined : { path, request: { refresh_token: refreshToken } }
}

function findPath(document: Document, end: string): string | undefined {
  return Object.keys(document.paths).filter((candidate) => candidate.endsWith(end)).toSorted().pop()
}

function pathOf(document: Document, end: string): string {
  const path = findPath(document, end)
  if (path === undefined) {
    throw new Error(`The identity service has no method ${end}.`)
  }
  return path
}
