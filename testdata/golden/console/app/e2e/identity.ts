import { createServer } from 'node:http'
import type { Running } from './processes'

/** An identity service under test. */
export interface Identity extends Running {
  /** How often it has renewed a token. */
  refreshed: () => number
  /** Lets it answer that it is out of order, or as it should again. */
  fail: (failing: boolean) => void
}

/** Starts an identity service that knows one user and issues tokens that soon end. */
export async function startIdentity(seconds: number): Promise<Identity> {
  let refreshed = 0
  let failing = false
  const post = (tag: string, properties: string[]) => ({
    post: {
      operationId: tag,
      tags: ['Token'],
      parameters: [{ in: 'body', name: 'body', schema: { type: 'object', properties: Object.fromEntries(properties.map((name) => [name, { type: 'string' }])) } }],
    },
  })
  const document = {
    swagger: '2.0',
    paths: {
      '/identity/v2/domain/get-auth-info': post('Domain_get_auth_info', ['name']),
      '/identity/v2/token/issue': post('Token_issue', ['credentials', 'auth_type', 'domain_id']),
      '/identity/v2/token/grant': post('Token_grant', ['grant_type', 'token', 'scope', 'workspace_id']),
      '/identity/v2/user-profile/get-workspaces': post('UserProfile_get_workspaces', ['workspace_group_id']),
    },
    definitions: {},
  }
  const token = (role: string) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part({ alg: 'none' })}.${part({ aud: 'admin', did: 'domain-1', rol: role, typ: 'ACCESS_TOKEN', exp: Date.now() / 1000 + seconds })}.x`
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data: Buffer) => (body += data.toString()))
    request.on('end', () => {
      const answer = (status: number, content: object) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content))
      const asked = (body === '' ? {} : JSON.parse(body)) as { name?: string; token?: string; scope?: string; domain_id?: string; credentials?: { user_id?: string; password?: string } }
      if (failing) {
        answer(503, {})
      } else if (request.url === '/openapi.json') {
        answer(200, document)
      } else if (request.url?.endsWith('/get-auth-info') && asked.name === 'acme') {
        answer(200, { domain_id: 'domain-1', name: 'acme' })
      } else if (request.url?.endsWith('/grant') && asked.token === 'again') {
        refreshed++
        answer(200, { access_token: token(asked.scope === 'DOMAIN' ? 'DOMAIN_ADMIN' : 'WORKSPACE_OWNER') })
      } else if (request.url?.endsWith('/get-workspaces')) {
        answer(200, { results: [{ workspace_id: 'workspace-1', name: 'First' }] })
      } else if (request.url?.endsWith('/issue') && asked.domain_id === 'domain-1' && asked.credentials?.user_id === 'admin' && asked.credentials.password === 'secret') {
        answer(200, { access_token: token('USER'), refresh_token: 'again' })
      } else {
        answer(401, { detail: { code: 'ERROR_AUTHENTICATE_FAILURE', message: 'Authenticate failure. (message = wrong user or password)' } })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    refreshed: () => refreshed,
    fail: (value) => (failing = value),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
