import { type Document, resolve, type Schema } from '../api/openapi'

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
}

/** The names of fields that say whose something is. */
const scopes = new Set(['domain_id', 'workspace_id', 'user_projects'])

/** The fields of a message, in the order of its definition. */
export function fieldsOf(document: Document, message: Schema): Field[] {
  return Object.entries(message.properties ?? {}).map(([name, schema]) => fieldOf(document, name, schema))
}

function fieldOf(document: Document, name: string, schema: Schema): Field {
  const resolved = resolve(document, schema)
  // Of a reference only what stands beside it is said about this field.
  const said = [schema.title, schema.description].filter((text) => text !== undefined).join('\n')
  const kind = kindOf(name, resolved)
  const items = resolve(document, resolved.items)
  const item = kind === 'list' ? kindOf('', items) : 'text'
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
    ...(resolved.properties || items.properties ? { example: JSON.stringify(exampleOf(document, resolved), null, 2) } : {}),
  }
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
