import { ApiError, messageOf } from '../api/error'

/** Tells of a failure, at once to those who listen. */
export function Failure({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  return (
    <div className="notice failure" role="alert">
      <p>
        {messageOf(error)}
        {error instanceof ApiError && <code>{error.code}</code>}
      </p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}
