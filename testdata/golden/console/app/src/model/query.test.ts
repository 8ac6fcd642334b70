import { describe, expect, it } from 'vitest'
import { region } from './fixture'
import { type Filter, groupsOf, listRequest, operatorsOf, readView, sortable, statRequest, valueOf, type View, writeView } from './query'

const plain: View = { filters: [], keyword: '', page: 1, size: 20 }
const field = (name: string) => region().columns.find((column) => column.name === name)!

describe('listRequest', () => {
  it('asks for a page', () => {
    expect(listRequest(region(), { ...plain, page: 3, size: 50 })).toEqual({ query: { page: { start: 101, limit: 50 } } })
  })

  it('asks for what is chosen', () => {
    const filters: Filter[] = [
      { key: 'name', operator: 'in', value: 'a, b' },
      { key: 'size', operator: 'gte', value: '5' },
      { key: 'tags.team', operator: 'eq', value: 'x y' },
      { key: 'gone', operator: 'eq', value: 'x' },
      { key: 'size', operator: 'eq', value: 'x' },
    ]
    expect(listRequest(region(), { ...plain, filters, keyword: ' word ', sort: { key: 'name', desc: true } })).toEqual({
      query: {
        page: { start: 1, limit: 20 },
        filter: [
          { key: 'name', operator: 'in', value: ['a', 'b'] },
          { key: 'size', operator: 'gte', value: 5 },
          { key: 'tags.team', operator: 'eq', value: 'x y' },
        ],
        keyword: 'word',
        sort: [{ key: 'name', desc: true }],
      },
    })
  })

  it('writes sort as the API wants it', () => {
    const sort = { key: 'name', desc: false }
    expect(listRequest({ ...region(), query: 'key' }, { ...plain, sort })).toMatchObject({ query: { sort } })
    expect(listRequest({ ...region(), query: 'none' }, { ...plain, sort })).toEqual({})
  })
})

describe('valueOf', () => {
  it.each<[string, string, string, unknown]>([
    ['name', 'eq', ' x ', 'x'],
    ['size', 'eq', '12', 12],
    ['cost', 'lt', '1e3', 1000],
    ['is_default', 'eq', 'false', false],
    ['created_at', 'datetime_gte', '2026-01-31T12:00', '2026-01-31T12:00:00.000Z'],
    ['created_at', 'datetime_gte', '2026-01-31T12:00:00+09:00', '2026-01-31T03:00:00.000Z'],
    ['tags', 'exists', '', true],
    ['tags', 'exists', 'false', false],
    ['state', 'not_in', 'ENABLED,', ['ENABLED']],
  ])('%s %s %s', (key, operator, value, want) => {
    expect(valueOf(field(key), { key, operator, value })).toEqual({ value: want })
  })

  it.each([
    ['name', 'eq', '  '],
    ['name', 'in', ' , '],
    ['size', 'eq', '1.5'],
    ['cost', 'eq', 'much'],
    ['created_at', 'datetime_gte', 'yesterday'],
  ])('%s %s %s is refused', (key, operator, value) => {
    expect(valueOf(field(key), { key, operator, value })).toHaveProperty('problem')
  })
})

it('offers conditions for every kind of field', () => {
  for (const column of region().columns) {
    expect(operatorsOf(column).length, column.name).toBeGreaterThan(0)
  }
  expect(region().columns.filter((column) => !sortable(column)).map((column) => column.name)).toEqual(['labels', 'states', 'parts', 'tags'])
})

it('keeps a view in the address', () => {
  const view: View = {
    filters: [
      { key: 'tags.a b', operator: 'eq', value: '' },
      { key: 'name', operator: 'contain', value: 'x & y = z\n+1' },
    ],
    keyword: 'ü?#',
    sort: { key: 'name', desc: true },
    page: 2,
    size: 100,
  }
  const whole = { ...view, filters: view.filters.slice(1) }
  expect(readView(writeView(whole))).toEqual(whole)
  expect(writeView(plain)).toBe('')
  expect(readView('')).toEqual({ ...plain, sort: undefined })
})

it('passes over what an address says wrongly', () => {
  expect(readView('?page=-1&size=7&filter=x&filter=name+constructor+x&sort=')).toEqual({ ...plain, sort: undefined })
})

it('asks for statistics of what the list shows', () => {
  const view = { ...plain, filters: [{ key: 'name', operator: 'eq', value: 'x' }], page: 3, sort: { key: 'name', desc: true } }
  expect(statRequest(region(), view, 'state', { operator: 'count' }, 5)).toEqual({
    query: {
      aggregate: [{ group: { keys: [{ key: 'state', name: 'group' }], fields: [{ name: 'value', operator: 'count' }] } }, { sort: [{ key: 'value', desc: true }] }, { limit: 5 }],
      filter: [{ key: 'name', operator: 'eq', value: 'x' }],
    },
  })
  expect(statRequest(region(), plain, 'state', { operator: 'sum', key: 'size' }, 5)).toMatchObject({
    query: { aggregate: [{ group: { fields: [{ name: 'value', operator: 'sum', key: 'size' }] } }, {}, {}] },
  })
})

it('reads groups', () => {
  expect(groupsOf({ results: [{ group: 'aws', value: 3 }, { group: '', value: '2' }, { group: null }] })).toEqual([
    { label: 'aws', value: 3 },
    { label: '(none)', value: 2 },
    { label: '(none)', value: 0 },
  ])
  expect(groupsOf({})).toEqual([])
})
