import { type Document } from '../api/openapi'

/** What people sign in with. */
export interface Credentials {
  domain: string
  user: string
  password: string
}

/** What a token is for: the domain as a whole, a workspace, or the user himself. */
export interface Place {
  scope: 'DOMAIN' | 'WORKSPACE' | 'USER'
  /** Of the scope WORKSPACE: its ID. */
  workspace?: string | undefined
}

/** A workspace that the user may be granted tokens for. */
export interface Workspace {
  id: string
  name: string
}

/** A call to make: the path below the service's, and the request. */
export interface Prepared {
  path: string
  request: Record<string, unknown>
}

/** The call that says which domain has a name. */
export function domainCall(document: Document, name: string): Prepared {
  return { path: pathOf(document, '/domain/get-auth-info'), request: { name } }
}

/** The call that signs a user in to a domain. */
export function issueCall(document: Document, domainId: string, { user, password }: Credentials): Prepared {
  return {
    path: pathOf(document, '/token/issue'),
    request: { credentials: { user_id: user, password }, auth_type: 'LOCAL', domain_id: domainId },
  }
}

/** The call that gives a token for a place, or renews it. */
export function grantCall(document: Document, refreshToken: string, { scope, workspace }: Place): Prepared {
  const request: Record<string, unknown> = { grant_type: 'REFRESH_TOKEN', token: refreshToken, scope }
  if (workspace !== undefined) {
    request['workspace_id'] = workspace
  }
  return { path: pathOf(document, '/token/grant'), request }
}

/** The call that lists the workspaces of whoever calls. */
export function workspacesCall(document: Document): Prepared {
  return { path: pathOf(document, '/user-profile/get-workspaces'), request: {} }
}

/** The call that ends a session at the service, if it has one. */
export function revokeCall(document: Document, refreshToken: string): Prepared | undefined {
  const path = findPath(document, '/token/revoke')
  return path === undefined ? undefined : { path, request: { refresh_token: refreshToken } }
}

/** The workspaces in an answer. */
export function workspacesOf(answer: unknown): Workspace[] {
  const { results } = answer as { results?: { workspace_id?: unknown; name?: unknown }[] }
  return (results ?? []).map((one) => ({ id: String(one.workspace_id), name: String(one.name) }))
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
