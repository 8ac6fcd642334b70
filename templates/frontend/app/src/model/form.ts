import type { Field } from './field'
import type { Row } from './resource'
import { breach } from './rule'

/** What stands in a form's fields while people type. */
export type Draft = string | boolean | Draft[] | Drafts
export interface Drafts {
  [name: string]: Draft
}

/** What is wrong with which field, by its path: items[1].quantity. */
export type Problems = Record<string, string>

/** What was read out of a form: a request, or what is wrong. */
export interface Reading {
  request: Row
  problems: Problems
}

/** Fills a form, with a row or with what fields begin with. */
export function draftsOf(fields: readonly Field[], row?: Row): Drafts {
  return Object.fromEntries(fields.map((field) => [field.name, row === undefined && field.initial !== '' ? field.initial : draftOf(field, row?.[field.name])]))
}

function draftOf(field: Field, value: unknown): Draft {
  if (field.parts !== undefined) {
    const { parts } = field
    return field.many ? (Array.isArray(value) ? value : []).map((one) => draftsOf(parts, asRow(one))) : draftsOf(parts, asRow(value))
  }
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

function asRow(value: unknown): Row {
  return typeof value === 'object' && value !== null ? (value as Row) : {}
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
  const problems: Problems = {}
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
      } else if ('problems' in read) {
        Object.assign(problems, read.problems)
      } else {
        request[field.name] = read.value
      }
    }
  }
  return { request, problems }
}

/** Whether a problem's path leads to a field, or into it. */
export function leadsTo(path: string, field: string): boolean {
  return path === field || (path.startsWith(field) && /^[.[]/.test(path.slice(field.length)))
}

function isEmpty(draft: Draft): boolean {
  if (typeof draft === 'string') {
    return draft.trim() === ''
  }
  return typeof draft === 'boolean' ? !draft : Array.isArray(draft) ? draft.length === 0 : Object.values(draft).every(isEmpty)
}

function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

type Read = { value: unknown } | { problem: string }

/** Reads messages, each field by itself. */
function readMessages(field: Field, parts: readonly Field[], draft: Draft): { value: unknown } | { problems: Problems } {
  const readings = (Array.isArray(draft) ? draft : [draft]).map((one) => readForm(parts, one as Drafts))
  const problems = readings.flatMap((reading, index) =>
    Object.entries(reading.problems).map(([path, problem]) => [`${field.name}${field.many ? `[${index}]` : ''}.${path}`, problem] as const),
  )
  const values = readings.map((reading) => reading.request)
  return problems.length > 0 ? { problems: Object.fromEntries(problems) } : { value: field.many ? values : values[0] }
}

function readDraft(field: Field, draft: Draft): Read | { problems: Problems } {
  if (field.parts !== undefined) {
    return readMessages(field, field.parts, draft)
  }
  if (typeof draft === 'boolean') {
    return { value: draft }
  }
  if (typeof draft !== 'string') {
    const values: unknown[] = []
    for (const [index, item] of (draft as string[]).entries()) {
      const read = readRuled(field, field.item, item)
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
  return readRuled(field, field.kind, draft)
}

function readRuled(field: Field, kind: Field['kind'], text: string): Read {
  const read = readText(kind, text)
  const emptied = kind === 'text' && text.trim() === ''
  const problem = 'problem' in read || emptied || kind === 'time' || kind === 'json' ? undefined : breach(field.rules, kind === 'text' ? text : text.trim())
  return problem === undefined ? read : { problem }
}

function readText(kind: Field['kind'], text: string): Read {
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
