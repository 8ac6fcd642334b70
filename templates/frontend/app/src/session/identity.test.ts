import { expect, it } from 'vitest'
import { type Document, readDocument } from '../api/openapi'
import { issueCall, refreshCall, revokeCall } from './identity'

function identity(issue: string[], refresh: string[] = [], version = 'v1'): Document {
  const method = (names: string[]) => ({ post: { parameters: [{ in: 'body', name: 'body', schema: { properties: Object.fromEntries(names.map((name) => [name, {}])) } }] } })
  return readDocument({ paths: { [`/identity/${version}/token/issue`]: method(issue), [`/identity/${version}/token/refresh`]: method(refresh) } })
}

const credentials = { domain: 'acme', user: 'admin', password: 'secret' }

it.each<[string, string[], object]>([
  ['by names', ['user_id', 'password', 'domain_id', 'domain'], { user_id: 'admin', password: 'secret', domain: 'acme' }],
  ['by ID', ['user_id', 'password', 'domain_id'], { user_id: 'admin', password: 'secret', domain_id: 'acme' }],
  ['by credentials', ['user_id', 'credentials', 'domain_id'], { user_id: 'admin', credentials: { user_id: 'admin', password: 'secret' }, domain_id: 'acme' }],
  ['of a kind', ['auth_type', 'credentials', 'domain_id'], { auth_type: 'LOCAL', credentials: { user_id: 'admin', password: 'secret' }, domain_id: 'acme' }],
])('asks for a token %s', (_, asked, request) => {
  expect(issueCall(identity(asked), credentials)).toEqual({ path: '/identity/v1/token/issue', request })
})

it('knows the ID of a domain', () => {
  expect(issueCall(identity(['user_id', 'password', 'domain']), { ...credentials, domain: 'domain-12ab' }).request).toMatchObject({ domain_id: 'domain-12ab' })
})

it('renews in the body, or else in the header', () => {
  expect(refreshCall(identity([], ['refresh_token']), 'r')).toEqual({ path: '/identity/v1/token/refresh', request: { refresh_token: 'r' } })
  expect(refreshCall(identity([]), 'r')).toEqual({ path: '/identity/v1/token/refresh', request: {}, token: 'r' })
})

it('revokes where that can be done', () => {
  expect(revokeCall(identity([]), 'r')).toBeUndefined()
  expect(revokeCall(readDocument({ paths: { '/identity/v1/token/revoke': {} } }), 'r')).toEqual({ path: '/identity/v1/token/revoke', request: { refresh_token: 'r' } })
})

it('says what is missing', () => {
  expect(() => issueCall(readDocument({ paths: {} }), credentials)).toThrow('/token/issue')
})
