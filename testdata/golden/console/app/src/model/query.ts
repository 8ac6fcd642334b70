import type { Field } from './field'
import type { Resource } from './resource'

/** One condition of a list. */
export interface Filter {
  /** A field, or a path into one: tags.team. */
  key: string
  operator: string
  /** As it was typed. */
  value: string
}

/** What a list shows: all of it stands in the page's address. */
export interface View {
  filters: Filter[]
  keyword: string
  sort?: { key: string; desc: boolean } | undefined
  page: number
  size: number
}

/** The numbers of rows that a page may have. */
export const sizes = [10, 20, 50, 100]

/** What an operator is called. */
export const operators: Record<string, string> = {
  eq: 'is',
  not: 'is not',
  contain: 'contains',
  not_contain: 'does not contain',
  in: 'is one of',
  not_in: 'is none of',
  regex: 'matches',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  datetime_gte: 'is not before',
  datetime_lte: 'is not after',
  exists: 'is there',
}

/** What may be asked of a field. */
export function operatorsOf(field: Field): string[] {
  switch (field.kind) {
    case 'text':
      return ['contain', 'not_contain', 'eq', 'not', 'in', 'not_in', 'regex']
    case 'enum':
      return ['eq', 'not', 'in', 'not_in']
    case 'boolean':
      return ['eq']
    case 'integer':
    case 'number':
      return ['eq', 'not', 'gt', 'gte', 'lt', 'lte']
    case 'time':
      return ['datetime_gte', 'datetime_lte']
    case 'list':
      return ['in', 'not_in', 'contain']
    case 'json':
      return ['eq', 'not', 'contain', 'exists']
  }
}

/** Whether rows can be put in order by a field. */
export function sortable(field: Field): boolean {
  return field.kind !== 'json' && field.kind !== 'list'
}

const severalValues = new Set(['in', 'not_in'])

/** Reads what was typed into what the API compares with, or says why not. */
export function valueOf(field: Field, filter: Filter): { value: unknown } | { problem: string } {
  const typed = filter.value.trim()
  if (filter.operator === 'exists') {
    return { value: typed !== 'false' }
  }
  if (severalValues.has(filter.operator)) {
    const values = typed.split(',').map((value) => value.trim()).filter((value) => value !== '')
    return values.length > 0 ? { value: values } : { problem: 'Give values, separated by commas.' }
  }
  if (typed === '') {
    return { problem: 'Give a value.' }
  }
  switch (field.kind) {
    case 'integer':
      return /^-?\d+$/.test(typed) ? { value: Number(typed) } : { problem: 'Give a whole number.' }
    case 'number':
      return Number.isFinite(Number(typed)) ? { value: Number(typed) } : { problem: 'Give a number.' }
    case 'boolean':
      return { value: typed === 'true' }
    case 'time': {
      const time = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(typed) ? typed : `${typed}Z`)
      return Number.isNaN(time) ? { problem: 'Give a date and a time.' } : { value: new Date(time).toISOString() }
    }
    default:
      return { value: typed }
  }
}

/** The field that a filter's key leads to. */
export function fieldAt(resource: Resource, key: string): Field | undefined {
  const name = key.split('.')[0]
  return resource.columns.find((column) => column.name === name)
}

function filtersOf(resource: Resource, view: View): unknown[] {
  const filters: unknown[] = []
  for (const filter of view.filters) {
    const field = fieldAt(resource, filter.key)
    const read = field && valueOf(field, filter)
    if (read !== undefined && 'value' in read) {
      filters.push({ key: filter.key, operator: filter.operator, value: read.value })
    }
  }
  return filters
}

/** The request of list. */
export function listRequest(resource: Resource, view: View): Record<string, unknown> {
  if (resource.query === 'none') {
    return {}
  }
  const query: Record<string, unknown> = { page: { start: (view.page - 1) * view.size + 1, limit: view.size } }
  const filter = filtersOf(resource, view)
  if (filter.length > 0) {
    query['filter'] = filter
  }
  if (view.keyword.trim() !== '') {
    query['keyword'] = view.keyword.trim()
  }
  if (view.sort !== undefined) {
    query['sort'] = resource.query === 'keys' ? [view.sort] : view.sort
  }
  return { query }
}

/** What is computed of each group. */
export interface Measure {
  operator: 'count' | 'sum' | 'average' | 'max' | 'min'
  /** Of which field; count needs none. */
  key?: string | undefined
}

/** The request of stat: the largest groups of what the list would show. */
export function statRequest(resource: Resource, view: View, by: string, measure: Measure, limit: number): Record<string, unknown> {
  const field = { name: 'value', operator: measure.operator, ...(measure.operator === 'count' ? {} : { key: measure.key }) }
  const query: Record<string, unknown> = {
    aggregate: [{ group: { keys: [{ key: by, name: 'group' }], fields: [field] } }, { sort: [{ key: 'value', desc: true }] }, { limit }],
  }
  const filter = filtersOf(resource, view)
  if (filter.length > 0) {
    query['filter'] = filter
  }
  if (view.keyword.trim() !== '') {
    query['keyword'] = view.keyword.trim()
  }
  return { query }
}

/** One bar of a chart. */
export interface Group {
  label: string
  value: number
}

/** Reads the answer of stat. */
export function groupsOf(answer: unknown): Group[] {
  const { results } = answer as { results?: { group?: unknown; value?: unknown }[] }
  return (results ?? []).map(({ group, value }) => ({ label: group === null || group === undefined || group === '' ? '(none)' : String(group), value: Number(value ?? 0) }))
}

/** What a page's address says. What it says wrongly is passed over. */
export function readView(search: string): View {
  const query = new URLSearchParams(search)
  const filters = query.getAll('filter').flatMap((text): Filter[] => {
    const [, key, operator, value] = /^(\S+) (\S+) (.*)$/s.exec(text) ?? []
    return key !== undefined && operator !== undefined && value !== undefined && Object.hasOwn(operators, operator) ? [{ key, operator, value }] : []
  })
  const sort = query.get('sort') ?? ''
  const page = Number(query.get('page'))
  const size = Number(query.get('size'))
  return {
    filters,
    keyword: query.get('keyword') ?? '',
    sort: sort === '' ? undefined : { key: sort.replace(/^-/, ''), desc: sort.startsWith('-') },
    page: Number.isInteger(page) && page > 0 ? page : 1,
    size: sizes.includes(size) ? size : sizes[1]!,
  }
}

/** The address that says it; readView reads it back. */
export function writeView(view: View): string {
  const query = new URLSearchParams()
  for (const { key, operator, value } of view.filters) {
    query.append('filter', `${key} ${operator} ${value}`)
  }
  if (view.keyword !== '') {
    query.set('keyword', view.keyword)
  }
  if (view.sort !== undefined) {
    query.set('sort', `${view.sort.desc ? '-' : ''}${view.sort.key}`)
  }
  if (view.page > 1) {
    query.set('page', String(view.page))
  }
  if (view.size !== sizes[1]) {
    query.set('size', String(view.size))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
