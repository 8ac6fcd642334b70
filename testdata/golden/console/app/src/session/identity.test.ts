import { expect, it } from 'vitest'
import { readDocument } from '../api/openapi'
import { domainCall, grantCall, issueCall, revokeCall, workspacesCall, workspacesOf } from './identity'

const methods = ['domain/get-auth-info', 'token/issue', 'token/grant', 'user-profile/get-workspaces']
const document = readDocument({ paths: Object.fromEntries(methods.map((method) => [`/identity/v2/${method}`, {}])) })

it('asks which domain has a name', () => {
  expect(domainCall(document, 'acme')).toEqual({ path: '/identity/v2/domain/get-auth-info', request: { name: 'acme' } })
})

it('signs in by name and password', () => {
  expect(issueCall(document, 'domain-1', { domain: 'acme', user: 'admin', password: 'secret' })).toEqual({
    path: '/identity/v2/token/issue',
    request: { credentials: { user_id: 'admin', password: 'secret' }, auth_type: 'LOCAL', domain_id: 'domain-1' },
  })
})

it('asks for a token for a place', () => {
  const common = { grant_type: 'REFRESH_TOKEN', token: 'r' }
  expect(grantCall(document, 'r', { scope: 'DOMAIN' })).toEqual({ path: '/identity/v2/token/grant', request: { ...common, scope: 'DOMAIN' } })
  expect(grantCall(document, 'r', { scope: 'WORKSPACE', workspace: 'workspace-1' }).request).toEqual({ ...common, scope: 'WORKSPACE', workspace_id: 'workspace-1' })
})

it('lists workspaces', () => {
  expect(workspacesCall(document)).toEqual({ path: '/identity/v2/user-profile/get-workspaces', request: {} })
  expect(workspacesOf({ results: [{ workspace_id: 'workspace-1', name: 'First' }] })).toEqual([{ id: 'workspace-1', name: 'First' }])
  expect(workspacesOf({})).toEqual([])
})

it('revokes where that can be done', () => {
  expect(revokeCall(document, 'r')).toBeUndefined()
  expect(revokeCall(readDocument({ paths: { '/identity/v2/token/revoke': {} } }), 'r')).toEqual({ path: '/identity/v2/token/revoke', request: { refresh_token: 'r' } })
})

it('says what is missing', () => {
  expect(() => domainCall(readDocument({ paths: {} }), 'acme')).toThrow('/domain/get-auth-info')
})
