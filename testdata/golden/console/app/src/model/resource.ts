import { type Document, type Operation, refName, requestOf, resolve, responseOf, type Schema } from '../api/openapi'
import { type Field, fieldsOf, labelOf } from './field'

/** A method that can be called. */
export interface Method {
  /** The verb of its name: list, collect, add_users. */
  verb: string
  label: string
  path: string
  description: string
  /** The fields of its request. */
  fields: Field[]
}

/** Something that a service keeps, with all that can be done to it. */
export interface Resource {
  service: string
  /** Its part of the console's own addresses. */
  slug: string
  /** One of them: Cloud service. */
  title: string
  /** All of them: Cloud services. */
  plural: string
  /** What is told of each. */
  columns: Field[]
  /** The fields that single one out. */
  keys: string[]
  list: Method
  get?: Method
  create?: Method
  update?: Method
  remove?: Method
  stat?: Method
  /** What is done to one of them, beyond that. */
  actions: Method[]
  /** What is done to none in particular. */
  commands: Method[]
  /** Whether list takes a query, and whether its sort is a list or one key. */
  query: 'none' | 'keys' | 'key'
}

/** What the verbs are called that every resource may have. */
const known: Record<string, 'list' | 'get' | 'create' | 'update' | 'remove' | 'stat'> = {
  list: 'list',
  get: 'get',
  create: 'create',
  register: 'create',
  update: 'update',
  delete: 'remove',
  deregister: 'remove',
  stat: 'stat',
}

interface Endpoint {
  method: Method
  operation: Operation
}

/** The resources of a service: every group of methods of which one is list. */
export function resourcesOf(service: string, document: Document): Resource[] {
  const groups = new Map<string, Endpoint[]>()
  for (const [path, operations] of Object.entries(document.paths)) {
    const operation = operations['post']
    const slash = path.lastIndexOf('/')
    if (operation === undefined || slash <= 0 || path.includes('{')) {
      continue
    }
    const prefix = path.slice(0, slash)
    groups.set(prefix, [...(groups.get(prefix) ?? []), endpointOf(document, path, operation)])
  }
  const resources: Resource[] = []
  for (const [prefix, endpoints] of groups) {
    const resource = resourceOf(service, document, prefix, endpoints)
    if (resource === undefined) {
      continue
    }
    if (resources.some((other) => other.slug === resource.slug)) {
      resource.slug = prefix.split('/').slice(-2).join('-') // two versions of an API: v2-region
    }
    resources.push(resource)
  }
  link(resources)
  return resources.toSorted((a, b) => a.plural.localeCompare(b.plural))
}

/** Gives fields that hold identifiers the resources that they are of. */
function link(resources: readonly Resource[]): void {
  const within = (fields: readonly Field[]): void => {
    for (const field of fields) {
      const refers = resources.find((resource) => resource.slug === field.ref)
      if (refers !== undefined && refers.keys.length === 1) {
        field.refers = refers
      }
      within(field.parts ?? [])
    }
  }
  for (const resource of resources) {
    within(resource.columns)
    for (const method of [resource.create, resource.update, ...resource.actions, ...resource.commands]) {
      within(method?.fields ?? [])
    }
  }
}

function endpointOf(document: Document, path: string, operation: Operation): Endpoint {
  const last = path.slice(path.lastIndexOf('/') + 1).replaceAll('-', '_')
  const tag = operation.tags?.[0]
  const verb = tag !== undefined && operation.operationId?.startsWith(`${tag}_`) ? operation.operationId.slice(tag.length + 1) : last
  const description = operation.summary ?? operation.description ?? ''
  return {
    operation,
    method: { verb, path, description, label: labelOf(verb), fields: fieldsOf(document, requestOf(document, operation)) },
  }
}

function resourceOf(service: string, document: Document, prefix: string, endpoints: Endpoint[]): Resource | undefined {
  const list = endpoints.find(({ method }) => method.verb === 'list')
  const answer = resolve(document, responseOf(list?.operation))
  const info = resolve(document, answer.properties?.['results']?.items)
  if (list === undefined || info.properties === undefined) {
    return undefined // nothing that has rows
  }
  const tag = list.operation.tags?.[0] ?? prefix.slice(prefix.lastIndexOf('/') + 1)
  const resource: Resource = {
    service,
    slug: prefix.slice(prefix.lastIndexOf('/') + 1),
    title: labelOf(tag),
    plural: pluralOf(refName(responseOf(list.operation)), tag),
    columns: fieldsOf(document, info),
    keys: [],
    list: list.method,
    actions: [],
    commands: [],
    query: sortOf(document, list),
  }
  for (const { method } of endpoints) {
    const role = known[method.verb]
    if (role !== undefined) {
      resource[role] ??= method
    }
  }
  resource.keys = keysOf(resource, tag)
  settle(resource, endpoints.map(({ method }) => method))
  for (const { method } of endpoints) {
    if (known[method.verb] !== undefined) {
      continue
    }
    const names = method.fields.map((field) => field.name)
    const ofOne = resource.keys.length > 0 && resource.keys.every((key) => names.includes(key))
    ;(ofOne ? resource.actions : resource.commands).push(method)
  }
  return resource
}

/** RegionsInfo → Regions. */
function pluralOf(definition: string | undefined, tag: string): string {
  const name = definition?.replace(/^.*\./, '').replace(/Info$/, '')
  return labelOf(name !== undefined && name !== '' && name !== tag ? name : tag)
}

/** Its own ID; without one what get, or else delete, wants to know that is also told of each. */
function keysOf(resource: Resource, tag: string): string[] {
  const told = new Set(resource.columns.map((column) => column.name))
  const id = `${tag.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()}_id`
  if (told.has(id)) {
    return [id]
  }
  for (const method of [resource.get, resource.remove]) {
    const keys = (method?.fields ?? []).filter((field) => field.required && !field.scope && told.has(field.name)).map((field) => field.name)
    if (keys.length > 0) {
      return keys
    }
  }
  return []
}

/**
 * Settles what only the whole tells: which fields say whose something is, and
 * which are required. Not every API marks the optional ones; of one that marks
 * none nothing is known, and the service will say what it misses.
 */
function settle(resource: Resource, methods: Method[]): void {
  const marked = methods.some((method) => method.fields.some((field) => !field.required))
  for (const field of [...resource.columns, ...methods.flatMap((method) => method.fields)]) {
    const key = resource.keys.includes(field.name)
    field.scope &&= !key
    field.required &&= (marked && !field.scope) || key
  }
}

function sortOf(document: Document, list: Endpoint): Resource['query'] {
  const query = requestOf(document, list.operation).properties?.['query']
  if (query === undefined) {
    return 'none'
  }
  const sort: Schema = resolve(document, resolve(document, query).properties?.['sort'])
  return sort.type === 'array' ? 'keys' : 'key'
}

/** The values of the fields that single a row out, as a request needs them. */
export function keyOf(resource: Resource, row: Row): Row {
  return Object.fromEntries(resource.keys.map((key) => [key, row[key]]))
}

/** What a row is called where there is room for one text. */
export function nameOf(resource: Resource, row: Row): string {
  const id = resource.keys.map((key) => String(row[key] ?? '')).join(' ')
  const name = [row['name'], row['title']].find((text) => typeof text === 'string' && text !== '')
  return typeof name === 'string' ? name : id
}

/** A message of the API. */
export type Row = Record<string, unknown>
