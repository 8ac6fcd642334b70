import { expect, it } from 'vitest'
import { readToken, renewAfter } from './token'

function token(claims: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(claims))
  return `x.${btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.x`
}

it('reads a token', () => {
  expect(readToken(token({ aud: 'jürgen', did: 'domain-1', rol: 'USER', exp: 20 }), 10_000)).toEqual({ audience: 'jürgen', domain: 'domain-1', role: 'USER', expires: 20_000 })
  expect(readToken(token({}), 0)).toEqual({ audience: '', domain: '', role: '', expires: undefined })
})

it.each([
  ['', 'This is no token'],
  ['a.b.c', 'This is no token'],
  [token({ exp: 10 }), 'expired'],
  [token({ typ: 'REFRESH_TOKEN' }), 'refresh token'],
])('refuses %s', (text, problem) => {
  expect(() => readToken(text, 10_000)).toThrow(problem)
})

it('is renewed well before its end, and not at once again', () => {
  const hour = 3_600_000
  expect(renewAfter(hour, 0)).toBe(0.8 * hour)
  expect(renewAfter(100_000, 0)).toBe(70_000)
  expect(renewAfter(5_000, 0)).toBe(1_000)
  expect(renewAfter(365 * 24 * hour, 0)).toBe(2 ** 31 - 1)
})
