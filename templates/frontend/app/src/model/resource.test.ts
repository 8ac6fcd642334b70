import { expect, it } from 'vitest'
import { readDocument, type Schema } from '../api/openapi'
import { labelOf } from './field'
import { document, region } from './fixture'
import { keyOf, nameOf, resourcesOf } from './resource'

it('finds the resources: what has a list', () => {
  expect(resourcesOf('inventory', document).map(({ slug, title, plural }) => ({ slug, title, plural }))).toEqual([{ slug: 'region', title: 'Region', plural: 'Regions' }])
})

it('tells methods by what they are about', () => {
  const resource = region()
  expect(resource.keys).toEqual(['region_id'])
  expect(resource.query).toBe('keys')
  expect([resource.create, resource.update, resource.remove, resource.get, resource.stat].map((method) => method?.verb)).toEqual(['create', 'update', 'delete', 'get', 'stat'])
  expect(resource.actions.map(({ verb, label, path }) => ({ verb, label, path }))).toEqual([
    { verb: 'add_members', label: 'Add members', path: '/inventory/v1/region/add-members' },
    { verb: 'enable', label: 'Enable', path: '/inventory/v1/region/enable' },
  ])
  expect(resource.commands.map((method) => method.verb)).toEqual(['synchronise'])
})

it('reads the kinds of fields', () => {
  const columns = Object.fromEntries(region().columns.map((column) => [column.name, column.kind]))
  expect(columns).toEqual({
    region_id: 'text',
    name: 'text',
    state: 'enum',
    size: 'integer',
    cost: 'number',
    is_default: 'boolean',
    labels: 'list',
    states: 'list',
    parts: 'json',
    tags: 'json',
    created_at: 'time',
  })
  const [name, state] = region().columns.filter((column) => ['name', 'state'].includes(column.name))
  expect(name?.description).toBe('What people call it.')
  expect(state?.options).toEqual(['ENABLED', 'DISABLED'])
  expect(region().columns.find((column) => column.name === 'states')).toMatchObject({ item: 'enum', options: ['ENABLED', 'DISABLED'] })
})

it('reads which fields a request needs', () => {
  const fields = region().create?.fields ?? []
  expect(fields.filter((field) => field.required).map((field) => field.name)).toEqual(['name'])
  expect(fields.find((field) => field.name === 'state')?.description).toBe('')
  expect(fields.find((field) => field.name === 'password')?.secret).toBe(true)
})

it('knows fields that say whose something is', () => {
  const definitions = { ...document.definitions }
  for (const name of ['RegionInfo', 'RegionRequest', 'CreateRegionRequest']) {
    definitions[name] = { ...definitions[name], properties: { ...definitions[name]?.properties, domain_id: { type: 'string' } } }
  }
  const [resource] = resourcesOf('inventory', readDocument({ ...document, definitions }))
  expect(resource?.keys).toEqual(['region_id'])
  expect(resource?.create?.fields.find((field) => field.name === 'domain_id')).toMatchObject({ scope: true, required: false })
  expect(resource?.actions.map((method) => method.verb)).toContain('enable')
})

it('requires nothing of an API that marks nothing optional', () => {
  const [resource] = resourcesOf('inventory', readDocument(JSON.parse(JSON.stringify(document).replaceAll('"title":"+optional"', '"title":""'))))
  expect(resource?.create?.fields.filter((field) => field.required)).toEqual([])
  expect(resource?.update?.fields.filter((field) => field.required).map((field) => field.name)).toEqual(['region_id'])
})

it('shows what a document looks like', () => {
  const definitions: Record<string, Schema> = { ...document.definitions, Plugin: { type: 'object', properties: { id: { type: 'string' }, mode: { $ref: '#/definitions/State' }, parts: { type: 'array', items: { $ref: '#/definitions/Plugin' } } } } }
  definitions['CreateRegionRequest'] = { properties: { plugin: { $ref: '#/definitions/Plugin' }, tags: { type: 'object' } } }
  const [resource] = resourcesOf('inventory', readDocument({ ...document, definitions }))
  const [plugin, tags] = resource?.create?.fields ?? []
  expect(JSON.parse(plugin?.example ?? '')).toEqual({ id: '', mode: 'ENABLED', parts: [{ id: '', mode: 'ENABLED', parts: [] }] })
  expect(tags?.example).toBeUndefined()
})

it('reads what is said of fields', () => {
  const definitions: Record<string, Schema> = { ...document.definitions }
  definitions['CreateRegionRequest'] = { properties: { parent_id: { type: 'string', 'x-ref': 'region', 'x-immutable': true }, made: { type: 'string', readOnly: true }, gone_id: { type: 'string', 'x-ref': 'gone' } } }
  const [resource] = resourcesOf('inventory', readDocument({ ...document, definitions }))
  const [parent, made, gone] = resource?.create?.fields ?? []
  expect(parent).toMatchObject({ immutable: true, readOnly: false, ref: 'region' })
  expect(parent?.refers?.slug).toBe('region')
  expect(made?.readOnly).toBe(true)
  expect(gone?.refers).toBeUndefined()
})

it('takes register and deregister for create and delete', () => {
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, operations]) => [
      path.replace('/create', '/register').replace('/delete', '/deregister'),
      { post: { ...operations['post'], operationId: operations['post']?.operationId?.replace('create', 'register').replace('delete', 'deregister') } },
    ]),
  )
  const [resource] = resourcesOf('inventory', readDocument({ ...document, paths }))
  expect([resource?.create?.verb, resource?.remove?.verb]).toEqual(['register', 'deregister'])
})

it('tells two versions of an API apart', () => {
  const second = Object.fromEntries(Object.entries(document.paths).map(([path, operations]) => [path.replace('/v1/', '/v2/'), operations]))
  const resources = resourcesOf('inventory', readDocument({ ...document, paths: { ...document.paths, ...second } }))
  expect(resources.map((resource) => resource.slug)).toEqual(['region', 'v2-region'])
})

it('knows what a row is called', () => {
  const row = { region_id: 'region-1', name: '', size: 1 }
  expect(nameOf(region(), row)).toBe('region-1')
  expect(nameOf(region(), { ...row, name: 'Seoul' })).toBe('Seoul')
  expect(nameOf(region(), { ...row, title: 'A city' })).toBe('A city')
  expect(keyOf(region(), row)).toEqual({ region_id: 'region-1' })
})

it.each([
  ['region_code', 'Region code'],
  ['CloudService', 'Cloud service'],
  ['user_id', 'User ID'],
  ['is_managed', 'Is managed'],
])('labels %s', (name, label) => {
  expect(labelOf(name)).toBe(label)
})
