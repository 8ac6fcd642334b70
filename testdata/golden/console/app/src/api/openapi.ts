/** The part of an OpenAPI document (Swagger 2.0) that the console reads. */
export interface Document {
  swagger?: string
  info?: { title?: string }
  paths: Record<string, Record<string, Operation>>
  definitions: Record<string, Schema>
}

/** One method of the API. */
export interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { in: string; name: string; schema?: Schema }[]
  responses?: Record<string, { schema?: Schema }>
}

/** The type of a value. */
export interface Schema {
  $ref?: string
  type?: string
  format?: string
  title?: string
  description?: string
  enum?: string[]
  default?: unknown
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  required?: string[]
  readOnly?: boolean
  minimum?: number
  maximum?: number
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  minLength?: number
  maxLength?: number
  pattern?: string
  /** Words of spacegen: what OpenAPI has none for. */
  'x-immutable'?: boolean
  'x-default'?: unknown
  'x-minimum'?: string
  'x-maximum'?: string
  /** The resource whose identifier it holds, as paths have it. */
  'x-ref'?: string
  /** Which values may follow which. */
  'x-transitions'?: Record<string, string[]>
}

/** Reads a document, or says why it is none. */
export function readDocument(content: unknown): Document {
  const document = content as Partial<Document> | null
  if (typeof document !== 'object' || document === null || typeof document.paths !== 'object') {
    throw new Error('The service describes its API in a way that the console does not read.')
  }
  return { ...document, paths: document.paths, definitions: document.definitions ?? {} }
}

/** The name of the definition that a schema refers to. */
export function refName(schema: Schema | undefined): string | undefined {
  return schema?.$ref?.split('/').pop()
}

/** Follows a reference; what stands beside it (title, description) is kept. */
export function resolve(document: Document, schema: Schema | undefined): Schema {
  const name = refName(schema)
  if (schema === undefined || name === undefined) {
    return schema ?? {}
  }
  const { $ref: _, ...beside } = schema
  return { ...document.definitions[name], ...beside }
}

/** The schema of a method's request. */
export function requestOf(document: Document, operation: Operation | undefined): Schema {
  return resolve(document, operation?.parameters?.find((parameter) => parameter.in === 'body')?.schema)
}

/** The schema of a method's answer, as a reference if it is one. */
export function responseOf(operation: Operation | undefined): Schema | undefined {
  return operation?.responses?.['200']?.schema
}
