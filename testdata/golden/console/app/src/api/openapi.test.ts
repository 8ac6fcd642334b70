import { expect, it } from 'vitest'
import { readDocument, requestOf, resolve } from './openapi'

it('refuses what is no document', () => {
  for (const content of [null, 'x', {}, { paths: 1 }]) {
    expect(() => readDocument(content)).toThrow('describes its API in a way')
  }
  expect(readDocument({ paths: {} })).toEqual({ paths: {}, definitions: {} })
})

it('keeps what stands beside a reference', () => {
  const document = readDocument({ paths: {}, definitions: { State: { type: 'string', title: 'of all', enum: ['NONE', 'ON'] } } })
  expect(resolve(document, { $ref: '#/definitions/State', title: '+optional' })).toEqual({ type: 'string', title: '+optional', enum: ['NONE', 'ON'] })
  expect(resolve(document, { $ref: '#/definitions/Gone' })).toEqual({})
  expect(requestOf(document, undefined)).toEqual({})
})
