import { expect, it } from 'vitest'
import type { Schema } from '../api/openapi'
import { breach, hintOf, rulesOf } from './rule'

it.each<[Schema, string, string | undefined]>([
  [{ minimum: 1, maximum: 10 }, '0', 'Give at least 1.'],
  [{ minimum: 1, maximum: 10 }, '11', 'Give at most 10.'],
  [{ minimum: 1, maximum: 10 }, '10', undefined],
  [{ 'x-minimum': '0' }, '-1', 'Give at least 0.'],
  [{ minimum: 1, exclusiveMinimum: true }, '1', 'Give more than 1.'],
  [{ maximum: 1, exclusiveMaximum: true }, '1', 'Give less than 1.'],
  [{ 'x-maximum': '9007199254740993' }, '9007199254740994', 'Give at most 9007199254740993.'],
  [{ format: 'decimal', 'x-maximum': '1.5' }, '1.50', undefined],
  [{ format: 'decimal', 'x-maximum': '1.5' }, '1.5000000000000000001', 'Give at most 1.5.'],
  [{ format: 'decimal', 'x-minimum': '-0.5' }, '-0.6', 'Give at least -0.5.'],
  [{ format: 'decimal' }, '1e3', 'Give a number, as in 12.30.'],
  [{ format: 'date', 'x-minimum': '1900-01-01' }, '1899-12-31', 'Give at least 1900-01-01.'],
  [{ format: 'date' }, 'today', 'Give a day, as in 2026-01-31.'],
  [{ format: 'duration', 'x-maximum': '90m' }, '90s', undefined],
  [{ format: 'duration' }, '90', 'Give seconds, as in 90s.'],
  [{ minLength: 2 }, 'a', 'Give at least 2 characters.'],
  [{ maxLength: 1 }, 'ab', 'Give at most 1 character; these are 2.'],
  [{ maxLength: 1 }, '😀', undefined],
  [{ pattern: '^[A-Z]{2}$' }, 'de', 'Give something of the form ^[A-Z]{2}$.'],
  [{ pattern: '^[A-Z]{2}$' }, 'DE', undefined],
  [{ pattern: '(?i)^a' }, 'b', undefined], // the service's expressions are not all the browser's
  [{ format: 'email' }, 'nobody', 'Give an email address.'],
  [{ format: 'uri' }, 'nowhere', 'Give an address, as in https://example.com.'],
  [{ format: 'uuid' }, '0', 'Give a UUID.'],
  [{ format: 'ip' }, 'host', 'Give an IP address.'],
  [{ format: 'int64' }, '5', undefined],
])('%j: %s', (schema, text, problem) => {
  expect(breach(rulesOf(schema), text)).toBe(problem)
})

it.each<[Schema, string]>([
  [{}, ''],
  [{ minimum: 1, maximum: 10 }, 'At least 1, at most 10.'],
  [{ maxLength: 500, pattern: '^a' }, 'At most 500 characters; of the form ^a.'],
  [{ format: 'duration' }, 'In seconds, as in 90s.'],
])('tells %j', (schema, hint) => {
  expect(hintOf(rulesOf(schema))).toBe(hint)
})
