import type { Field } from '../model/field'
import { Link, pathTo } from '../ui/router'

/** How much of a document is shown where there is little room. */
const room = 60

/** Shows a value in a table's cell. */
export function Value({ field, value }: { field: Field; value: unknown }) {
  if (isNothing(field, value)) {
    return <span className="none">–</span>
  }
  switch (field.kind) {
    case 'time':
      return <Time value={String(value)} />
    case 'boolean':
      return <>{value === true ? 'Yes' : 'No'}</>
    case 'enum':
      return <State value={String(value)} />
    case 'list':
      return <>{shorten((value as unknown[]).map(String).join(', '))}</>
    case 'json':
      return <code>{shorten(JSON.stringify(value))}</code>
    default:
      // Not every API has an enum for it.
      return field.name === 'state' || field.name === 'status' ? <State value={String(value)} /> : <>{shorten(String(value))}</>
  }
}

/** Shows a value in full. */
export function WholeValue({ field, value }: { field: Field; value: unknown }) {
  if (!isNothing(field, value) && field.kind === 'json') {
    return <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
  }
  if (!isNothing(field, value) && field.kind === 'list') {
    return (
      <ul className="values">
        {(value as unknown[]).map((item, index) => (
          <li key={index}>{String(item)}</li>
        ))}
      </ul>
    )
  }
  if (!isNothing(field, value) && field.refers !== undefined) {
    return <Link to={pathTo(field.refers.service, field.refers.slug, String(value))}>{String(value)}</Link>
  }
  if (!isNothing(field, value) && field.kind === 'text' && field.name !== 'state' && field.name !== 'status') {
    return <>{String(value)}</>
  }
  return <Value field={field} value={value} />
}

function isNothing(field: Field, value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (field.kind === 'list' && (!Array.isArray(value) || value.length === 0)) ||
    (field.kind === 'json' && typeof value === 'object' && Object.keys(value).length === 0) ||
    (field.kind === 'enum' && !field.options.includes(String(value)))
  )
}

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

function Time({ value }: { value: string }) {
  const time = Date.parse(value)
  if (Number.isNaN(time)) {
    return <>{value}</>
  }
  return (
    <time dateTime={value} title={value}>
      {format.format(time)}
    </time>
  )
}

function State({ value }: { value: string }) {
  return <span className={`state ${toneOf(value)}`}>{value}</span>
}

/** States that most services have; of others only the text says what they mean. */
function toneOf(state: string): string {
  if (/FAIL|ERROR|DELETED|CANCEL/.test(state)) {
    return 'bad'
  }
  if (/PROGRESS|PENDING|RUNNING|QUEUED/.test(state)) {
    return 'busy'
  }
  return /^(ACTIVE|ENABLED|SUCCESS|FINISHED|AVAILABLE|READY)$/.test(state) ? 'good' : ''
}

function shorten(text: string): string {
  return text.length > room ? `${text.slice(0, room)}…` : text
}
