/** A refusal of the API, or of what lies between. */
export class ApiError extends Error {
  constructor(
    /** For programs, such as ERROR_NOT_FOUND. */
    readonly code: string,
    message: string,
    /** Of HTTP; 0 if there was no answer. */
    readonly status: number,
    /** What is wrong with which field, by its path: items[1].quantity. */
    readonly violations: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** Makes an error out of an answer that is none of success. */
export function readError(status: number, body: string): ApiError {
  try {
    const { detail } = JSON.parse(body) as { detail?: { code?: unknown; message?: unknown; violations?: unknown } }
    if (typeof detail?.code === 'string' && typeof detail.message === 'string') {
      return new ApiError(detail.code, detail.message, status, violationsOf(detail.violations))
    }
  } catch {
    // Not of the API: a server in between answers in its own words.
  }
  return new ApiError('ERROR_UNKNOWN', `The server answered with status ${status}.`, status)
}

/** Of several that are about one field the first is told. */
function violationsOf(violations: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  for (const violation of Array.isArray(violations) ? violations : []) {
    const { field, description } = violation as { field?: unknown; description?: unknown }
    if (typeof field === 'string' && typeof description === 'string') {
      found[field] ??= `${description.charAt(0).toUpperCase()}${description.slice(1)}${description.endsWith('.') ? '' : '.'}`
    }
  }
  return found
}

/** What a person is told of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Sorts out which fields of a form an error is about: what is wrong by path, and whether
 * that is all of it.
 */
export function problemsOf(error: unknown, fields: readonly string[]): { problems: Record<string, string>; all: boolean } {
  const violations = error instanceof ApiError ? Object.entries(error.violations) : []
  if (violations.length > 0) {
    const ours = violations.filter(([path]) => fields.includes(rootOf(path)))
    return { problems: Object.fromEntries(ours), all: ours.length === violations.length }
  }
  const field = fieldOf(error, fields)
  return { problems: field === undefined ? {} : { [field]: messageOf(error) }, all: field !== undefined }
}

/** items[1].quantity → items. */
function rootOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path
}

/**
 * Finds the field that an error is about among those of a form, and the path into it: the API
 * writes `(key = name, reason = …)`, `(keys = one, another)`, `(name = x)`, or quotes a field's
 * name.
 */
export function fieldOf(error: unknown, fields: readonly string[]): string | undefined {
  if (!(error instanceof ApiError)) {
    return undefined
  }
  const named = [
    ...[...error.message.matchAll(/\(key = ([\w.[\]]+)/g)].map((match) => match[1]),
    ...[...error.message.matchAll(/\(keys = ([\w., ]+)/g)].flatMap((match) => match[1]?.split(/, */)),
    ...[...error.message.matchAll(/[(,] ?([\w.[\]]+) = /g)].map((match) => match[1]),
    ...[...error.message.matchAll(/\bfield "?([\w.]+)"?/g)].map((match) => match[1]),
  ]
  for (const name of named) {
    if (name !== undefined && fields.includes(rootOf(name))) {
      return name
    }
  }
  return undefined
}
