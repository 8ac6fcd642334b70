import type { Schema } from '../api/openapi'

/** What a value has to keep to. The service has the last word. */
export interface Rules {
  format: string
  /** The least and the greatest value, as text: no digit is lost. */
  min?: string
  max?: string
  /** Whether it has to be more than the least, or less than the greatest. */
  above: boolean
  below: boolean
  minLength: number
  maxLength?: number
  pattern?: string
}

/** Reads what a schema says. */
export function rulesOf(schema: Schema): Rules {
  const min = schema['x-minimum'] ?? schema.minimum
  const max = schema['x-maximum'] ?? schema.maximum
  return {
    format: schema.format ?? '',
    above: schema.exclusiveMinimum === true,
    below: schema.exclusiveMaximum === true,
    minLength: schema.minLength ?? 0,
    ...(min !== undefined && { min: String(min) }),
    ...(max !== undefined && { max: String(max) }),
    ...(schema.maxLength !== undefined && { maxLength: schema.maxLength }),
    ...(schema.pattern !== undefined && { pattern: schema.pattern }),
  }
}

/** What is told of rules before anything is typed. */
export function hintOf(rules: Rules): string {
  const hints: string[] = []
  const least = rules.min === undefined ? '' : `${rules.above ? 'more than' : 'at least'} ${rules.min}`
  const most = rules.max === undefined ? '' : `${rules.below ? 'less than' : 'at most'} ${rules.max}`
  if (least !== '' || most !== '') {
    hints.push([least, most].filter((text) => text !== '').join(', '))
  }
  if (rules.minLength > 1) {
    hints.push(`at least ${rules.minLength} characters`)
  }
  if (rules.maxLength !== undefined) {
    hints.push(`at most ${characters(rules.maxLength)}`)
  }
  if (rules.pattern !== undefined) {
    hints.push(`of the form ${rules.pattern}`)
  }
  if (rules.format === 'duration') {
    hints.push('in seconds, as in 90s')
  }
  const text = hints.join('; ')
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** Says what is wrong with a value; undefined: nothing that is known here. */
export function breach(rules: Rules, text: string): string | undefined {
  return formBreach(rules, text) ?? boundBreach(rules, text)
}

const forms: Record<string, { is: (text: string) => boolean; problem: string }> = {
  email: { is: (text) => /^[^\s@]+@[^\s@]+$/.test(text), problem: 'Give an email address.' },
  uri: { is: (text) => URL.canParse(text), problem: 'Give an address, as in https://example.com.' },
  uuid: { is: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text), problem: 'Give a UUID.' },
  ip: { is: (text) => /^[\da-f.:]+$/i.test(text), problem: 'Give an IP address.' },
  date: { is: (text) => /^\d{4}-\d\d-\d\d$/.test(text), problem: 'Give a day, as in 2026-01-31.' },
  decimal: { is: (text) => plain.test(text), problem: 'Give a number, as in 12.30.' },
  duration: { is: (text) => /^-?\d+(\.\d+)?s$/.test(text), problem: 'Give seconds, as in 90s.' },
}

function formBreach(rules: Rules, text: string): string | undefined {
  const form = forms[rules.format]
  if (form !== undefined && !form.is(text)) {
    return form.problem
  }
  const length = [...text].length
  if (length < rules.minLength) {
    return `Give at least ${characters(rules.minLength)}.`
  }
  if (rules.maxLength !== undefined && length > rules.maxLength) {
    return `Give at most ${characters(rules.maxLength)}; these are ${length}.`
  }
  if (rules.pattern !== undefined && matches(rules.pattern, text) === false) {
    return `Give something of the form ${rules.pattern}.`
  }
  return undefined
}

function boundBreach(rules: Rules, text: string): string | undefined {
  const least = rules.min === undefined ? undefined : compare(text, rules.min, rules.format)
  if (rules.min !== undefined && least !== undefined && (least < 0 || (least === 0 && rules.above))) {
    return `Give ${rules.above ? 'more than' : 'at least'} ${rules.min}.`
  }
  const most = rules.max === undefined ? undefined : compare(text, rules.max, rules.format)
  if (rules.max !== undefined && most !== undefined && (most > 0 || (most === 0 && rules.below))) {
    return `Give ${rules.below ? 'less than' : 'at most'} ${rules.max}.`
  }
  return undefined
}

function characters(n: number): string {
  return n === 1 ? '1 character' : `${n} characters`
}

/** Whether a text matches; undefined: the service's expressions are not all the browser's. */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return undefined
  }
}

const plain = /^-?\d+(\.\d+)?$/

/** Compares days, or numbers to their last digit; undefined: it cannot be told here. */
function compare(a: string, b: string, format: string): number | undefined {
  if (format === 'date') {
    return a < b ? -1 : a > b ? 1 : 0
  }
  if (!plain.test(a) || !plain.test(b)) {
    const difference = format === 'duration' ? Number.NaN : Number(a) - Number(b)
    return Number.isNaN(difference) ? undefined : difference
  }
  const places = Math.max(placesOf(a), placesOf(b))
  const difference = scaled(a, places) - scaled(b, places)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function placesOf(number: string): number {
  return number.split('.')[1]?.length ?? 0
}

function scaled(number: string, places: number): bigint {
  const [whole = '', fraction = ''] = number.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}
