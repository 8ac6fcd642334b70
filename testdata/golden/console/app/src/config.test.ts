import { expect, it } from 'vitest'
import { readConfig } from './config'

it('reads what the server says', () => {
  expect(readConfig({ title: 'Acme', services: { identity: '/api/identity/' } })).toEqual({ title: 'Acme', services: { identity: '/api/identity' } })
  expect(readConfig({ services: {} })).toEqual({ title: 'Console', services: {} })
})

it.each([
  [null, 'no object'],
  [{}, 'names no services'],
  [{ services: { identity: 'https://elsewhere' } }, 'identity needs a path'],
  [{ services: { identity: '//elsewhere/api' } }, 'identity needs a path'],
])('refuses %j', (content, problem) => {
  expect(() => readConfig(content)).toThrow(problem)
})
