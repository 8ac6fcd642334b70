import { describe, expect, it } from 'vitest'
import type { Field } from './field'
import { region } from './fixture'
import { draftsOf, readForm } from './form'

const fields = region().columns.map((column): Field => ({ ...column, required: column.name === 'name' }))
const row = {
  name: 'Seoul',
  state: 'ENABLED',
  size: '9007199254740993',
  cost: 0.5,
  is_default: true,
  labels: ['a'],
  tags: { a: { b: 1 } },
  created_at: '2026-01-31T12:00:00.123Z',
}

describe('a form that creates', () => {
  it('leaves out what is empty', () => {
    expect(readForm(fields, { ...draftsOf(fields), name: 'Seoul' })).toEqual({ request: { name: 'Seoul' }, problems: {} })
  })

  it('says what is missing', () => {
    expect(readForm(fields, draftsOf(fields)).problems).toEqual({ name: 'Name is required.' })
  })

  it('reads every kind of field', () => {
    const drafts = { ...draftsOf(fields), name: 'x', state: 'ENABLED', size: ' 9007199254740993', cost: '1.5', is_default: true, labels: ['a', ''], tags: '{"a": [1]}', created_at: '2026-01-31T12:00:00' }
    expect(readForm(fields, drafts)).toEqual({
      request: { name: 'x', state: 'ENABLED', size: '9007199254740993', cost: 1.5, is_default: true, labels: ['a', ''], tags: { a: [1] }, created_at: '2026-01-31T12:00:00.000Z' },
      problems: {},
    })
  })

  it.each([
    ['size', '1.5', 'Give a whole number.'],
    ['cost', 'much', 'Give a number.'],
    ['created_at', 'soon', 'Give a date and a time.'],
    ['tags', '{', 'This is no JSON'],
  ])('refuses %s: %s', (name, draft, problem) => {
    const { problems } = readForm(fields, { ...draftsOf(fields), name: 'x', [name]: draft })
    expect(problems).toEqual({ [name]: expect.stringContaining(problem) })
  })

  it('names the value of a list that is wrong', () => {
    const sizes: Field[] = [{ ...fields[0]!, name: 'sizes', kind: 'list', item: 'integer', required: false }]
    expect(readForm(sizes, { sizes: ['1', 'x'] }).problems).toEqual({ sizes: 'Value 2: Give a whole number.' })
    expect(readForm(sizes, { sizes: ['1', '2'] }).request).toEqual({ sizes: ['1', '2'] })
  })
})

describe('a form that changes', () => {
  const before = draftsOf(fields, row)

  it('sends nothing that is as it was', () => {
    expect(readForm(fields, before, before)).toEqual({ request: {}, problems: {} })
  })

  it('sends what is different, and what was emptied', () => {
    const drafts = { ...before, is_default: false, labels: [], size: '1', region_id: '' }
    expect(readForm(fields, { ...drafts, created_at: '' }, before).request).toEqual({ is_default: false, labels: [], size: '1', created_at: '' })
  })

  it.each([
    ['name', 'Name is required.'],
    ['size', 'Give a whole number.'],
    ['cost', 'Give a number.'],
    ['state', 'Choose a value.'],
    ['tags', 'This is no JSON'],
  ])('does not take %s for emptied', (name, problem) => {
    expect(readForm(fields, { ...before, [name]: '' }, before).problems).toEqual({ [name]: expect.stringContaining(problem) })
  })
})

it('fills a form whatever a row holds', () => {
  expect(draftsOf(fields, { name: null, state: 'STATE_NONE', labels: null, tags: null, is_default: 'yes', created_at: 'x' })).toMatchObject({
    name: '',
    state: '',
    labels: [],
    tags: '',
    is_default: false,
    created_at: '',
  })
})
