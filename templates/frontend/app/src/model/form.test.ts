import { describe, expect, it } from 'vitest'
import type { Schema } from '../api/openapi'
import { choicesOf, type Field, fieldsOf } from './field'
import { document, region } from './fixture'
import { draftsOf, leadsTo, readForm } from './form'

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

describe('a form of fields with rules', () => {
  const definitions: Record<string, Schema> = {
    State: document.definitions['State']!,
    Money: { type: 'object', properties: { amount: { type: 'string', format: 'decimal' }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } } },
    Item: {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string' }, quantity: { type: 'integer', title: '+optional', minimum: 1, 'x-default': 2 }, price: { $ref: '#/definitions/Money', title: '+optional' } },
    },
  }
  const order = fieldsOf(
    { paths: {}, definitions },
    {
      properties: {
        note: { type: 'string', title: '+optional', maxLength: 3 },
        tags: { type: 'array', title: '+optional', items: { type: 'string', maxLength: 2 } },
        share: { type: 'string', format: 'decimal', title: '+optional', default: '0.5' },
        open: { type: 'boolean', title: '+optional', 'x-default': true },
        items: { type: 'array', items: { $ref: '#/definitions/Item' } },
        price: { $ref: '#/definitions/Money', title: '+optional' },
        state: { $ref: '#/definitions/State', title: '+optional', 'x-default': 'ENABLED', 'x-transitions': { ENABLED: ['DISABLED'] } },
      },
    },
  )
  const field = (name: string) => order.find((one) => one.name === name)!

  it('begins with what fields begin with', () => {
    expect(draftsOf(order)).toEqual({ note: '', tags: [], share: '0.5', open: true, items: [], price: { amount: '', currency: '' }, state: 'ENABLED' })
    expect(draftsOf(field('items').parts ?? [])).toEqual({ sku: '', quantity: '2', price: { amount: '', currency: '' } })
    expect(draftsOf(order, { items: [{ sku: 'a', price: { amount: '1', currency: 'EUR' } }] })).toMatchObject({ share: '', open: false, items: [{ sku: 'a', quantity: '', price: { amount: '1', currency: 'EUR' } }] })
  })

  it('reads messages, and leaves out what is empty in them', () => {
    const drafts = { ...draftsOf(order), items: [{ sku: 'a', quantity: '3', price: { amount: '1.50', currency: 'EUR' } }, { sku: 'b', quantity: '', price: { amount: '', currency: '' } }] }
    expect(readForm(order, drafts)).toEqual({
      request: { share: '0.5', open: true, state: 'ENABLED', items: [{ sku: 'a', quantity: '3', price: { amount: '1.50', currency: 'EUR' } }, { sku: 'b' }] },
      problems: {},
    })
  })

  it('says what is wrong, and where', () => {
    const drafts = { ...draftsOf(order), note: 'long', tags: ['ab', 'abc'], items: [{ sku: 'a', quantity: '0', price: {} }, { sku: '', quantity: '', price: { amount: 'x', currency: 'eur' } }] }
    expect(readForm(order, drafts).problems).toEqual({
      note: 'Give at most 3 characters; these are 4.',
      tags: 'Value 2: Give at most 2 characters; these are 3.',
      'items[0].quantity': 'Give at least 1.',
      'items[1].sku': 'Sku is required.',
      'items[1].price.amount': 'Give a number, as in 12.30.',
      'items[1].price.currency': 'Give something of the form ^[A-Z]{3}$.',
    })
    expect(readForm(order, draftsOf(order)).problems).toEqual({ items: 'Items is required.' })
  })

  it('sends a message as a whole if any of it has changed', () => {
    const before = draftsOf(order, { price: { amount: '1', currency: 'EUR' }, items: [{ sku: 'a' }] })
    expect(readForm(order, { ...before, price: { amount: '2', currency: 'EUR' } }, before).request).toEqual({ price: { amount: '2', currency: 'EUR' } })
  })

  it('offers the states that may follow', () => {
    expect(choicesOf(field('state'), true)).toEqual(['ENABLED'])
    expect(choicesOf(field('state'), false, 'ENABLED')).toEqual(['ENABLED', 'DISABLED'])
    expect(choicesOf(field('state'), false, 'DISABLED')).toEqual(['DISABLED'])
    expect(choicesOf(field('state'), false)).toEqual(['ENABLED', 'DISABLED'])
  })
})

it.each([
  ['items', 'items', true],
  ['items[0].sku', 'items', true],
  ['address.city', 'address', true],
  ['itemset', 'items', false],
  ['item', 'items', false],
])('%s leads to %s: %s', (path, field, leads) => {
  expect(leadsTo(path, field)).toBe(leads)
})
