import { type Document, readDocument, type Schema } from '../api/openapi'
import { type Resource, resourcesOf } from './resource'

const text: Schema = { type: 'string' }
const optional = (schema: Schema): Schema => ({ ...schema, title: '+optional' })

function method(tag: string, verb: string, request: string, response: Schema, path = `/inventory/v1/region/${verb}`) {
  return {
    [path]: {
      post: {
        operationId: `${tag}_${verb}`,
        tags: [tag],
        summary: `Does ${verb}.`,
        parameters: [{ name: 'body', in: 'body', schema: { $ref: `#/definitions/${request}` } }],
        responses: { 200: { schema: response } },
      },
    },
  }
}

const info: Schema = { $ref: '#/definitions/RegionInfo' }

/** An API as a service describes it. */
export const document: Document = readDocument({
  swagger: '2.0',
  paths: {
    ...method('Region', 'create', 'CreateRegionRequest', info),
    ...method('Region', 'update', 'UpdateRegionRequest', info),
    ...method('Region', 'delete', 'RegionRequest', {}),
    ...method('Region', 'get', 'RegionRequest', info),
    ...method('Region', 'list', 'RegionQuery', { $ref: '#/definitions/RegionsInfo' }),
    ...method('Region', 'stat', 'RegionStatQuery', {}),
    ...method('Region', 'add_members', 'AddMembersRequest', info, '/inventory/v1/region/add-members'),
    ...method('Region', 'enable', 'RegionRequest', info),
    ...method('Region', 'synchronise', 'SynchroniseRequest', {}),
    ...method('ServerInfo', 'get_version', 'RegionRequest', {}, '/inventory/v1/server-info/get-version'),
    '/inventory/v1/region/{region_id}': { get: {} },
  },
  definitions: {
    State: { type: 'string', enum: ['STATE_NONE', 'ENABLED', 'DISABLED'], default: 'STATE_NONE', description: 'of all' },
    RegionInfo: {
      type: 'object',
      properties: {
        region_id: text,
        name: { ...text, description: 'What people call it.' },
        state: { $ref: '#/definitions/State' },
        size: { type: 'string', format: 'int64' },
        cost: { type: 'number', format: 'double' },
        is_default: { type: 'boolean' },
        labels: { type: 'array', items: text },
        states: { type: 'array', items: { $ref: '#/definitions/State' } },
        parts: { type: 'array', items: { type: 'object' } },
        tags: { type: 'object' },
        created_at: text,
      },
    },
    RegionsInfo: { type: 'object', properties: { results: { type: 'array', items: { type: 'object', ...info } }, total_count: { type: 'integer' } } },
    CreateRegionRequest: {
      type: 'object',
      properties: {
        name: text,
        state: { $ref: '#/definitions/State', title: '+optional' },
        size: optional({ type: 'string', format: 'int64' }),
        is_default: optional({ type: 'boolean' }),
        labels: optional({ type: 'array', items: text }),
        tags: optional({ type: 'object' }),
        password: optional(text),
      },
    },
    UpdateRegionRequest: { type: 'object', properties: { region_id: text, name: optional(text), tags: optional({ type: 'object' }) } },
    RegionRequest: { type: 'object', properties: { region_id: text } },
    AddMembersRequest: { type: 'object', properties: { region_id: text, members: { type: 'array', items: text } } },
    SynchroniseRequest: { type: 'object', properties: { force: optional({ type: 'boolean' }) } },
    RegionQuery: { type: 'object', properties: { query: { $ref: '#/definitions/Query', title: '+optional' }, name: optional(text) } },
    RegionStatQuery: { type: 'object', properties: { query: { type: 'object' } } },
    Query: { type: 'object', properties: { sort: { type: 'array', items: { type: 'object' } } } },
  },
})

/** The one resource of the document. */
export function region(): Resource {
  const [resource] = resourcesOf('inventory', document)
  if (resource === undefined) {
    throw new Error('the document has no resource')
  }
  return resource
}
