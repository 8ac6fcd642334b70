import { type Document, resolve, type Schema } from '../api/openapi'
import type { Resource } from './resource'
import { type Rules, rulesOf } from './rule'

/** How a value is shown and edited. */
export type Kind = 'text' | 'integer' | 'number' | 'boolean' | 'enum' | 'time' | 'json' | 'list'

/** A field of a message. */
export interface Field {
  name: string
  label: string
  kind: Kind
  required: boolean
  description: string
  /** The values of an enum, without the one that stands for none. */
  options: string[]
  /** What the elements of a list are. */
  item: Kind
  /** Not to be shown while it is typed. */
  secret: boolean
  /** Whose it is: what the services know of themselves and rarely are told. */
  scope: boolean
  /** What a document of it looks like, where its form is known. */
  example?: string
  /** The service sets it, and no request has it. */
  readOnly: boolean
  /** It is set when something is created, and never changed. */
  immutable: boolean
  /** What it begins with; empty: nothing is known. */
  initial: string | boolean
  /** What a value has to keep to, or each value of a list. */
  rules: Rules
  /** The fields of a message, where each has an input of its own. */
  parts?: Field[]
  /** Whether it is a list of such messages. */
  many: boolean
  /** Which values may follow which. */
  next?: Record<string, string[]>
  /** Whose identifier it holds: a part of an address, and the resource once it is known. */
  ref?: string
  refers?: Resource
}

/** The names of fields that say whose something is. */
const scopes = new Set(['domain_id', 'workspace_id', 'user_projects'])

/** The fields of a message, in the order of its definition. */
export function fieldsOf(document: Document, message: Schema): Field[] {
  return Object.entries(message.properties ?? {}).map(([name, schema]) => fieldOf(document, name, schema))
}

/** How deep messages in messages are asked for by inputs; what is deeper is one document. */
const inputsDeep = 2

function fieldOf(document: Document, name: string, schema: Schema, deep = inputsDeep): Field {
  const resolved = resolve(document, schema)
  // Of a reference only what stands beside it is said about this field.
  const said = [schema.title, schema.description].filter((text) => text !== undefined).join('\n')
  const kind = kindOf(name, resolved)
  const items = resolve(document, resolved.items)
  const item = kind === 'list' ? kindOf('', items) : 'text'
  const parts = partsOf(document, kind === 'list' ? items : resolved, deep)
  const given = schema['x-default'] ?? (resolved.enum === undefined ? resolved.default : undefined)
  return {
    name,
    label: labelOf(name),
    // A list of lists or of messages is edited as one document.
    kind: kind === 'list' && (item === 'json' || item === 'list') ? 'json' : kind,
    required: !said.includes('+optional'),
    description: describe(said),
    options: optionsOf(kind === 'list' ? items : resolved),
    item,
    secret: kind === 'text' && /password|secret|token$/.test(name),
    scope: scopes.has(name),
    readOnly: resolved.readOnly === true,
    immutable: schema['x-immutable'] === true,
    initial: typeof given === 'boolean' ? given : String(given ?? ''),
    rules: kind === 'list' ? rulesOf({ ...schema, ...items }) : rulesOf(resolved),
    many: kind === 'list' && parts !== undefined,
    ...(parts && { parts }),
    ...(schema['x-transitions'] && { next: schema['x-transitions'] }),
    ...(schema['x-ref'] !== undefined && { ref: schema['x-ref'] }),
    ...(resolved.properties || items.properties ? { example: JSON.stringify(exampleOf(document, resolved), null, 2) } : {}),
  }
}

/** The fields of a message, if all of it can be asked for by inputs. */
function partsOf(document: Document, schema: Schema, deep: number): Field[] | undefined {
  const entries = Object.entries(schema.properties ?? {})
  if (entries.length === 0 || deep === 0) {
    return undefined
  }
  const parts = entries.map(([name, part]) => fieldOf(document, name, part, deep - 1))
  if (parts.some((part) => part.kind === 'json' && part.parts === undefined)) {
    return undefined
  }
  // An API that marks none optional says which are required, or nothing is known.
  const marked = parts.some((part) => !part.required)
  for (const part of parts) {
    part.required = (marked && part.required) || (schema.required ?? []).includes(part.name)
  }
  return parts
}

/** What may be chosen: of states those that may follow the one that it has. */
export function choicesOf(field: Field, creates: boolean, now?: unknown): string[] {
  if (field.next === undefined) {
    return field.options
  }
  if (typeof now === 'string' && field.options.includes(now)) {
    return [now, ...(field.next[now] ?? [])]
  }
  return creates && typeof field.initial === 'string' && field.initial !== '' ? [field.initial] : field.options
}

/** How deep an example goes: messages may hold themselves. */
const depth = 3

function exampleOf(document: Document, schema: Schema, level = 0): unknown {
  const resolved = resolve(document, schema)
  if (resolved.enum !== undefined) {
    return optionsOf(resolved)[0] ?? ''
  }
  switch (resolved.type) {
    case 'boolean':
      return false
    case 'integer':
    case 'number':
      return 0
    case 'string':
      return ''
    case 'array':
      return level < depth ? [exampleOf(document, resolved.items ?? {}, level + 1)] : []
    default:
      return Object.fromEntries(level < depth ? Object.entries(resolved.properties ?? {}).map(([name, part]) => [name, exampleOf(document, part, level + 1)]) : [])
  }
}

function kindOf(name: string, schema: Schema): Kind {
  if (schema.enum !== undefined) {
    return 'enum'
  }
  switch (schema.type) {
    case 'boolean':
      return 'boolean'
    case 'integer':
      return 'integer'
    case 'number':
      return 'number'
    case 'array':
      return 'list'
    case 'string':
      if (schema.format === 'int64' || schema.format === 'uint64') {
        return 'integer' // JSON writes them as text, so that no digit is lost
      }
      return schema.format === 'date-time' || name.endsWith('_at') ? 'time' : 'text'
    default:
      return 'json'
  }
}

/** The value of an enum that stands for none is the first and its default. */
function optionsOf(schema: Schema): string[] {
  return (schema.enum ?? []).filter((value) => value !== schema.default)
}

/** Notes for tools, such as +optional, are nothing for people. */
function describe(said: string): string {
  return said.split('\n').filter((line) => !line.trim().startsWith('+')).join(' ').trim()
}

const abbreviations = new Set(['id', 'url', 'uri', 'ip', 'api', 'cpu', 'os', 'vm', 'dns', 'json', 'mfa'])

/** region_code → Region code, CloudService → Cloud service. */
export function labelOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .map((word) => word.toLowerCase())
    .map((word) => (abbreviations.has(word) ? word.toUpperCase() : word))
  const text = words.join(' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}
