/** A refusal of the API, or of what lies between. */
export class ApiError extends Error {
  constructor(
    /** For programs, such as ERROR_NOT_FOUND. */
    readonly code: string,
    message: string,
    /** Of HTTP; 0 if there was no answer. */
    readonly status: number,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** Makes an error out of an answer that is none of success. */
export function readError(status: number, body: string): ApiError {
  try {
    const { detail } = JSON.parse(body) as { detail?: { code?: unknown; message?: unknown } }
    if (typeof detail?.code === 'string' && typeof detail.message === 'string') {
      return new ApiError(detail.code, detail.message, status)
    }
  } catch {
    // Not of the API: a server in between answers in its own words.
  }
  return new ApiError('ERROR_UNKNOWN', `The server answered with status ${status}.`, status)
}

/** What a person is told of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Finds the field that an error is about among those of a form: the API writes
 * `(key = name, reason = …)`, `(keys = one, another)`, `(name = x)`, or quotes a field's name.
 */
export function fieldOf(error: unknown, fields: readonly string[]): string | undefined {
  if (!(error instanceof ApiError)) {
    return undefined
  }
  const named = [
    ...[...error.message.matchAll(/\(key = ([\w.]+)/g)].map((match) => match[1]),
    ...[...error.message.matchAll(/\(keys = ([\w., ]+)/g)].flatMap((match) => match[1]?.split(/, */)),
    ...[...error.message.matchAll(/[(,] ?([\w.]+) = /g)].map((match) => match[1]),
    ...[...error.message.matchAll(/\bfield "?([\w.]+)"?/g)].map((match) => match[1]),
  ]
  for (const name of named) {
    const first = name?.split('.')[0]
    if (first !== undefined && fields.includes(first)) {
      return first
    }
  }
  return undefined
}
