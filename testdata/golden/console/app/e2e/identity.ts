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
      '/identity/v1/token/issue': post('Token_issue', ['user_id', 'password', 'domain_id', 'domain']),
      '/identity/v1/token/refresh': post('Token_refresh', ['refresh_token']),
    },
    definitions: {},
  }
  const token = () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part({ alg: 'none' })}.${part({ aud: 'admin', did: 'domain-1', rol: 'DOMAIN_ADMIN', typ: 'ACCESS_TOKEN', exp: Date.now() / 1000 + seconds })}.x`
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data: Buffer) => (body += data.toString()))
    request.on('end', () => {
      const answer = (status: number, content: object) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content))
      const asked = body === '' ? {} : (JSON.parse(body) as Record<string, string>)
      if (failing) {
        answer(503, {})
      } else if (request.url === '/openapi.json') {
        answer(200, document)
      } else if (request.url?.endsWith('/refresh') && asked['refresh_token'] === 'again') {
        refreshed++
        answer(200, { access_token: token(), refresh_token: 'again' })
      } else if (request.url?.endsWith('/issue') && asked['domain'] === 'acme' && asked['user_id'] === 'admin' && asked['password'] === 'secret') {
        answer(200, { access_token: token(), refresh_token: 'again' })
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
