import type { Field } from './field'
import type { Row } from './resource'

/** What stands in a form's fields while people type. */
export type Draft = string | boolean | string[]
export type Drafts = Record<string, Draft>

/** What was read out of a form: a request, or what is wrong with which field. */
export interface Reading {
  request: Row
  problems: Record<string, string>
}

/** Fills a form, with nothing or with a row. */
export function draftsOf(fields: readonly Field[], row: Row = {}): Drafts {
  return Object.fromEntries(fields.map((field) => [field.name, draftOf(field, row[field.name])]))
}

function draftOf(field: Field, value: unknown): Draft {
  switch (field.kind) {
    case 'boolean':
      return value === true
    case 'list':
      return Array.isArray(value) ? value.map(String) : []
    case 'json':
      return value === undefined || value === null ? '' : JSON.stringify(value, null, 2)
    case 'time':
      return localTime(value)
    case 'enum':
      return field.options.includes(String(value)) ? String(value) : ''
    default:
      return value === undefined || value === null ? '' : String(value)
  }
}

/** What an input for times takes: UTC, to the second, without a zone. */
function localTime(value: unknown): string {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 19)
}

/**
 * Reads a form. Empty fields are left out; of one that was filled with a row
 * only what has changed is sent, so that nothing is overwritten that somebody
 * else has changed meanwhile.
 */
export function readForm(fields: readonly Field[], drafts: Drafts, before?: Drafts): Reading {
  const request: Row = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const draft = drafts[field.name] ?? ''
    if (before !== undefined && same(draft, before[field.name] ?? '')) {
      continue
    }
    const empty = isEmpty(draft)
    if (empty && field.required && field.kind !== 'boolean') {
      problems[field.name] = `${field.label} is required.`
    } else if (empty && before === undefined) {
      continue
    } else {
      const read = readDraft(field, draft)
      if ('problem' in read) {
        problems[field.name] = read.problem
      } else {
        request[field.name] = read.value
      }
    }
  }
  return { request, problems }
}

function isEmpty(draft: Draft): boolean {
  return typeof draft === 'string' ? draft.trim() === '' : typeof draft === 'boolean' ? !draft : draft.length === 0
}

function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function readDraft(field: Field, draft: Draft): { value: unknown } | { problem: string } {
  if (typeof draft === 'boolean') {
    return { value: draft }
  }
  if (typeof draft !== 'string') {
    const values: unknown[] = []
    for (const [index, item] of draft.entries()) {
      const read = readText(field.item, item)
      if ('problem' in read) {
        return { problem: `Value ${index + 1}: ${read.problem}` }
      }
      values.push(read.value)
    }
    return { value: values }
  }
  if (draft.trim() === '' && field.kind === 'enum') {
    return { problem: 'Choose a value.' }
  }
  if (draft.trim() === '' && field.kind === 'time') {
    return { value: '' }
  }
  return readText(field.kind, draft)
}

function readText(kind: Field['kind'], text: string): { value: unknown } | { problem: string } {
  switch (kind) {
    case 'integer':
      // As text, as JSON has it for large numbers: no digit is lost.
      return /^-?\d+$/.test(text.trim()) ? { value: text.trim() } : { problem: 'Give a whole number.' }
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? { value: Number(text) } : { problem: 'Give a number.' }
    case 'boolean':
      return { value: text === 'true' }
    case 'time': {
      const time = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
      return Number.isNaN(time) ? { problem: 'Give a date and a time.' } : { value: new Date(time).toISOString() }
    }
    case 'json':
      try {
        return { value: JSON.parse(text) }
      } catch (error) {
        return { problem: `This is no JSON: ${(error as Error).message}` }
      }
    default:
      return { value: text }
  }
}
