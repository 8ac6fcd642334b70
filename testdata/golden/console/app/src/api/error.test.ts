import { describe, expect, it } from 'vitest'
import { ApiError, fieldOf, problemsOf, readError } from './error'

describe('readError', () => {
  it.each([
    ['of the API', 404, '{"detail":{"code":"ERROR_NOT_FOUND","message":"gone"}}', 'ERROR_NOT_FOUND', 'gone'],
    ['of a server in between', 502, '<html>Bad Gateway</html>', 'ERROR_UNKNOWN', 'The server answered with status 502.'],
    ['of another form', 400, '{"detail":"no"}', 'ERROR_UNKNOWN', 'The server answered with status 400.'],
    ['null', 500, 'null', 'ERROR_UNKNOWN', 'The server answered with status 500.'],
  ])('%s', (_, status, body, code, message) => {
    expect(readError(status, body)).toMatchObject({ code, message, status })
  })
})

describe('fieldOf', () => {
  const fields = ['name', 'region_code', 'state']
  it.each([
    ['Required parameter. (key = name)', 'name'],
    ['Parameter is invalid. (key = region_code, reason = name = x)', 'region_code'],
    ['Tried to save duplicate unique values. (keys = domain_id, workspace_id, region_code)', 'region_code'],
    ['Tried to save duplicate unique key. (region_code = c-1)', 'region_code'],
    ['Tried to save duplicate unique key. (domain_id = d, region_code = c-1)', 'region_code'],
    ['proto: (line 1:38): invalid value for enum field state: "NOPE"', 'state'],
    ['proto: (line 1:3): unknown field "name"', 'name'],
    ['Parameter is invalid. (key = name.first, reason = long)', 'name.first'],
    ['Not found. (name[1].product_id = x)', 'name[1].product_id'],
    ['Parameter is invalid. (key = other, reason = long)', undefined],
    ['Internal error.', undefined],
  ])('%s', (message, field) => {
    expect(fieldOf(new ApiError('ERROR_INVALID_PARAMETER', message, 400), fields)).toBe(field)
  })

  it('is about errors of the API only', () => {
    expect(fieldOf(new Error('(key = name)'), fields)).toBeUndefined()
  })
})

describe('problemsOf', () => {
  const wrong = readError(400, JSON.stringify({ detail: { code: 'ERROR_INVALID_PARAMETER', message: 'Parameter is invalid. (key = name)', violations: [
    { field: 'name', description: 'must be a name' },
    { field: 'name', description: 'must be short' },
    { field: 'items[1].sku', description: 'has the form "a"' },
    { description: 'of the whole' },
  ] } }))

  it('tells each field what is wrong with it', () => {
    expect(problemsOf(wrong, ['name', 'items'])).toEqual({ problems: { name: 'Must be a name.', 'items[1].sku': 'Has the form "a".' }, all: true })
  })

  it('says that there is more', () => {
    expect(problemsOf(wrong, ['name'])).toEqual({ problems: { name: 'Must be a name.' }, all: false })
    expect(problemsOf(new Error('gone'), ['name'])).toEqual({ problems: {}, all: false })
  })

  it('goes by the message where nothing else is known', () => {
    expect(problemsOf(new ApiError('ERROR_NOT_FOUND', 'Not found. (name = x)', 404), ['name'])).toEqual({ problems: { name: 'Not found. (name = x)' }, all: true })
  })
})
